"""`voicecheck model` and `voice`: weights for listening and speaking, fetched, checked and chosen."""
