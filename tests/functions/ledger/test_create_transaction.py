"""POST /ledger/transactions"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import EUR, USD, Account
from novapay.domain.wallet import WalletKind, system_shard_of, system_wallet_id
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import id_of
from tests.support.printed import Printed

OPERATION = "ledger/create_transaction"
TRANSACTION = id_of("a posting")

Row = dict[str, Any]


@pytest.fixture
def alice(api: Api) -> Account:
    return api.bank.account(holding="100")


@pytest.fixture
def bob(api: Api) -> Account:
    return api.bank.account()


def row(account: Account, entry_type: str, amount: object = "10", **fields: object) -> Row:
    return {
        "walletId": account.wallet_id,
        "userId": account.user_id,
        "entryType": entry_type,
        "amount": amount,
        "currency": account.currency,
        **fields,
    }


def post(
    api: Api, *rows: Row, transaction_id: object = TRANSACTION, key: str | None = None
) -> Reply:
    body = {"transactionId": transaction_id, "entries": list(rows)}
    return api.call(OPERATION, body=body, key=key)


def test_an_id_of_the_kind_that_payroll_derives_is_refused(
    api: Api, alice: Account, bob: Account
) -> None:
    derived = str(uuid5(UUID(TRANSACTION), "payroll-7"))

    reply = post(api, row(alice, "DEBIT"), row(bob, "CREDIT"), transaction_id=derived)

    assert (reply.status, reply.pointers) == (400, ["/transactionId"])
    assert TRANSACTION not in api.books().transfers


def test_a_pair_is_written_and_shown_in_its_order(api: Api, alice: Account, bob: Account) -> None:
    reply = post(api, row(alice, "DEBIT", description="rent"), row(bob, "CREDIT"))

    assert reply.status == 201
    debit, credit = reply.body
    stored = api.sound_books().chains[alice.wallet_id][-1]
    assert debit == {
        "id": stored["entryId"],
        "transactionId": TRANSACTION,
        "walletId": alice.wallet_id,
        "userId": alice.user_id,
        "sequence": 2,
        "entryType": "DEBIT",
        "amount": "10.00000000",
        "currency": "USD",
        "balanceAfter": "90.00000000",
        "lockedFxRate": None,
        "description": "rent",
        "descriptionSalt": stored["descriptionSalt"],
        "descriptionCommitment": stored["descriptionCommitment"],
        "transactionHash": stored["transactionHash"],
        "createdAt": "2026-04-07T10:00:00.000000Z",
        "version": 2,
        "previousHash": stored["previousHash"],
        "hash": stored["hash"],
    }
    assert (credit["walletId"], credit["balanceAfter"]) == (bob.wallet_id, "10.00000000")


def test_several_entries_may_be_on_one_wallet(api: Api, alice: Account, bob: Account) -> None:
    reply = post(
        api,
        row(alice, "DEBIT", "1"),
        row(bob, "CREDIT", "1"),
        row(alice, "DEBIT", "2"),
        row(bob, "CREDIT", "2"),
    )

    assert [entry["sequence"] for entry in reply.body] == [2, 1, 3, 2]
    assert api.sound_books().balance(alice.wallet_id) == "97.00000000"


@pytest.mark.parametrize(("pairs", "status"), [(1, 201), (12, 201), (13, 400)])
def test_a_posting_has_up_to_24_entries(
    api: Api, alice: Account, bob: Account, pairs: int, status: int
) -> None:
    rows = [row(alice, "DEBIT", "1"), row(bob, "CREDIT", "1")] * pairs

    reply = post(api, *rows)

    assert reply.status == status
    api.sound_books()


@pytest.mark.parametrize("count", [0, 1])
def test_less_than_two_entries_are_a_400(api: Api, alice: Account, count: int) -> None:
    reply = post(api, *[row(alice, "DEBIT")] * count)

    assert (reply.status, reply.pointers) == (400, ["/entries"])


def test_a_rate_is_kept_on_its_entry(api: Api, alice: Account, bob: Account) -> None:
    reply = post(api, row(alice, "DEBIT", lockedFxRate="0.92"), row(bob, "CREDIT"))

    assert [entry["lockedFxRate"] for entry in reply.body] == ["0.92000000", None]
    api.sound_books()


class TestRefusals:
    """422, and nothing is written."""

    def assert_refused(self, api: Api, reply: Reply, code: str) -> None:
        assert (reply.status, reply.code) == (422, code)
        books = api.sound_books()
        assert TRANSACTION not in books.transfers

    def test_debits_that_are_not_the_credits_are_refused(
        self, api: Api, alice: Account, bob: Account, printed: Callable[[], Printed]
    ) -> None:
        reply = post(api, row(alice, "DEBIT", "10"), row(bob, "CREDIT", "10.00000001"))

        self.assert_refused(api, reply, "unbalanced-posting")
        assert "10.00000001" in reply.body["detail"]
        seen = printed()
        assert seen.metrics["ledger_invariant_violations_total"] == 1
        assert seen.faults == []

    def test_two_currencies_that_balance_only_as_numbers_are_refused(
        self, api: Api, alice: Account
    ) -> None:
        euros = api.bank.account(EUR)

        reply = post(api, row(alice, "DEBIT"), row(euros, "CREDIT"))

        self.assert_refused(api, reply, "unbalanced-posting")

    def test_more_than_there_is_cannot_be_posted(
        self, api: Api, alice: Account, bob: Account, printed: Callable[[], Printed]
    ) -> None:
        reply = post(api, row(alice, "DEBIT", "101"), row(bob, "CREDIT", "101"))

        self.assert_refused(api, reply, "insufficient-funds")
        metrics = printed().metrics
        assert metrics["postings_refused"] == 1
        assert metrics["ledger_invariant_violations_total"] == 0

    def test_a_false_owner_is_refused(self, api: Api, alice: Account, bob: Account) -> None:
        reply = post(api, row(alice, "DEBIT", userId=bob.user_id), row(bob, "CREDIT"))

        self.assert_refused(api, reply, "wallet-owner-mismatch")

    def test_another_currency_is_refused(self, api: Api, alice: Account, bob: Account) -> None:
        rows = [row(alice, "DEBIT", currency="EUR"), row(bob, "CREDIT", currency="EUR")]

        self.assert_refused(api, post(api, *rows), "currency-mismatch")

    def test_an_inactive_wallet_is_not_paid(self, api: Api, alice: Account, bob: Account) -> None:
        api.bank.change_status(bob, StatusAction.CLOSE)

        reply = post(api, row(alice, "DEBIT"), row(bob, "CREDIT"))

        self.assert_refused(api, reply, "wallet-inactive")

    def test_without_a_key_it_may_be_mended_under_the_same_id(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        post(api, row(alice, "DEBIT", "101"), row(bob, "CREDIT", "101"))

        assert post(api, row(alice, "DEBIT"), row(bob, "CREDIT")).status == 201


def test_an_id_is_written_once(api: Api, alice: Account, bob: Account) -> None:
    rows = [row(alice, "DEBIT"), row(bob, "CREDIT")]
    post(api, *rows)

    reply = post(api, *rows)

    assert (reply.status, reply.code) == (409, "transaction-exists")
    assert api.sound_books().balance(alice.wallet_id) == "90.00000000"


def test_the_id_of_a_transfer_is_taken_too(api: Api, alice: Account, bob: Account) -> None:
    taken = api.transfer(alice, bob).body["transactionId"]

    reply = post(api, row(alice, "DEBIT"), row(bob, "CREDIT"), transaction_id=taken)

    assert (reply.status, reply.code) == (409, "transaction-exists")


class TestUnderAKey:
    """The key is optional here; once sent, it counts."""

    def test_the_same_request_gets_the_first_answer_again(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        rows = [row(alice, "DEBIT", description="rent"), row(bob, "CREDIT")]

        first, again = post(api, *rows, key="k"), post(api, *rows, key="k")

        assert again.is_replay
        assert (again.status, again.text) == (201, first.text)
        assert api.sound_books().balance(alice.wallet_id) == "90.00000000"

    def test_another_payload_is_a_conflict(self, api: Api, alice: Account, bob: Account) -> None:
        post(api, row(alice, "DEBIT"), row(bob, "CREDIT"), key="k")

        reply = post(api, row(alice, "DEBIT", "9"), row(bob, "CREDIT", "9"), key="k")

        assert (reply.status, reply.code) == (409, "idempotency-key-reused")

    def test_a_refusal_is_replayed(self, api: Api, alice: Account, bob: Account) -> None:
        rows = [row(alice, "DEBIT", "101"), row(bob, "CREDIT", "101")]
        refused = post(api, *rows, key="k")
        api.bank.deposit(alice, "1000")

        again = post(api, *rows, key="k")

        assert again.is_replay
        assert (again.status, again.text) == (422, refused.text)

    def test_a_taken_id_does_not_bind_it(self, api: Api, alice: Account, bob: Account) -> None:
        rows = [row(alice, "DEBIT"), row(bob, "CREDIT")]
        post(api, *rows)
        assert post(api, *rows, key="k").status == 409

        reply = post(api, *rows, transaction_id=id_of("another"), key="k")

        assert (reply.status, reply.is_replay) == (201, False)


def test_an_unknown_wallet_is_not_found(api: Api, alice: Account) -> None:
    reply = post(api, row(alice, "DEBIT"), row(api.bank.new_account(), "CREDIT"))

    assert (reply.status, reply.code) == (404, "wallet-not-found")
    assert TRANSACTION not in api.books().transfers


def test_a_system_wallet_cannot_be_named(api: Api, alice: Account) -> None:
    shard = system_shard_of(alice.wallet_id)
    system = Account(system_wallet_id(WalletKind.SETTLEMENT, USD, shard), alice.user_id, USD)

    reply = post(api, row(system, "DEBIT"), row(alice, "CREDIT"))

    assert (reply.status, reply.code) == (404, "wallet-not-found")
    assert api.sound_books().balance(alice.wallet_id) == "100.00000000"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"amount": "0"}, "/entries/0/amount"),
        ({"amount": 10}, "/entries/0/amount"),
        ({"entryType": "debit"}, "/entries/0/entryType"),
        ({"entryType": None}, "/entries/0/entryType"),
        ({"walletId": "x"}, "/entries/0/walletId"),
        ({"userId": "x"}, "/entries/0/userId"),
        ({"currency": "usd"}, "/entries/0/currency"),
        ({"lockedFxRate": "0"}, "/entries/0/lockedFxRate"),
        ({"lockedFxRate": 0.92}, "/entries/0/lockedFxRate"),
        ({"description": "x" * 141}, "/entries/0/description"),
        ({"balanceAfter": "1"}, "/entries/0/balanceAfter"),
    ],
)
def test_a_fault_is_pointed_at(
    api: Api, alice: Account, bob: Account, fields: Row, pointer: str
) -> None:
    reply = post(api, row(alice, "DEBIT", **fields), row(bob, "CREDIT"))

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert reply.pointers == [pointer]
    assert TRANSACTION not in api.books().transfers


@pytest.mark.parametrize("transaction_id", ["1", None, 7, f"{TRANSACTION} "])
def test_an_id_that_is_no_uuid_is_a_400(
    api: Api, alice: Account, bob: Account, transaction_id: object
) -> None:
    reply = post(api, row(alice, "DEBIT"), row(bob, "CREDIT"), transaction_id=transaction_id)

    assert (reply.status, reply.pointers) == (400, ["/transactionId"])
