"""Whisper models and voices: the catalogue, checking and fetching them."""
