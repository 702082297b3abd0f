"""Everything that is kept, and the only code that holds a key."""
