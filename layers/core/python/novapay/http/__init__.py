"""The only code, beside the functions, that knows HTTP."""
