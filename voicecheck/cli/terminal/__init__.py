"""Screen, keyboard, editor and progress: how this program uses a terminal."""
