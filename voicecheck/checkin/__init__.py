"""One sitting: its loop, the pure step of the conversation, and what becomes of the answers."""
