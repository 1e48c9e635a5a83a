"""The only code that makes ids and salts."""

import secrets
import uuid

SALT_BYTES = 16


def new_id() -> str:
    """Return a new random UUID (version 4)."""
    return str(uuid.uuid4())


def new_salt() -> str:
    """Return new random hex characters, so that nobody can guess a description from its hash."""
    return secrets.token_hex(SALT_BYTES)
