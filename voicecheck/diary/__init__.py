"""Work on kept entries, shared by the terminal and the page: tags, editing, trends, export, import, recovery."""
