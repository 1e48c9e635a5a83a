"""A wallet's statement: the entries of a period, each with what its transaction says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from novapay.domain.entry import Entry
from novapay.domain.money import Money
from novapay.domain.transaction import Transaction
from novapay.domain.wallet import WalletId


@dataclass(frozen=True, slots=True)
class Period:
    """From `begin` on and before `end`; None: from the first entry on, up to the newest."""

    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatementRow:
    """An entry, and its transaction; None if that is missing."""

    entry: Entry
    transaction: Transaction | None

    @property
    def counterparty(self) -> WalletId | None:
        """The other wallet of a movement between two; None if there is no single one."""
        if self.transaction is None:
            return None
        parties = (self.transaction.sender_wallet_id, self.transaction.recipient_wallet_id)
        others = [it for it in parties if it is not None and it != self.entry.wallet_id]
        return others[0] if len(others) == 1 else None


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of a period.

    Attributes:
        rows: the page, newest first.
        total: how many entries the period has.
        opening: the balance before the first of them.
        closing: the balance after the last of them.
    """

    rows: Sequence[StatementRow]
    total: int
    opening: Money
    closing: Money
