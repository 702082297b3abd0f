"""`voicecheck checkin` and `journal`: a sitting in the terminal."""
