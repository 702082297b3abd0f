"""Text as text: what comes from outside, letters folded for a search, words of one text found in another. Pure."""
