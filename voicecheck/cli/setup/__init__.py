"""`voicecheck setup`, `device` and `doctor`: sound, voice, model and the rest, and whether all of it works."""
