"""POST /transactions/holds"""

from datetime import datetime, timedelta

import pytest

from localstack.memory.api import Api, payee_body
from localstack.memory.bank import EUR, Account
from novapay.domain.caller import Caller
from novapay.domain.instants import format_instant
from novapay.domain.wallet import hold_wallet_id
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import id_of

INSTANT = timedelta(microseconds=1)


def in_(api: Api, ahead: timedelta) -> str:
    return format_instant(api.bank.clock.now() + ahead)


def test_a_hold_answers_as_the_contract_says(api: Api, alice: Account, bob: Account) -> None:
    reply = api.hold(alice, "40.0", body={**payee_body(bob), "description": "a room"})

    assert reply.status == 201
    assert reply.body == {
        "holdId": reply.body["holdId"],
        "status": "HELD",
        "walletId": alice.wallet_id,
        "userId": alice.user_id,
        "recipientWalletId": bob.wallet_id,
        "recipientUserId": bob.user_id,
        "amount": "40.0",
        "currency": "USD",
        "capturedAmount": "0.00000000",
        "releasedAmount": "0.00000000",
        "remainingAmount": "40.00000000",
        "captures": [],
        "description": "a room",
        "reference": None,
        "metadata": None,
        "expiresAt": in_(api, timedelta(days=7)),
        "createdAt": in_(api, timedelta()),
    }


def test_a_hold_has_a_reference_for_good_and_metadata(api: Api, alice: Account) -> None:
    named = {"reference": "room 7", "metadata": {"nights": "2"}}
    first = api.hold(alice, body=named)

    again = api.hold(alice, key="another", body=named)

    shown = api.get_hold(first.body["holdId"]).body
    assert (shown["reference"], shown["metadata"]) == ("room 7", {"nights": "2"})
    assert (again.status, again.code) == (409, "reference-taken")
    assert again.body["transactionId"] == first.body["holdId"]
    assert api.sound_books().balance(alice.wallet_id) == "60.00000000"


def test_what_is_held_cannot_be_spent(api: Api, alice: Account, bob: Account) -> None:
    hold_id = api.hold(alice, "40").body["holdId"]

    too_much = api.transfer(alice, bob, "60.00000001")

    books = api.sound_books()
    debit = books.chains[alice.wallet_id][-1]
    credit = books.chains[hold_wallet_id(alice.wallet_id)][-1]
    assert too_much.code == "insufficient-funds"
    assert books.balance(alice.wallet_id) == "60.00000000"
    assert books.balance(hold_wallet_id(alice.wallet_id)) == "40.00000000"
    assert {debit["transactionId"], credit["transactionId"]} == {hold_id}


def test_all_of_it_can_be_held_and_no_more(api: Api, alice: Account) -> None:
    more = api.hold(alice, "100.00000001")
    all_of_it = api.hold(alice, "100", key="another")

    assert (more.status, more.code) == (422, "insufficient-funds")
    assert api.books().transfers[more.body["transactionId"]]["status"] == "FAILED"
    assert all_of_it.status == 201
    assert api.sound_books().balance(alice.wallet_id) == "0.00000000"


def test_a_second_hold_of_a_wallet_goes_to_the_same_hold_wallet(api: Api, alice: Account) -> None:
    api.hold(alice, "40")
    api.hold(alice, "25", key="another")

    assert api.sound_books().balance(hold_wallet_id(alice.wallet_id)) == "65.00000000"


def test_the_same_key_gets_the_same_hold(api: Api, alice: Account) -> None:
    first = api.hold(alice, "40")
    api.bank.clock.advance(timedelta(hours=1))
    again = api.hold(alice, "40.00")

    assert again.is_replay
    assert again.body == first.body
    assert api.sound_books().balance(alice.wallet_id) == "60.00000000"


@pytest.mark.parametrize(
    ("ahead", "status"),
    [
        (timedelta(), 400),
        (INSTANT, 201),
        (timedelta(days=31), 201),
        (timedelta(days=31) + INSTANT, 400),
    ],
)
def test_a_hold_ends_after_now_and_in_31_days_at_most(
    api: Api, alice: Account, ahead: timedelta, status: int
) -> None:
    reply = api.hold(alice, body={"expiresAt": in_(api, ahead)})

    assert reply.status == status
    if status == 400:
        assert reply.pointers == ["/expiresAt"]
        assert not [it for it in api.sound_books().transfers.values() if it["type"] == "hold"]


