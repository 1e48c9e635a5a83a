"""The ledger as it should be, in its simplest form: a balance a wallet, a first answer a key.

It says which faults a command has; which one of several is named first is not its business.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from localstack.memory.bank import Account, Told
from novapay.domain.entry import EntryType
from novapay.domain.posting import Leg

REMEMBERED_FOR = timedelta(hours=24)


@dataclass(slots=True)
class ReferenceWallet:
    """A wallet: whose, in which currency, how much in units of 10^-8."""

    account: Account
    units: int = 0
    status: str = "ACTIVE"
    changes: int = 0

    def faults_of(self, entry_type: EntryType) -> set[str]:
        """Return why an entry of this side cannot be made, as far as the status says so."""
        if self.status == "CLOSED":
            return {"wallet-inactive"}
        is_stuck = self.status == "FROZEN" and entry_type is EntryType.DEBIT
        return {"wallet-frozen"} if is_stuck else set()


@dataclass(slots=True)
class ReferenceTransfer:
    """A transfer that was made: between whom, how much, and how much of it is not given back."""

    sender_wallet_id: str
    recipient_wallet_id: str
    left: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a key was used for, when, and what was answered."""

    payload: object
    at: datetime
    told: Told


@dataclass(slots=True)
class ReferenceLedger:
    """All wallets, all keys, all ids of postings, and who has which reference."""

    wallets: dict[str, ReferenceWallet] = field(default_factory=dict)
    answers: dict[tuple[str, str], Remembered] = field(default_factory=dict)
    transaction_ids: set[str] = field(default_factory=set)
    references: dict[str, str] = field(default_factory=dict)
    transfers: dict[str, ReferenceTransfer] = field(default_factory=dict)

    def open(self, account: Account) -> None:
        assert account.wallet_id not in self.wallets
        self.wallets[account.wallet_id] = ReferenceWallet(account)

    def knows(self, wallet_ids: Iterable[str]) -> bool:
        return all(wallet_id in self.wallets for wallet_id in wallet_ids)

    def assert_taken(self, reference: str | None, by: str) -> None:
        """Check that a reference belongs to a transaction."""
        assert reference is not None
        assert self.references[reference] == by

    def recall(self, scope: str, key: str | None, now: datetime) -> Remembered | None:
        """Return what a key stands for at this instant."""
        if key is None:
            return None
        known = self.answers.get((scope, key))
        return known if known is not None and now < known.at + REMEMBERED_FOR else None

    def remember(
        self, scope: str, key: str | None, payload: object, told: Told, now: datetime
    ) -> None:
        if key is not None:
            self.answers[scope, key] = Remembered(payload, now, told)

    def faults_of(self, legs: Sequence[Leg]) -> set[str]:
        """Return all that is wrong with a posting; none of it may move anything then."""
        faults = set()
        sums: dict[str, int] = defaultdict(int)
        units = {wallet_id: wallet.units for wallet_id, wallet in self.wallets.items()}
        for leg in legs:
            wallet = self.wallets[leg.wallet_id]
            moved = leg.entry_type.signed(leg.amount.units)
            sums[leg.amount.currency] += moved
            units[leg.wallet_id] += moved
            if leg.user_id not in {None, wallet.account.user_id}:
                faults.add("wallet-owner-mismatch")
            faults |= wallet.faults_of(leg.entry_type)
            if leg.amount.currency != wallet.account.currency:
                faults.add("currency-mismatch")
            if units[leg.wallet_id] < 0:
                faults.add("insufficient-funds")
        if any(sums.values()):
            faults.add("unbalanced-posting")
        return faults

    def move(self, legs: Sequence[Leg]) -> None:
        for leg in legs:
            self.wallets[leg.wallet_id].units += leg.entry_type.signed(leg.amount.units)

    def reverse(self, transaction_id: str, units: int | None) -> set[str]:
        """Give so much of a transfer back, or the rest, if nothing is wrong; return what is."""
        transfer = self.transfers[transaction_id]
        payer = self.wallets[transfer.recipient_wallet_id]
        payee = self.wallets[transfer.sender_wallet_id]
        moved = transfer.left if units is None else units
        if not 0 < moved <= transfer.left:
            return {"reversal-amount-exceeded"}
        faults = payer.faults_of(EntryType.DEBIT) | payee.faults_of(EntryType.CREDIT)
        if payer.units < moved:
            faults.add("insufficient-funds")
        if not faults:
            transfer.left -= moved
            payer.units -= moved
            payee.units += moved
        return faults

    def adjust(self, wallet_id: str, entry_type: EntryType, units: int) -> set[str]:
        """Let money in or out if nothing is wrong, and return what is."""
        wallet = self.wallets[wallet_id]
        moved = entry_type.signed(units)
        faults = wallet.faults_of(entry_type)
        if wallet.units + moved < 0:
            faults.add("insufficient-funds")
        if not faults:
            wallet.units += moved
        return faults

    def change_status(self, wallet_id: str, action: str) -> set[str]:
        """Freeze, unfreeze or close a wallet if nothing is wrong, and return what is."""
        wallet = self.wallets[wallet_id]
        begins, status = {
            "freeze": ({"ACTIVE"}, "FROZEN"),
            "unfreeze": ({"FROZEN"}, "ACTIVE"),
            "close": ({"ACTIVE", "FROZEN"}, "CLOSED"),
        }[action]
        if wallet.status not in begins:
            return {"wallet-status-conflict"}
        if action == "close" and wallet.units:
            return {"wallet-not-empty"}
        wallet.status = status
        wallet.changes += 1
        return set()
