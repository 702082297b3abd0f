"""The handlers of the page, one module for each."""
