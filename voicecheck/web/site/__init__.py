"""The frame of the pages: their dependencies, forms, templates, notices, and the export that runs beside them."""
