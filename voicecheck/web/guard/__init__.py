"""Who may use the page: one browser, one code, and bounds on everything that connects."""
