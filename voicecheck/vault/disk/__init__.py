"""The vault's files on a disk: unfinished ones, and errors of reading and writing them in words."""
