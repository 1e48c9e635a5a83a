"""NovaPay's shared code, laid out as the core layer ships it."""
