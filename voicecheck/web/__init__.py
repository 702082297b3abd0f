"""The page: a small web server on loopback, for one person and one browser, and a screen of the check-in."""
