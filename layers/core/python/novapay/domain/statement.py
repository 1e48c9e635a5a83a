"""A page of a wallet's history."""

from dataclasses import dataclass

from novapay.domain.entry import Entry


@dataclass(frozen=True, slots=True)
class Statement:
    """Entries, newest first, and how many entries the wallet has."""

    entries: list[Entry]
    total: int
