"""A wallet's transactions, newest first: a page of two lists that grow while they are read.

What moved money is in the wallet's chain of entries, whose numbers have no gaps. What was refused
has no entry; an index of `transfers` lists it by wallet and time. Each list is left at a place of
its own, and what is added later is before that place: so no page repeats or skips a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from novapay.domain.entry import TransactionId
from novapay.domain.reference import Reference
from novapay.domain.transaction import Transaction, TransactionStatus, TransactionType
from novapay.domain.wallet import WalletId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFilter:
    """Which transactions of a wallet to list.

    Attributes:
        wallet_id: the wallet.
        begin: only from this instant on; None for all.
        end: only before this instant; None for all.
        transaction_type: only of this type; None for all.
        status: only with this outcome; None for both.
    """

    wallet_id: WalletId
    begin: datetime | None = None
    end: datetime | None = None
    transaction_type: TransactionType | None = None
    status: TransactionStatus | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins.

    Attributes:
        sequence: the number of the newest entry of the page; 0 if none is left.
        refused_before: only refusals that are listed under a text before this one.
    """

    sequence: int
    refused_before: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for.

    Attributes:
        wanted: which transactions of a wallet, or the caller's reference of one transaction.
        place: where the page begins; None for the first page.
    """

    wanted: TransferFilter | Reference
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list, before its transaction is read.

    Attributes:
        transaction_id: its transaction.
        listed_at: its time as text, and what orders rows of one time.
        sequence: the number of its entry in the wallet; None if it was refused.
    """

    transaction_id: TransactionId
    listed_at: str
    sequence: int | None = None

    @classmethod
    def posted(cls, transaction_id: TransactionId, created_at: str, sequence: int) -> "Row":
        """Return the row of an entry; it is newer than the refusals of the same instant."""
        return cls(transaction_id, f"{created_at}~", sequence)

    def next_place(self, place: Place) -> Place:
        """Return where the list goes on after this row."""
        after = replace(place, refused_before=self.listed_at)
        return after if self.sequence is None else replace(after, sequence=self.sequence - 1)

    def shows(self, transaction: Transaction, wanted: TransferFilter) -> bool:
        """Return whether the transaction is shown here: at the newest of its entries in the wallet.

        A posting may have several entries on one wallet.
        """
        own = [it.sequence for it in transaction.entries if it.wallet_id == wanted.wallet_id]
        return self.sequence in (None, max(own, default=None)) and (
            wanted.transaction_type in (None, transaction.transaction_type)
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """The newest rows of a list from some place on; `is_whole` if it has no more."""

    rows: Sequence[Row]
    is_whole: bool

    def merged_with(self, other: "Rows", *, most: int) -> "Rows":
        """Return the newest `most` rows of both, each of them at most as many, newest first."""
        both = sorted((*self.rows, *other.rows), key=lambda row: row.listed_at, reverse=True)
        return Rows(both[:most], self.is_whole and other.is_whole and len(both) <= most)


NO_ROWS = Rows((), is_whole=True)


@dataclass(frozen=True, slots=True)
class TransferPage:
    """Transactions, newest first, and where the next page begins; None on the last page."""

    transfers: Sequence[Transaction]
    next_place: Place | None
