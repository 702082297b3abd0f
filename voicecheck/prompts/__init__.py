"""What is asked: packs of questions, the ladder, the questions of one evening."""
