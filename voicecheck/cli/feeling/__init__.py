"""`voicecheck feeling` and `tag`: the words for feelings, what they say, and how they change over time."""
