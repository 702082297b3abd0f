"""The encrypted store of entries and sound, and the only code that holds a key."""
