"""Sound to words and words to sound. Reads nothing of the vault or of feelings."""
