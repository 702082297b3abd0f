"""The evening reminder: its time, its entry in each system's scheduler, its notification, and the terminal it opens."""
