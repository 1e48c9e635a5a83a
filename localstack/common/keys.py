"""Access keys of a local AWS; those of the embedded one are made at random, and let their holder do
anything there."""

from __future__ import annotations

import os
import secrets
from configparser import ConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

PROFILE = "default"
ID_BYTES = 8
SECRET_BYTES = 30


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key: its id, which everybody may see, and its secret, which signs requests."""

    id: str
    secret: str = field(repr=False)

    @classmethod
    def kept_in(cls, file: Path) -> Self:
        """Read the keys in a file of the AWS command line's format; none there are made now.

        Args:
            file: readable by its owner only; `AWS_SHARED_CREDENTIALS_FILE` may name it.
        """
        if not file.exists():
            _save(file, cls.at_random())
        parsed = ConfigParser(interpolation=None)
        parsed.read(file, encoding="utf-8")
        kept = parsed[PROFILE]
        return cls(kept["aws_access_key_id"], kept["aws_secret_access_key"])

    @classmethod
    def at_random(cls) -> Self:
        """Return keys that nobody can guess; their id has the form of one that does not expire."""
        return cls(
            f"AKIA{secrets.token_hex(ID_BYTES).upper()}", secrets.token_urlsafe(SECRET_BYTES)
        )


ANY = Keys("test", "test")
"""The keys for an AWS that takes any: they protect nothing."""


def _save(file: Path, keys: Keys) -> None:
    kept = ConfigParser(interpolation=None)
    kept[PROFILE] = {"aws_access_key_id": keys.id, "aws_secret_access_key": keys.secret}
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as new:
        kept.write(new)
