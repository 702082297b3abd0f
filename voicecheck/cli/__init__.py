"""The command line: parses, calls, shows. The only place that exits."""
