"""Entries from other journals: one reader a format, and the keeping that all of them share."""
