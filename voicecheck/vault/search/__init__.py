"""Search over the entries: what a person types, the days it names, and the SQL that answers it."""
