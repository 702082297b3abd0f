"""The handlers of the page, one module for each, and what only one of them needs."""
