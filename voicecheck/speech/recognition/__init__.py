"""Sound to words: voice activity, the end of an answer, live text, and another try where it is needed."""
