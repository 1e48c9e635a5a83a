"""The sums of the trial balance and its search for past balances, without a store."""

from datetime import timedelta
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novapay.domain.money import Money
from novapay.domain.trial_balance import (
    VIOLATIONS_MAX,
    Balance,
    BooksFault,
    Holding,
    PastBalance,
    Search,
    Violation,
    add_up,
)
from novapay.domain.wallet import WalletId, WalletKind
from tests.support.domain import EUR, NOW, USD

WALLET_ID = WalletId("00000000-0000-4000-8000-000000000001")


def test_without_wallets_there_is_nothing_to_add_up() -> None:
    trial_balance = add_up([], as_of=NOW)

    assert (trial_balance.wallets, trial_balance.currencies) == (0, ())
    assert trial_balance.is_zero


def test_each_currency_is_added_up_by_kind() -> None:
    trial_balance = add_up(
        [
            Balance(WalletKind.CLIENT, Money(7, USD)),
            Balance(WalletKind.CLIENT, Money(5, USD)),
            Balance(WalletKind.SETTLEMENT, Money(-20, USD)),
            Balance(WalletKind.LIQUIDITY, Money(5, USD)),
            Balance(WalletKind.PAYROLL_FLOAT, Money(3, USD)),
            Balance(WalletKind.LIQUIDITY, Money(-4, EUR)),
            Balance(WalletKind.CLIENT, Money(4, EUR)),
        ],
        as_of=NOW,
    )

    assert trial_balance.as_of == NOW
    assert trial_balance.wallets == 7
    euros, dollars = trial_balance.currencies
    assert {kind: money.units for kind, money in dollars.held.items()} == {
        WalletKind.CLIENT: 12,
        WalletKind.SETTLEMENT: -20,
        WalletKind.LIQUIDITY: 5,
        WalletKind.PAYROLL_FLOAT: 3,
        WalletKind.HOLD: 0,
    }
    assert (euros.currency, euros.sum.units, dollars.sum.units) == (EUR, 0, 0)
    assert trial_balance.is_zero


def test_one_unit_too_many_is_not_zero() -> None:
    trial_balance = add_up(
        [Balance(WalletKind.CLIENT, Money(8, USD)), Balance(WalletKind.SETTLEMENT, Money(-7, USD))],
        as_of=NOW,
    )

    assert trial_balance.currencies[0].sum == Money(1, USD)
    assert not trial_balance.is_zero


def test_one_currency_does_not_make_up_for_another() -> None:
    trial_balance = add_up(
        [Balance(WalletKind.CLIENT, Money(7, USD)), Balance(WalletKind.SETTLEMENT, Money(-7, EUR))],
        as_of=NOW,
    )

    assert not trial_balance.is_zero


def test_a_wallet_that_cannot_be_added_up_is_counted_and_in_no_sum() -> None:
    broken = Violation(WALLET_ID, BooksFault.MISSING_ENTRY, 7)

    trial_balance = add_up([broken], as_of=NOW)

    assert (trial_balance.wallets, trial_balance.currencies) == (1, ())
    assert (trial_balance.violations, trial_balance.violations_total) == ((broken,), 1)
    assert trial_balance.is_zero
    assert not trial_balance.is_balanced


@pytest.mark.parametrize("found", [VIOLATIONS_MAX - 1, VIOLATIONS_MAX, VIOLATIONS_MAX + 1])
def test_no_more_violations_are_named_than_a_page_takes(found: int) -> None:
    broken = Violation(WALLET_ID, BooksFault.MALFORMED_WALLET)

    trial_balance = add_up([broken] * found, as_of=NOW)

    assert len(trial_balance.violations) == min(found, VIOLATIONS_MAX)
    assert trial_balance.violations_total == found


def looks_for(*, newest: int, of: int) -> tuple[int, int]:
    """Search a wallet whose entry n is n seconds old, and left n units.

    Args:
        newest: the newest entry that is old enough; 0 for none.
        of: the number of the last entry, which is too new.

    Returns:
        the units that were found, and how many entries were looked at.
    """
    holding = Holding(WALLET_ID, WalletKind.CLIENT, Money(of, USD), of, NOW)
    search, looks = Search.of(holding), 0
    while not search.is_over:
        sequence = search.next_sequence
        assert 1 <= sequence < of
        age = timedelta(seconds=sequence - newest)
        search = search.narrowed_by(PastBalance(NOW + age, Money(sequence, USD)), NOW)
        looks += 1
    return search.money.units, looks


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_the_search_finds_the_balance_in_log2_n_and_2_looks(case: tuple[int, int]) -> None:
    newest, last = case

    found, looks = looks_for(newest=newest, of=last)

    assert found == newest
    assert looks <= log2(last) + 2


@pytest.mark.parametrize("last", range(1, 70))
def test_every_short_wallet_is_searched_within_the_bound(last: int) -> None:
    for newest in range(last):
        found, looks = looks_for(newest=newest, of=last)
        assert found == newest
        assert looks <= log2(last) + 2


@pytest.mark.parametrize("last", [2, 3, 1000, 10**9])
def test_a_wallet_with_one_new_entry_is_one_look(last: int) -> None:
    assert looks_for(newest=last - 1, of=last) == (last - 1, 1)


@pytest.mark.parametrize("sequence", [-5, 0, 1])
def test_a_wallet_without_an_older_entry_is_not_looked_at(sequence: int) -> None:
    holding = Holding(WALLET_ID, WalletKind.CLIENT, Money(1, USD), sequence, NOW)

    search = Search.of(holding)

    assert search.is_over
    assert search.money == Money.zero(USD)
