"""POST /transactions/holds/{holdId}/captures"""

from datetime import timedelta

import pytest

from localstack.memory.api import Api, Reply, payee_body
from localstack.memory.bank import EUR, Account
from localstack.memory.intruder import Intruder
from localstack.memory.wire import Wire
from novapay.domain.caller import Caller
from novapay.domain.hold import CAPTURES_MAX
from novapay.domain.instants import format_instant
from novapay.domain.wallet import hold_wallet_id
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import id_of


@pytest.fixture
def hold_id(api: Api, alice: Account, bob: Account) -> str:
    """Return a hold of 40 for Bob that ends in a minute."""
    end = format_instant(api.bank.clock.now() + timedelta(seconds=60))
    return str(api.hold(alice, body={**payee_body(bob), "expiresAt": end}).body["holdId"])


def amounts(reply: Reply) -> tuple[str, str, str, str]:
    """Return a hold's status and its captured, released and remaining amounts."""
    hold = reply.body.get("hold", reply.body)
    names = ("capturedAmount", "releasedAmount", "remainingAmount")
    return (hold["status"], *(hold[name].partition(".")[0] for name in names))


def test_a_capture_pays_the_recipient_and_returns_the_rest(
    api: Api, alice: Account, bob: Account, hold_id: str
) -> None:
    reply = api.capture(hold_id, body={"amount": "30", "description": "two nights"})

    books = api.sound_books()
    capture = books.transfers[reply.body["transactionId"]]
    assert reply.status == 201
    assert {name: reply.body[name] for name in ("status", "amount", "currency")} == {
        "status": "COMPLETED",
        "amount": "30",
        "currency": "USD",
    }
    assert (reply.body["recipientWalletId"], reply.body["recipientUserId"]) == (
        bob.wallet_id,
        bob.user_id,
    )
    assert amounts(reply) == ("CAPTURED", "30", "10", "0")
    assert reply.body["hold"] == api.get_hold(hold_id).body
    assert reply.body["hold"]["captures"] == [reply.body["transactionId"]]
    assert books.balance(alice.wallet_id) == "70.00000000"
    assert books.balance(bob.wallet_id) == "30.00000000"
    assert books.balance(hold_wallet_id(alice.wallet_id)) == "0.00000000"
    assert books.transfers[capture["linkedTransactionId"]]["type"] == "hold_release"


def test_a_capture_takes_all_that_is_left_unless_it_says_less(
    api: Api, bob: Account, hold_id: str
) -> None:
    reply = api.capture(hold_id)

    assert reply.body["amount"] == "40.00000000"
    assert amounts(reply) == ("CAPTURED", "40", "0", "0")
    assert api.sound_books().balance(bob.wallet_id) == "40.00000000"


def test_several_captures_follow_each_other_until_one_is_final(
    api: Api, alice: Account, hold_id: str
) -> None:
    first = api.capture(hold_id, key="1", body={"amount": "10", "final": False})
    second = api.capture(hold_id, key="2", body={"amount": "25", "final": False})
    too_much = api.capture(hold_id, key="3", body={"amount": "5.00000001"})
    last = api.capture(hold_id, key="4", body={"amount": "1"})
    closed = api.capture(hold_id, key="5", body={"amount": "1"})

    assert amounts(first) == ("HELD", "10", "0", "30")
    assert amounts(second) == ("HELD", "35", "0", "5")
    assert (too_much.status, too_much.code) == (422, "hold-amount-exceeded")
    assert amounts(last) == ("CAPTURED", "36", "4", "0")
    assert (closed.status, closed.code) == (409, "hold-closed")
    assert api.sound_books().balance(alice.wallet_id) == "64.00000000"


def test_a_capture_that_leaves_nothing_closes_the_hold(api: Api, hold_id: str) -> None:
    reply = api.capture(hold_id, body={"amount": "40", "final": False})

    assert amounts(reply) == ("CAPTURED", "40", "0", "0")
    api.sound_books()


def test_the_last_capture_that_is_allowed_must_be_final(api: Api, hold_id: str) -> None:
    for number in range(CAPTURES_MAX - 1):
        body = {"amount": "1", "final": False}
        assert api.capture(hold_id, key=f"{number}", body=body).status == 201

    refused = api.capture(hold_id, key="one more", body={"amount": "1", "final": False})
    last = api.capture(hold_id, key="the last", body={"amount": "1"})

    assert (refused.status, refused.code) == (422, "too-many-captures")
    assert amounts(last) == ("CAPTURED", "20", "20", "0")
    api.sound_books()


def test_the_same_key_captures_once(api: Api, bob: Account, hold_id: str) -> None:
    body = {"amount": "10", "final": False}
    first = api.capture(hold_id, body=body)

    again = api.capture(hold_id, body=body)

    assert again.is_replay
    assert again.body == first.body
    assert api.sound_books().balance(bob.wallet_id) == "10.00000000"


