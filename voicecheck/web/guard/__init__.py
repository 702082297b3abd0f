"""Access control of the page: one browser, one code, and bounds on everything that connects."""
