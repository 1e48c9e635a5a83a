"""The only code that makes ids and salts."""

import secrets
import uuid

SALT_BYTES = 16


def new_id() -> str:
    """Return a fresh random UUID (version 4)."""
    return str(uuid.uuid4())


def new_salt() -> str:
    """Return fresh hex characters that make a description's commitment unguessable."""
    return secrets.token_hex(SALT_BYTES)
