"""Entry point of the process."""

from voicecheck.cli.start import main

if __name__ == "__main__":
    main()
