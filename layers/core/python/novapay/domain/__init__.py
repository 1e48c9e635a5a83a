"""The business rules: values and pure functions, on the standard library only."""
