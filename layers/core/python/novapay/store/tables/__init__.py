"""One module for each table: its key, its items and its writes."""
