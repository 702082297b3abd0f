"""The evening reminder with its notification, the watched folder and the icon: what the system itself starts."""
