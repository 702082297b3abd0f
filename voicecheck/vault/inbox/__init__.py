"""Sealed files: speech is written here first, and no passphrase is needed to write."""
