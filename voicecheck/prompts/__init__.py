"""Packs of questions, the ladder that chooses among them, and the questions of one evening."""
