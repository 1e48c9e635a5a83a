"""The trial balance: for every currency, the balances of all wallets add up to zero."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from novapay.domain.fault import Fault, FaultKind, Place
from novapay.domain.money import Currency, Money
from novapay.domain.wallet import WalletId, WalletKind

SETTLED_AFTER = timedelta(seconds=30)
"""After this time every commit has ended: see the deadlines of the store's client and committer."""

VIOLATIONS_MAX = 100
"""How many violations a trial balance names; all of them are counted."""


class BooksFault(StrEnum):
    """Why a wallet's balance as of the instant could not be found."""

    MALFORMED_WALLET = "malformed-wallet"
    MALFORMED_ENTRY = "malformed-entry"
    MISSING_ENTRY = "missing-entry"
    WRONG_TIME = "wrong-time"


@dataclass(frozen=True, slots=True)
class Balance:
    """What a wallet of some kind held at the instant of the trial balance."""

    kind: WalletKind
    money: Money


@dataclass(frozen=True, slots=True)
class Violation:
    """A wallet that breaks the books.

    Attributes:
        wallet_id: which one.
        reason: why.
        sequence: of the entry that shows it, if one does.
        counted: what is added up all the same: a wallet that is dated ahead counts with what it
            holds now, so that money cannot hide behind a date.
    """

    wallet_id: WalletId
    reason: BooksFault
    sequence: int | None = None
    counted: Balance | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What the trial balance needs to know of a wallet, as the wallet stands now."""

    wallet_id: WalletId
    kind: WalletKind
    balance: Money
    sequence: int
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class PastBalance:
    """What the trial balance needs to know of an entry."""

    created_at: datetime
    balance_after: Money


@dataclass(frozen=True, slots=True)
class Search:
    """The search for a wallet's balance as of an instant, between two of its entries.

    Most wallets have one new entry, so the first look is at the one before it; then each look
    halves what is left. That is at most log2 n + 2 looks for a wallet of n entries.

    Attributes:
        holding: the wallet.
        old: the newest entry that is known to be as old as the instant; 0: before the first one.
        new: the oldest entry that is known to be newer than the instant.
        money: the balance after the entry `old`.
    """

    holding: Holding
    old: int
    new: int
    money: Money

    @classmethod
    def of(cls, holding: Holding) -> "Search":
        """Return the search in a wallet whose last entry is newer than the instant."""
        return cls(holding, 0, holding.sequence, Money.zero(holding.balance.currency))

    @property
    def is_over(self) -> bool:
        return self.new - self.old <= 1

    @property
    def next_sequence(self) -> int:
        """The number of the entry to look at next."""
        is_first = self.new == self.holding.sequence
        return self.new - 1 if is_first else (self.old + self.new) // 2

    def narrowed_by(self, entry: PastBalance, as_of: datetime) -> "Search":
        """Return what is left to search once the entry `next_sequence` is known."""
        if entry.created_at <= as_of:
            return replace(self, old=self.next_sequence, money=entry.balance_after)
        return replace(self, new=self.next_sequence)


@dataclass(frozen=True, slots=True)
class CurrencyBalance:
    """The balances of one currency, added up for each kind of wallet."""

    currency: Currency
    held: Mapping[WalletKind, Money]

    @property
    def sum(self) -> Money:
        return Money(sum(money.units for money in self.held.values()), self.currency)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All currencies, as of one instant.

    Attributes:
        as_of: the instant.
        wallets: how many there are, those with a violation included.
        currencies: the sums of all wallets whose balance could be found.
        violations: the first VIOLATIONS_MAX that were found.
        violations_total: how many were found.
    """

    as_of: datetime
    wallets: int
    currencies: tuple[CurrencyBalance, ...]
    violations: tuple[Violation, ...] = ()
    violations_total: int = 0

    @property
    def is_zero(self) -> bool:
        return all(currency.sum.units == 0 for currency in self.currencies)

    @property
    def is_balanced(self) -> bool:
        """Whether every sum is zero and what every wallet held could be found."""
        return self.is_zero and self.violations_total == 0

    def faults(self) -> list[Fault]:
        """Return the currencies whose balances do not add up to zero, and the violations."""
        return [
            *(
                Fault(Place(FaultKind.TRIAL_BALANCE, balance.currency), "sum-not-zero")
                for balance in self.currencies
                if balance.sum.units != 0
            ),
            *(
                Fault(Place(FaultKind.WALLET, found.wallet_id, found.sequence), found.reason)
                for found in self.violations
            ),
        ]


def add_up(found: Iterable[Balance | Violation], *, as_of: datetime) -> TrialBalance:
    """Return the trial balance of what was found of each wallet as of an instant."""
    held: dict[Currency, dict[WalletKind, int]] = defaultdict(lambda: dict.fromkeys(WalletKind, 0))
    violations: list[Violation] = []
    wallets = violations_total = 0
    for one in found:
        wallets += 1
        balance = one if isinstance(one, Balance) else one.counted
        if balance is not None:
            held[balance.money.currency][balance.kind] += balance.money.units
        if isinstance(one, Violation):
            violations_total += 1
            violations += [one] if len(violations) < VIOLATIONS_MAX else []
    currencies = tuple(
        CurrencyBalance(
            currency, {kind: Money(units, currency) for kind, units in held[currency].items()}
        )
        for currency in sorted(held)
    )
    return TrialBalance(as_of, wallets, currencies, tuple(violations), violations_total)
