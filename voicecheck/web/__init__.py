"""The review page: a small web server on loopback, for one person and one browser."""
