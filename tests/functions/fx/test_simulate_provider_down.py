"""POST /fx/simulate/provider-down"""

import pytest

from localstack.memory.bank import EUR
from tests.functions.fx.conftest import Desk

OPERATION = "fx/simulate_provider_down"


def test_from_now_on_there_is_no_rate_and_none_is_remembered(desk: Desk) -> None:
    account = desk.api.bank.new_account()
    assert desk.quote(account).status == 201

    reply = desk.api.call(OPERATION)

    assert (reply.status, reply.body) == (200, {"provider": "down"})
    refused = desk.quote(account)
    assert (refused.status, refused.code) == (503, "fx-rate-unavailable")


def test_switching_it_off_twice_is_harmless(desk: Desk) -> None:
    replies = [desk.api.call(OPERATION) for _ in range(2)]

    assert [reply.status for reply in replies] == [200, 200]


def test_a_quote_that_was_locked_before_is_as_good_as_ever(desk: Desk) -> None:
    bank = desk.api.bank
    sender, recipient = bank.account(holding="10"), bank.account(EUR)
    quote = bank.quote(sender, EUR, "10")

    desk.api.call(OPERATION)

    assert desk.look_at(quote.quote_id).body["status"] == "ACTIVE"
    told = bank.transfer(sender, recipient, "10", key="k", fx_quote_id=quote.quote_id)
    assert told.code == "ok"


def test_where_nothing_is_simulated_the_switch_is_not_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FX_SIMULATION", "off")
    desk.api.call(OPERATION)

    assert desk.quote(desk.api.bank.new_account()).status == 201
