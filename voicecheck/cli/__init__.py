"""The front door: parses, calls, shows. The only place that exits."""
