"""POST /transactions/holds/{holdId}/release"""

from datetime import timedelta

import pytest

from localstack.memory.api import Api, payee_body
from localstack.memory.bank import Account
from novapay.domain.caller import Caller
from novapay.domain.instants import format_instant
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import id_of


@pytest.fixture
def hold_id(api: Api, alice: Account) -> str:
    """Return a hold of 40 that ends in a minute."""
    end = format_instant(api.bank.clock.now() + timedelta(seconds=60))
    return str(api.hold(alice, body={"expiresAt": end}).body["holdId"])


def test_a_release_returns_all_of_it(api: Api, alice: Account, hold_id: str) -> None:
    reply = api.release(hold_id)

    assert reply.status == 200
    assert reply.body == api.get_hold(hold_id).body
    assert (reply.body["status"], reply.body["releasedAmount"]) == ("RELEASED", "40.00000000")
    assert reply.body["remainingAmount"] == "0.00000000"
    assert api.sound_books().balance(alice.wallet_id) == "100.00000000"


def test_a_release_returns_what_captures_have_left(
    api: Api, alice: Account, bob: Account, hold_id: str
) -> None:
    api.capture(hold_id, payee=bob, body={"amount": "15", "final": False})

    reply = api.release(hold_id)

    assert (reply.body["capturedAmount"], reply.body["releasedAmount"]) == (
        "15.00000000",
        "25.00000000",
    )
    assert api.sound_books().balance(alice.wallet_id) == "85.00000000"


def test_the_same_key_releases_once_with_or_without_a_body(
    api: Api, alice: Account, hold_id: str
) -> None:
    first = api.release(hold_id)
    again = api.release(hold_id, text=None, headers={"Content-Type": None})

    assert again.is_replay
    assert again.body == first.body
    assert api.sound_books().balance(alice.wallet_id) == "100.00000000"


def test_a_closed_hold_is_not_released_again(api: Api, bob: Account, hold_id: str) -> None:
    api.capture(hold_id, payee=bob)

    reply = api.release(hold_id)

    assert (reply.status, reply.code) == (409, "hold-closed")
    api.sound_books()


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(seconds=59, milliseconds=999), 200),
        (timedelta(seconds=60), 410),
        (timedelta(seconds=60, milliseconds=1), 410),
    ],
)
def test_a_hold_is_released_before_its_end(
    api: Api, hold_id: str, after: timedelta, status: int
) -> None:
    api.bank.clock.advance(after)

    reply = api.release(hold_id)

    assert reply.status == status
    if status == 410:
        assert reply.code == "hold-expired"


def test_what_is_held_for_somebody_is_released_by_them_alone(
    api: Api, alice: Account, bob: Account
) -> None:
    hold_id = api.hold(alice, body=payee_body(bob)).body["holdId"]
    stranger = api.bank.new_account()

    def released_by(account: Account) -> str:
        reply = api.release(hold_id, caller=Caller(account.user_id, account.user_id))
        return "ok" if reply.status == 200 else reply.code

    assert released_by(stranger) == "hold-not-found"
    assert released_by(alice) == "not-the-owner"
    assert released_by(bob) == "ok"


def test_a_hold_for_nobody_is_released_by_its_owner(api: Api, alice: Account, hold_id: str) -> None:
    assert api.release(hold_id, caller=Caller(alice.user_id, alice.user_id)).status == 200


def test_what_is_no_hold_is_not_found(api: Api) -> None:
    assert api.release(id_of("nothing")).code == "hold-not-found"


def test_a_release_says_nothing_else(api: Api, hold_id: str) -> None:
    reply = api.release(hold_id, body={"amount": "10"})

    assert reply.status == 400
    assert reply.pointers == ["/amount"]


def test_what_is_held_of_a_frozen_wallet_is_released(
    api: Api, alice: Account, hold_id: str
) -> None:
    api.bank.change_status(alice, StatusAction.FREEZE)

    assert api.release(hold_id).status == 200
    assert api.sound_books().balance(alice.wallet_id) == "100.00000000"


def test_a_wallet_with_a_hold_is_not_closed(api: Api, hold_id: str) -> None:
    account = api.bank.account(holding="40")
    held = api.hold(account, key="all of it").body["holdId"]

    refused = api.bank.change_status(account, StatusAction.CLOSE, key="1")
    api.capture(held, payee=api.bank.account())
    closed = api.bank.change_status(account, StatusAction.CLOSE, key="2")

    assert (refused.code, closed.code) == ("wallet-not-empty", "ok")
    api.sound_books()
