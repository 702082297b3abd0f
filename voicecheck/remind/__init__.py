"""The evening reminder, with its notification and terminal, the watched folder and the icon: what the system itself starts."""
