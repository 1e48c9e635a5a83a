"""POST /transactions/transfers"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from localstack.memory.api import Api, Reply, transfer_body
from localstack.memory.auditor import recomputed_hash
from localstack.memory.bank import EUR, USD, Account
from localstack.memory.intruder import Intruder
from localstack.memory.wire import Wire, cancel, every, lose_the_answer
from novapay.domain.wallet import UserId, WalletKind, system_shard_of, system_wallet_id
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import id_of
from tests.support.printed import Printed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OPERATION = "transactions/create_transfer"


def assert_nothing_moved(api: Api, *accounts: Account, balance: str = "100.00000000") -> None:
    books = api.sound_books()
    assert books.balance(accounts[0].wallet_id) == balance
    assert not [it for it in books.transfers_of("COMPLETED") if it["type"] == "transfer"]


def test_a_transfer_answers_as_the_contract_says(api: Api, alice: Account, bob: Account) -> None:
    reply = api.transfer(alice, bob, "40")

    assert reply.status == 201
    assert reply.headers["content-type"] == "application/json"
    assert not reply.is_replay
    assert reply.body == {
        "transactionId": reply.body["transactionId"],
        "status": "COMPLETED",
        "amount": "40",
        "currency": "USD",
        "fxRate": None,
        "senderBalance": "60.00000000",
    }


def test_a_transfer_writes_exactly_two_entries(api: Api, alice: Account, bob: Account) -> None:
    transaction_id = api.transfer(alice, bob, "40").body["transactionId"]

    books = api.sound_books()
    debit, credit = (books.chains[it.wallet_id][-1] for it in (alice, bob))
    assert (debit["entryType"], debit["balanceAfter"]) == ("DEBIT", "60.00000000")
    assert (credit["entryType"], credit["balanceAfter"]) == ("CREDIT", "40.00000000")
    assert {debit["transactionId"], credit["transactionId"]} == {transaction_id}
    assert {debit["amount"], credit["amount"]} == {"40.00000000"}
    assert books.balance(alice.wallet_id) == "60.00000000"
    assert books.balance(bob.wallet_id) == "40.00000000"


@pytest.mark.parametrize("amount", ["1", "1.0", "01.00", "0.00000001", "100", "99.99999999"])
def test_the_amount_is_repeated_as_it_was_written(
    api: Api, alice: Account, bob: Account, amount: str
) -> None:
    assert api.transfer(alice, bob, amount).body["amount"] == amount


def test_a_description_is_kept_beside_the_hash(api: Api, alice: Account, bob: Account) -> None:
    words = "Miete für Mai ☂ \U0001f3e0"

    reply = api.transfer(alice, bob, body={"description": words})

    entry = api.sound_books().chains[alice.wallet_id][-1]
    assert reply.status == 201
    assert entry["description"] == words
    assert entry["hash"] == recomputed_hash(entry)


@pytest.mark.parametrize("words", ["", None])
def test_no_words_are_no_description(
    api: Api, alice: Account, bob: Account, words: str | None
) -> None:
    body = {**transfer_body(alice, bob), "description": words}

    reply = api.call(OPERATION, body=body)

    assert reply.status == 201
    assert "description" not in api.sound_books().chains[alice.wallet_id][-1]


@pytest.mark.parametrize(("length", "status"), [(140, 201), (141, 400)])
def test_a_description_has_at_most_140_characters(
    api: Api, alice: Account, bob: Account, length: int, status: int
) -> None:
    reply = api.transfer(alice, bob, body={"description": "\U0001f3e0" * length})

    assert reply.status == status
    if status == 400:
        assert reply.pointers == ["/description"]


class TestRefusals:
    """A business "no": 422, kept under the key as a FAILED transfer, and nothing moves."""

    def assert_refused(self, api: Api, reply: Reply, code: str) -> None:
        assert (reply.status, reply.code) == (422, code)
        assert reply.body["retryable"] is False
        failed = api.books().transfers[reply.body["transactionId"]]
        assert failed["status"] == "FAILED"
        assert failed["failureCode"] == code

    def test_more_than_there_is_cannot_be_sent(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        reply = api.transfer(alice, bob, "100.00000001")

        self.assert_refused(api, reply, "insufficient-funds")
        assert_nothing_moved(api, alice)

    def test_nobody_pays_oneself(self, api: Api, alice: Account) -> None:
        reply = api.transfer(alice, alice)

        self.assert_refused(api, reply, "same-wallet")
        assert_nothing_moved(api, alice)

    def test_nobody_pays_oneself_in_capitals(self, api: Api, alice: Account) -> None:
        body = {"recipientWalletId": alice.wallet_id.upper()}

        reply = api.transfer(alice, alice, body=body)

        self.assert_refused(api, reply, "same-wallet")

    def test_a_currency_that_the_wallets_do_not_hold_is_refused(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        reply = api.transfer(alice, bob, body={"currency": "EUR"})

        self.assert_refused(api, reply, "currency-mismatch")
        assert_nothing_moved(api, alice)

    def test_another_currency_needs_a_quote(self, api: Api, alice: Account) -> None:
        reply = api.transfer(alice, api.bank.account(EUR))

        self.assert_refused(api, reply, "fx-quote-required")
        assert_nothing_moved(api, alice)

    def test_a_closed_wallet_is_not_paid(self, api: Api, alice: Account, bob: Account) -> None:
        api.bank.change_status(bob, StatusAction.CLOSE)

        reply = api.transfer(alice, bob)

        self.assert_refused(api, reply, "wallet-inactive")
        assert_nothing_moved(api, alice)

    def test_a_frozen_wallet_does_not_pay(self, api: Api, alice: Account, bob: Account) -> None:
        api.bank.change_status(alice, StatusAction.FREEZE)

        reply = api.transfer(alice, bob)

        self.assert_refused(api, reply, "wallet-frozen")
        assert_nothing_moved(api, alice)

    def test_a_frozen_wallet_is_paid(self, api: Api, alice: Account, bob: Account) -> None:
        api.bank.change_status(bob, StatusAction.FREEZE)

        reply = api.transfer(alice, bob, "40")

        assert reply.status == 201
        assert api.sound_books().balance(bob.wallet_id) == "40.00000000"

    def test_a_refusal_stays_one_after_the_thaw(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        """A client that wants to try again after the wallet was unfrozen needs a new key."""
        api.bank.change_status(alice, StatusAction.FREEZE)
        refused = api.transfer(alice, bob, key="k")
        api.bank.change_status(alice, StatusAction.UNFREEZE)

        again = api.transfer(alice, bob, key="k")
        anew = api.transfer(alice, bob, key="another")

        assert (again.status, again.body) == (refused.status, refused.body)
        assert anew.status == 201

    @pytest.mark.parametrize("side", ["sender", "recipient"])
    def test_a_false_owner_is_refused(
        self, api: Api, alice: Account, bob: Account, side: str
    ) -> None:
        stranger = UserId(id_of("stranger"))

        reply = api.transfer(alice, bob, body={f"{side}UserId": stranger})

        self.assert_refused(api, reply, "wallet-owner-mismatch")
        assert_nothing_moved(api, alice)


class TestUnknown:
    """404: not stored, so the key may be tried again."""

    @pytest.mark.parametrize("side", ["sender", "recipient"])
    def test_a_wallet_that_is_not_there_is_not_found(
        self, api: Api, alice: Account, bob: Account, side: str
    ) -> None:
        before = api.books()

        reply = api.transfer(alice, bob, body={f"{side}WalletId": id_of("nobody")})

        assert (reply.status, reply.code) == (404, "wallet-not-found")
        assert id_of("nobody") in reply.body["detail"]
        assert api.books() == before

    def test_a_system_wallet_is_not_found_on_either_side(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        shard = system_shard_of(alice.wallet_id)
        system = Account(system_wallet_id(WalletKind.SETTLEMENT, USD, shard), alice.user_id, USD)
        before = api.books()
        assert system.wallet_id in before.wallets

        replies = [api.transfer(system, bob), api.transfer(alice, system)]

        assert [reply.code for reply in replies] == ["wallet-not-found"] * 2
        assert api.books() == before


class TestTheKey:
    """The seed's scenarios A, D and E, and what binds a key and what does not."""

    def test_a_transfer_needs_one(self, api: Api, alice: Account, bob: Account) -> None:
        reply = api.transfer(alice, bob, key=None)

        assert (reply.status, reply.code) == (400, "idempotency-key-missing")
        assert reply.pointers == ["/header/Idempotency-Key"]
        assert_nothing_moved(api, alice)

    def test_the_same_request_gets_the_first_answer_again(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        first = api.transfer(alice, bob, key="k")
        again = api.transfer(alice, bob, key="k")

        assert again.is_replay
        assert (again.status, again.text) == (first.status, first.text)
        assert again.headers["content-type"] == first.headers["content-type"]
        assert api.sound_books().balance(alice.wallet_id) == "60.00000000"

    def test_two_spellings_of_one_request_are_one_payload(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        first = api.transfer(alice, bob, "40", key="k")
        body = {
            name: value.upper() if name.endswith("Id") else value
            for name, value in reversed(transfer_body(alice, bob, "40.00").items())
            if isinstance(value, str)
        }

        again = api.call(OPERATION, text=json.dumps(body, indent=2), key='"k"')

        assert again.is_replay
        assert again.text == first.text

    @pytest.mark.parametrize(
        "fields",
        [
            {"amount": "40.00000001"},
            {"currency": "EUR"},
            {"description": "rent"},
            {"senderUserId": id_of("stranger")},
            {"recipientWalletId": id_of("nobody")},
            {"fxQuoteId": id_of("a quote")},
        ],
    )
    def test_another_payload_is_a_conflict_that_names_the_key(
        self, api: Api, alice: Account, bob: Account, fields: dict[str, object]
    ) -> None:
        api.transfer(alice, bob, key="order-17")
        before = api.books()

        reply = api.transfer(alice, bob, key="order-17", body=fields)

        assert (reply.status, reply.code) == (409, "idempotency-key-reused")
        assert "order-17" in reply.body["detail"]
        assert api.books() == before

    @pytest.mark.parametrize(("hours", "is_replay"), [(23, True), (24, False), (25, False)])
    def test_after_24_hours_it_is_a_new_request(
        self, api: Api, alice: Account, bob: Account, hours: int, is_replay: bool
    ) -> None:
        api.transfer(alice, bob, key="k")
        api.bank.clock.advance(timedelta(hours=hours))

        assert api.transfer(alice, bob, key="k").is_replay is is_replay

    def test_a_refusal_is_replayed_even_when_there_is_money_by_then(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        refused = api.transfer(alice, bob, "500", key="k")
        api.bank.deposit(alice, "1000")

        again = api.transfer(alice, bob, "500", key="k")

        assert again.is_replay
        assert (again.status, again.code) == (422, "insufficient-funds")
        assert again.text == refused.text
        assert len(api.sound_books().transfers_of("FAILED")) == 1

    def test_a_404_does_not_bind_it(self, api: Api, alice: Account, bob: Account) -> None:
        api.transfer(alice, api.bank.new_account(), key="k")

        reply = api.transfer(alice, bob, key="k")

        assert (reply.status, reply.is_replay) == (201, False)

    def test_a_400_does_not_bind_it(self, api: Api, alice: Account, bob: Account) -> None:
        api.transfer(alice, bob, "0", key="k")

        reply = api.transfer(alice, bob, key="k")

        assert (reply.status, reply.is_replay) == (201, False)

    def test_it_means_nothing_on_another_route(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        api.transfer(alice, bob, key="k")

        reply = api.call(
            "accounts/adjust_balance",
            path={"walletId": alice.wallet_id},
            body={"amount": "1", "operation": "credit"},
            key="k",
        )

        assert (reply.status, reply.is_replay) == (200, False)

    @pytest.mark.parametrize(
        "key", ["", " ", "x" * 256, '""', '"open', "a, b", "clé", "a\tb", "a\nb"]
    )
    def test_what_is_no_key_is_a_400(
        self, api: Api, alice: Account, bob: Account, key: str
    ) -> None:
        reply = api.transfer(alice, bob, key=key)

        assert (reply.status, reply.code) == (400, "idempotency-key-invalid")
        assert reply.pointers == ["/header/Idempotency-Key"]
        assert_nothing_moved(api, alice)

    def test_while_another_request_holds_it_the_answer_is_processing(
        self, api: Api, alice: Account, bob: Account, dynamodb: "DynamoDBClient"
    ) -> None:
        with Wire(dynamodb, before=cancel("idempotency")):
            reply = api.transfer(alice, bob, key="k")

        assert reply.status == 202
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["retry-after"] == "1"
        assert set(reply.body) == {"status", "message"}
        assert reply.body["status"] == "PROCESSING"
        assert api.transfer(alice, bob, key="k").status == 201


class TestBusyAndDown:
    """503: retryable, and the same key settles it."""

    def test_contention_is_never_called_a_lack_of_money(
        self, api: Api, alice: Account, bob: Account, dynamodb: "DynamoDBClient"
    ) -> None:
        with Wire(dynamodb, before=cancel("wallets")):
            reply = api.transfer(alice, bob, key="k")

        assert (reply.status, reply.code) == (503, "contention")
        assert reply.body["retryable"] is True
        assert_nothing_moved(api, alice)
        assert api.transfer(alice, bob, key="k").status == 201

    def test_an_answer_lost_after_the_commit_is_settled_by_the_key(
        self, api: Api, alice: Account, bob: Account, dynamodb: "DynamoDBClient"
    ) -> None:
        with Wire(dynamodb, after=every("TransactWriteItems", lose_the_answer)):
            lost = api.transfer(alice, bob, key="k")

        again = api.transfer(alice, bob, key="k")

        assert (lost.status, lost.code) == (503, "store-unavailable")
        assert (again.status, again.is_replay) == (201, True)
        assert api.sound_books().balance(alice.wallet_id) == "60.00000000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", "0"),
        ("amount", "1e2"),
        ("amount", 5),
        ("amount", 5.0),
        ("amount", "-1"),
        ("amount", "0.000000001"),
        ("amount", "1000000000000"),
        ("amount", None),
        ("currency", "usd"),
        ("currency", None),
        ("senderWalletId", "1"),
        ("recipientWalletId", None),
        ("senderUserId", 7),
        ("recipientUserId", ["x"]),
        ("description", 7),
        ("description", "a\nb"),
        ("description", "a\x00b"),
        ("fxQuoteId", "1"),
        ("extra", "field"),
    ],
)
def test_a_fault_is_pointed_at_and_nothing_moves(
    api: Api, alice: Account, bob: Account, name: str, value: object
) -> None:
    body = {**transfer_body(alice, bob), name: value}
    if value is None:
        del body[name]

    reply = api.call(OPERATION, body=body)

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert reply.pointers == [f"/{name}"]
    assert_nothing_moved(api, alice)


def test_outcomes_are_counted(
    api: Api, alice: Account, bob: Account, printed: Callable[[], Printed]
) -> None:
    api.transfer(alice, bob, key="k")
    api.transfer(alice, bob, key="k")
    api.transfer(alice, bob, "1000", key="l")

    metrics = printed().metrics
    assert metrics["transfers_completed"] == 1
    assert metrics["replays"] == 1
    assert metrics["transfers_refused"] == 1
    assert metrics["refused_insufficient_funds"] == 1


def test_conflicts_and_retries_are_counted(
    api: Api,
    alice: Account,
    bob: Account,
    dynamodb: "DynamoDBClient",
    printed: Callable[[], Printed],
) -> None:
    with Wire(dynamodb, before=cancel("wallets", times=2)):
        assert api.transfer(alice, bob).status == 201

    metrics = printed().metrics
    assert metrics["commit_conflicts"] == 2
    assert metrics["commit_retries"] == 2


def test_nothing_personal_is_logged(
    api: Api, alice: Account, bob: Account, printed: Callable[[], Printed]
) -> None:
    words = "for the surgery"

    api.transfer(alice, bob, body={"description": words})
    api.transfer(alice, bob, "1000", body={"description": words}, key="l")
    api.transfer(replace(alice, user_id=UserId(words)), bob, key="m")

    text = printed().text
    assert words not in text
    assert alice.user_id not in text
    assert "0e9a4d7c-2b6f-4c13-a8d5-7f1e3b9c6d20" not in text


def test_an_empty_description_is_none_at_all(api: Api) -> None:
    sender, recipient = api.bank.account(holding="100"), api.bank.account()
    first = api.transfer(sender, recipient, "40", key="k")

    again = api.transfer(sender, recipient, "40", key="k", body={"description": ""})

    assert (again.status, again.is_replay, again.text) == (201, True, first.text)


def test_a_wallet_whose_next_entry_is_forged_is_a_violation(
    api: Api, intruder: Intruder, printed: Callable[[], Printed]
) -> None:
    sender, recipient = api.bank.account(holding="100"), api.bank.account()
    entry = intruder.get("ledger", sender.wallet_id, 1)
    intruder.put("ledger", {**entry, "sequence": 2})
    printed()

    reply = api.transfer(sender, recipient, "40")

    assert (reply.status, reply.code) == (500, "invariant-violated")
    assert printed().metrics["ledger_invariant_violations_total"] == 1