def test_a_key_is_answered_again_after_its_hold_has_ended(api: Api, alice: Account) -> None:
    body = {"expiresAt": in_(api, timedelta(seconds=60))}
    first = api.hold(alice, body=body)
    api.bank.clock.advance(timedelta(hours=1))

    again = api.hold(alice, body=body)

    assert again.is_replay
    assert again.body == first.body


@pytest.mark.parametrize(
    "instant",
    [
        "tomorrow",
        "2026-04-08",
        "2026-04-08T10:00:00",
        "2026-13-08T10:00:00Z",
        "2026-04-08T10:00:00.1234567Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        1775642400,
        True,
    ],
)
def test_what_is_no_instant_is_no_end(api: Api, alice: Account, instant: object) -> None:
    reply = api.hold(alice, body={"expiresAt": instant})

    assert reply.status == 400
    assert reply.pointers == ["/expiresAt"]


def test_an_end_is_understood_in_any_zone(api: Api, alice: Account) -> None:
    end = api.bank.clock.now() + timedelta(days=1)
    there = datetime.fromisoformat(end.isoformat()).replace(tzinfo=None) + timedelta(hours=2)

    reply = api.hold(alice, body={"expiresAt": f"{there.isoformat()}+02:00"})

    assert reply.body["expiresAt"] == format_instant(end)


@pytest.mark.parametrize("missing", ["recipientWalletId", "recipientUserId"])
def test_a_recipient_is_named_whole(api: Api, alice: Account, bob: Account, missing: str) -> None:
    reply = api.hold(alice, body={**payee_body(bob), missing: None})

    assert reply.status == 400
    assert reply.pointers == [f"/{missing}"]


class TestRefusals:
    """Nothing is set aside for what could not be paid."""

    def test_another_currency_is_refused(self, api: Api, alice: Account) -> None:
        assert api.hold(alice, body={"currency": "EUR"}).code == "currency-mismatch"

    def test_a_recipient_with_another_currency_is_refused(self, api: Api, alice: Account) -> None:
        reply = api.hold(alice, body=payee_body(api.bank.account(EUR)))

        assert (reply.status, reply.code) == (422, "currency-mismatch")

    def test_nobody_holds_for_oneself(self, api: Api, alice: Account) -> None:
        assert api.hold(alice, body=payee_body(alice)).code == "same-wallet"

    def test_a_wallet_of_somebody_else_is_refused(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        reply = api.hold(alice, body={"userId": bob.user_id})

        assert reply.code == "wallet-owner-mismatch"

    def test_a_recipient_who_does_not_own_the_wallet_is_refused(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        body = {**payee_body(bob), "recipientUserId": alice.user_id}

        assert api.hold(alice, body=body).code == "wallet-owner-mismatch"

    def test_a_frozen_wallet_is_refused(self, api: Api, alice: Account) -> None:
        api.bank.change_status(alice, StatusAction.FREEZE)

        assert api.hold(alice).code == "wallet-frozen"

    @pytest.mark.parametrize("name", ["walletId", "recipientWalletId"])
    def test_a_wallet_that_is_not_there_is_not_found(
        self, api: Api, alice: Account, bob: Account, name: str
    ) -> None:
        reply = api.hold(alice, body={**payee_body(bob), name: id_of("nobody's")})

        assert (reply.status, reply.code) == (404, "wallet-not-found")

    @pytest.mark.parametrize("name", ["walletId", "recipientWalletId"])
    def test_a_hold_wallet_cannot_be_named(
        self, api: Api, alice: Account, bob: Account, name: str
    ) -> None:
        api.hold(alice)
        body = {**payee_body(bob), name: hold_wallet_id(alice.wallet_id)}

        assert api.hold(alice, key="another", body=body).code == "wallet-not-found"

    def test_a_key_is_required(self, api: Api, alice: Account) -> None:
        assert api.hold(alice, key=None).code == "idempotency-key-missing"

    def test_a_token_holds_the_money_of_its_own_user(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        stranger = Caller(bob.user_id, bob.user_id)

        assert api.hold(alice, caller=stranger).code == "not-the-owner"
        assert api.hold(alice, caller=Caller(alice.user_id, alice.user_id)).status == 201