def test_a_capture_takes_three_round_trips(api: Api, hold_id: str) -> None:
    with Wire(api.bank.client) as wire:
        api.capture(hold_id, body={"amount": "30"})

    assert wire.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(seconds=59, milliseconds=999), 201),
        (timedelta(seconds=60), 410),
        (timedelta(seconds=60, milliseconds=1), 410),
    ],
)
def test_a_hold_is_captured_before_its_end(
    api: Api, hold_id: str, after: timedelta, status: int
) -> None:
    api.bank.clock.advance(after)

    reply = api.capture(hold_id)

    assert reply.status == status
    if status == 410:
        assert reply.code == "hold-expired"
    api.sound_books()


class TestWhoIsPaid:
    """The hold may say it, or the capture; not different ones."""

    def test_a_capture_names_the_recipient_where_the_hold_does_not(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        hold_id = api.hold(alice).body["holdId"]

        nobody = api.capture(hold_id, key="1")
        reply = api.capture(hold_id, payee=bob, key="2")

        assert (nobody.status, nobody.code) == (422, "hold-recipient-missing")
        assert reply.status == 201
        assert api.sound_books().balance(bob.wallet_id) == "40.00000000"

    def test_a_capture_may_repeat_the_recipient(self, api: Api, bob: Account, hold_id: str) -> None:
        assert api.capture(hold_id, payee=bob).status == 201

    def test_another_recipient_is_refused(self, api: Api, hold_id: str) -> None:
        reply = api.capture(hold_id, payee=api.bank.account())

        assert (reply.status, reply.code) == (422, "hold-recipient-mismatch")
        api.sound_books()

    def test_the_wallet_itself_is_not_paid(self, api: Api, alice: Account) -> None:
        hold_id = api.hold(alice).body["holdId"]

        assert api.capture(hold_id, payee=alice).code == "same-wallet"

    def test_another_currency_is_refused(self, api: Api, alice: Account) -> None:
        hold_id = api.hold(alice).body["holdId"]

        reply = api.capture(hold_id, payee=api.bank.account(EUR))

        assert (reply.status, reply.code) == (422, "currency-mismatch")

    def test_a_recipient_who_does_not_own_the_wallet_is_refused(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        hold_id = api.hold(alice).body["holdId"]
        body = {**payee_body(bob), "recipientUserId": alice.user_id}

        assert api.capture(hold_id, body=body).code == "wallet-owner-mismatch"

    @pytest.mark.parametrize("is_system", [True, False])
    def test_a_wallet_that_cannot_be_named_is_not_found(
        self, api: Api, alice: Account, bob: Account, *, is_system: bool
    ) -> None:
        hold_id = api.hold(alice).body["holdId"]
        nobody = hold_wallet_id(alice.wallet_id) if is_system else id_of("nobody's")
        body = {**payee_body(bob), "recipientWalletId": nobody}

        reply = api.capture(hold_id, body=body)

        assert (reply.status, reply.code) == (404, "wallet-not-found")


def test_what_is_no_hold_is_not_found(api: Api, alice: Account, bob: Account) -> None:
    transfer_id = api.transfer(alice, bob).body["transactionId"]

    for hold_id in (id_of("nothing"), transfer_id):
        assert api.capture(hold_id).code == "hold-not-found"


def test_the_owner_and_the_recipient_may_capture(
    api: Api, alice: Account, bob: Account, hold_id: str
) -> None:
    stranger = Caller(api.bank.new_account().user_id)
    body = {"amount": "1", "final": False}

    assert api.capture(hold_id, caller=stranger, body=body).code == "hold-not-found"
    for account in (alice, bob):
        caller = Caller(account.user_id, account.user_id)
        assert api.capture(hold_id, caller=caller, key=account.user_id, body=body).status == 201


def test_what_is_held_of_a_frozen_wallet_is_captured_and_the_rest_returned(
    api: Api, alice: Account, hold_id: str
) -> None:
    api.bank.change_status(alice, StatusAction.FREEZE)

    reply = api.capture(hold_id, body={"amount": "30"})

    assert amounts(reply) == ("CAPTURED", "30", "10", "0")
    assert api.sound_books().balance(alice.wallet_id) == "70.00000000"


def test_a_frozen_recipient_is_paid_and_a_closed_one_is_not(
    api: Api, bob: Account, hold_id: str
) -> None:
    api.bank.change_status(bob, StatusAction.CLOSE)

    closed = api.capture(hold_id, key="1")

    frozen = api.bank.account()
    api.bank.change_status(frozen, StatusAction.FREEZE)
    another = api.hold(api.bank.account(holding="40"), key="another").body["holdId"]
    assert closed.code == "wallet-inactive"
    assert api.capture(another, payee=frozen, key="2").status == 201


def test_a_hold_wallet_with_too_little_is_a_violation(
    api: Api, alice: Account, hold_id: str, intruder: Intruder
) -> None:
    intruder.change("wallets", hold_wallet_id(alice.wallet_id), balance="39.00000000")

    assert api.capture(hold_id).code == "invariant-violated"


@pytest.mark.parametrize("final", ["false", 0, None])
def test_final_is_a_boolean(api: Api, hold_id: str, final: object) -> None:
    reply = api.capture(hold_id, body={"final": final})

    assert reply.status == 400
    assert reply.pointers == ["/final"]
