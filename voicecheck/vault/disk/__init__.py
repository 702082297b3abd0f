"""The vault's files on a disk: its lock, the mark of a move, unfinished files, and errors of all that in words."""
