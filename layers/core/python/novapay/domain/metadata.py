"""A client's own pairs of text about a movement: kept and shown, never interpreted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

METADATA_PAIRS_MAX = 16
METADATA_NAME_CHARACTERS_MAX = 40
METADATA_VALUE_CHARACTERS_MAX = 200
METADATA_BYTES_MAX = 512
"""What all names and values together may have, in UTF-8."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Pairs of text, and a salted hash of them that stays when they are erased.

    Attributes:
        commitment: the hex SHA-256 of salt and pairs; what is chained contains it, not the pairs.
        salt: 32 random hexadecimal digits; None once the pairs are erased.
        pairs: the texts by their names; None once they are erased.
    """

    commitment: str
    salt: str | None
    pairs: Mapping[str, str] | None

    @classmethod
    def of(cls, pairs: Mapping[str, str], salt: str) -> Self:
        """Return pairs with their commitment."""
        return cls(_commitment_of(pairs, salt), salt, pairs)

    @classmethod
    def salted(cls, pairs: Mapping[str, str] | None, new_salt: Callable[[], str]) -> Self | None:
        """Return a client's pairs with a new salt and their commitment; None for no pairs."""
        return None if pairs is None else cls.of(pairs, new_salt())

    @property
    def is_as_committed(self) -> bool:
        """Whether the pairs are those of the commitment, or were erased."""
        if self.pairs is None or self.salt is None:
            return self.pairs is None and self.salt is None
        return self.commitment == _commitment_of(self.pairs, self.salt)


def metadata_bytes(pairs: Mapping[str, str]) -> int:
    """Return how many bytes the names and values have in UTF-8."""
    return sum(len(name.encode()) + len(value.encode()) for name, value in pairs.items())


def _commitment_of(pairs: Mapping[str, str], salt: str) -> str:
    document = json.dumps(dict(pairs), sort_keys=True, separators=(",", ":"))
    return sha256(f"{salt}{document}".encode("ascii")).hexdigest()
