"""The sums of the trial balance, without a store."""

from novapay.domain.money import Money
from novapay.domain.trial_balance import add_up
from novapay.domain.wallet import WalletKind
from tests.support.domain import EUR, NOW, USD


def test_without_wallets_there_is_nothing_to_add_up() -> None:
    trial_balance = add_up([], as_of=NOW)

    assert (trial_balance.wallets, trial_balance.currencies) == (0, ())
    assert trial_balance.is_zero


def test_each_currency_is_added_up_by_kind() -> None:
    trial_balance = add_up(
        [
            (WalletKind.CLIENT, Money(7, USD)),
            (WalletKind.CLIENT, Money(5, USD)),
            (WalletKind.SETTLEMENT, Money(-20, USD)),
            (WalletKind.LIQUIDITY, Money(5, USD)),
            (WalletKind.PAYROLL_FLOAT, Money(3, USD)),
            (WalletKind.LIQUIDITY, Money(-4, EUR)),
            (WalletKind.CLIENT, Money(4, EUR)),
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
    }
    assert (euros.currency, euros.sum.units, dollars.sum.units) == (EUR, 0, 0)
    assert trial_balance.is_zero


def test_one_unit_too_many_is_not_zero() -> None:
    trial_balance = add_up(
        [(WalletKind.CLIENT, Money(8, USD)), (WalletKind.SETTLEMENT, Money(-7, USD))], as_of=NOW
    )

    assert trial_balance.currencies[0].sum == Money(1, USD)
    assert not trial_balance.is_zero


def test_one_currency_does_not_make_up_for_another() -> None:
    trial_balance = add_up(
        [(WalletKind.CLIENT, Money(7, USD)), (WalletKind.SETTLEMENT, Money(-7, EUR))], as_of=NOW
    )

    assert not trial_balance.is_zero
