"""GET /admin/trial-balance."""

from datetime import timedelta

from tests.support.bank import Account
from tests.support.desk import Desk
from tests.support.intruder import Intruder
from tests.support.tables import PREFIX


def test_every_currency_adds_up_to_zero(desk: Desk, holder: Account) -> None:
    desk.bank.clock.advance(timedelta(seconds=30))

    answer = desk.call("get_trial_balance").body

    assert answer == {
        "asOf": "2026-04-07T10:00:00.000000Z",
        "balanced": True,
        "wallets": 5,
        "currencies": [of("EUR", "7.00000000"), of("USD", "100.00000000")],
        "violations": [],
        "violationsTotal": 0,
    }


def test_a_changed_balance_does_not_add_up(desk: Desk, holder: Account) -> None:
    desk.bank.clock.advance(timedelta(seconds=30))
    Intruder(desk.bank.client, PREFIX).change("wallets", holder.wallet_id, balance="60.00000001")

    answer = desk.call("get_trial_balance").body

    assert answer["balanced"] is False
    assert [it["sum"] for it in answer["currencies"]] == ["0.00000000", "0.00000001"]
    assert desk.bank.meter.counts["ledger_invariant_violations_total"] == 1


def test_a_wallet_that_cannot_be_read_is_a_violation(desk: Desk, holder: Account) -> None:
    Intruder(desk.bank.client, PREFIX).change("wallets", holder.wallet_id, balance="1e5")

    answer = desk.call("get_trial_balance").body

    assert answer["balanced"] is False
    assert answer["violations"] == [
        {"walletId": holder.wallet_id, "reason": "malformed-wallet", "sequence": None}
    ]
    assert desk.bank.meter.counts["ledger_invariant_violations_total"] == 1


def of(currency: str, clients: str) -> dict[str, str]:
    return {
        "currency": currency,
        "clients": clients,
        "settlement": f"-{clients}",
        "liquidity": "0.00000000",
        "float": "0.00000000",
        "sum": "0.00000000",
    }
