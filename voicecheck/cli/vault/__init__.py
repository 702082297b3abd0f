"""`voicecheck vault`: made, unlocked, its keys, its backups, its end."""
