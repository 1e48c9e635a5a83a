"""GET /admin/trial-balance."""

from datetime import timedelta

import pytest

from localstack.memory.bank import Account
from localstack.memory.desk import Desk
from localstack.memory.intruder import Intruder
from localstack.memory.tables import PREFIX

STILL_NOW = "2026-04-07T10:00:35.000000Z"
AHEAD = "2026-04-07T10:00:35.000001Z"
"""Either side of five seconds ahead of the clock, half a minute after ten."""


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


@pytest.mark.parametrize("posted_at", ["2099-01-01T00:00:00.000000Z", AHEAD])
def test_a_wallet_that_is_dated_ahead_is_named_and_counted(
    desk: Desk, holder: Account, posted_at: str
) -> None:
    desk.bank.clock.advance(timedelta(seconds=30))
    intruder = Intruder(desk.bank.client, PREFIX)
    intruder.change("wallets", holder.wallet_id, postedAt=posted_at)

    answer = desk.call("get_trial_balance").body

    [violation] = answer["violations"]
    assert (violation["walletId"], violation["reason"]) == (holder.wallet_id, "wrong-time")
    assert violation["sequence"] == intruder.get("wallets", holder.wallet_id)["sequence"]
    assert (answer["balanced"], answer["wallets"]) == (False, 5)
    assert [it["sum"] for it in answer["currencies"]] == ["0.00000000", "0.00000000"]
    assert desk.bank.meter.counts["ledger_invariant_violations_total"] == 1


def test_a_wallet_of_a_clock_that_is_a_little_fast_is_not(desk: Desk, holder: Account) -> None:
    desk.bank.clock.advance(timedelta(seconds=30))
    Intruder(desk.bank.client, PREFIX).change("wallets", holder.wallet_id, postedAt=STILL_NOW)

    assert desk.call("get_trial_balance").body["violations"] == []


def test_money_does_not_hide_in_a_wallet_that_is_dated_ahead(desk: Desk, holder: Account) -> None:
    desk.bank.clock.advance(timedelta(seconds=30))
    Intruder(desk.bank.client, PREFIX).change(
        "wallets",
        holder.wallet_id,
        balance="60.00000001",
        postedAt="2099-01-01T00:00:00.000000Z",
    )

    answer = desk.call("get_trial_balance").body

    assert [it["sum"] for it in answer["currencies"]] == ["0.00000000", "0.00000001"]


def of(currency: str, clients: str) -> dict[str, str]:
    return {
        "currency": currency,
        "clients": clients,
        "settlement": f"-{clients}",
        "liquidity": "0.00000000",
        "held": "0.00000000",
        "float": "0.00000000",
        "sum": "0.00000000",
    }
