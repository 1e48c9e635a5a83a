"""One module a table: its key, its items and the writes that it allows."""
