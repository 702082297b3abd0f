"""Whisper: the engine, the graphics card, and how fast it is on this computer."""
