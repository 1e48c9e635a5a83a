"""POST /fx/simulate/provider-up"""

from tests.functions.fx.conftest import Desk

OPERATION = "fx/simulate_provider_up"


def test_the_provider_comes_back(desk: Desk) -> None:
    account = desk.api.bank.new_account()
    desk.api.call("fx/simulate_provider_down")
    assert desk.quote(account).status == 503

    reply = desk.api.call(OPERATION)

    assert (reply.status, reply.body) == (200, {"provider": "up"})
    assert desk.quote(account).status == 201


def test_a_provider_that_was_never_down_stays_up(desk: Desk) -> None:
    assert desk.api.call(OPERATION).status == 200
    assert desk.quote(desk.api.bank.new_account()).status == 201
