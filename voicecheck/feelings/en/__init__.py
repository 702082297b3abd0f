"""English: inflection, clauses, subjects, time, mirroring, and the tables of the language."""
