"""An invitation aloud: its course, its voice and ear, and the evening behind it."""
