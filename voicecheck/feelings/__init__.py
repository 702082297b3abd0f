"""Finding the feeling words of a text, whose they are and how they were meant, and mirroring one of them."""
