"""`voicecheck vault`: create and unlock it, its keys, its backups, its end."""
