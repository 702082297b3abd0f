"""The evening reminder, with its notification and terminal, and the watched folder: what the system itself starts."""
