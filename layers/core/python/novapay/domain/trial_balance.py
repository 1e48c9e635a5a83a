"""The trial balance: for every currency, the balances of all wallets add up to zero."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from novapay.domain.money import Currency, Money
from novapay.domain.wallet import WalletKind

SETTLED_AFTER = timedelta(seconds=30)
"""Every commit has ended by then: see the deadlines of the store's client and committer."""


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
    """All currencies, as of one instant."""

    as_of: datetime
    wallets: int
    currencies: tuple[CurrencyBalance, ...]

    @property
    def is_zero(self) -> bool:
        return all(currency.sum.units == 0 for currency in self.currencies)


def add_up(balances: Iterable[tuple[WalletKind, Money]], *, as_of: datetime) -> TrialBalance:
    """Return the trial balance of all wallets' balances as of an instant."""
    held: dict[Currency, dict[WalletKind, int]] = defaultdict(lambda: dict.fromkeys(WalletKind, 0))
    wallets = 0
    for kind, balance in balances:
        wallets += 1
        held[balance.currency][kind] += balance.units
    currencies = tuple(
        CurrencyBalance(
            currency, {kind: Money(units, currency) for kind, units in held[currency].items()}
        )
        for currency in sorted(held)
    )
    return TrialBalance(as_of, wallets, currencies)
