"""PATCH /accounts/wallets/{walletId}/balance"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import EUR, USD, Account
from localstack.memory.wire import Wire, every, lose_the_answer
from novapay.domain.wallet import WalletId, WalletKind, system_shard_of, system_wallet_id
from novapay.domain.wallet_status import StatusAction
from tests.support.printed import Printed

OPERATION = "accounts/adjust_balance"


def adjust(
    api: Api, account: Account, operation: str, amount: object = "100", **more: object
) -> Reply:
    return api.call(
        OPERATION,
        path={"walletId": account.wallet_id},
        body={"amount": amount, "operation": operation},
        **more,
    )


def test_a_credit_lets_money_in(api: Api) -> None:
    account = api.bank.account()

    reply = adjust(api, account, "credit", "100.5", key=None)

    assert reply.status == 200
    assert reply.body == {
        "transactionId": next(iter(api.sound_books().transfers)),
        "id": account.wallet_id,
        "userId": account.user_id,
        "currency": "USD",
        "balance": "100.50000000",
        "accountNumber": "••••001",
        "status": "ACTIVE",
        "isActive": True,
        "createdAt": "2026-04-07T10:00:00.000000Z",
    }


@pytest.mark.parametrize(("key", "told"), [(None, "outcome-unknown"), ("k", "store-unavailable")])
def test_only_with_a_key_an_unknown_outcome_is_called_retryable(
    api: Api, key: str | None, told: str
) -> None:
    account = api.bank.account()

    with Wire(api.bank.client, after=every("TransactWriteItems", lose_the_answer)):
        reply = adjust(api, account, "credit", "100", key=key)

    assert (reply.status, reply.code) == (503, told)
    assert reply.body["retryable"] is (key is not None)


def test_a_debit_lets_money_out(api: Api) -> None:
    account = api.bank.account(holding="100")

    reply = adjust(api, account, "debit", "99.99999999")

    assert (reply.status, reply.body["balance"]) == (200, "0.00000001")


@pytest.mark.parametrize("currency", [USD, EUR])
def test_the_other_side_is_the_settlement_wallet_of_the_currency(api: Api, currency: str) -> None:
    account = api.bank.account(USD if currency == USD else EUR)

    adjust(api, account, "credit", "100")

    shard = system_shard_of(account.wallet_id)
    settlement = system_wallet_id(WalletKind.SETTLEMENT, account.currency, shard)
    books = api.sound_books()
    assert books.balance(settlement) == "-100.00000000"
    [transfer] = books.transfers.values()
    assert transfer["type"] == "deposit"
    assert (transfer["senderWalletId"], transfer["recipientWalletId"]) == (
        settlement,
        account.wallet_id,
    )


def test_more_than_there_is_cannot_leave(api: Api) -> None:
    account = api.bank.account(holding="100")

    reply = adjust(api, account, "debit", "100.00000001")

    assert (reply.status, reply.code) == (422, "insufficient-funds")
    assert "100.00000000" in reply.body["detail"]
    assert api.sound_books().balance(account.wallet_id) == "100.00000000"


def test_a_closed_wallet_takes_nothing(api: Api) -> None:
    account = api.bank.account()
    api.bank.change_status(account, StatusAction.CLOSE)

    for operation in ("credit", "debit"):
        reply = adjust(api, account, operation, "1", key=None)
        assert (reply.status, reply.code) == (422, "wallet-inactive")

    assert api.sound_books().balance(account.wallet_id) == "0.00000000"


def test_a_frozen_wallet_takes_and_does_not_give(api: Api) -> None:
    account = api.bank.account(holding="100")
    api.bank.change_status(account, StatusAction.FREEZE)

    taken = adjust(api, account, "credit", "1", key=None)
    refused = adjust(api, account, "debit", "1", key=None)

    assert (taken.status, taken.body["status"], taken.body["isActive"]) == (200, "FROZEN", False)
    assert (refused.status, refused.code) == (422, "wallet-frozen")
    assert api.sound_books().balance(account.wallet_id) == "101.00000000"


def test_an_unknown_wallet_is_not_found(api: Api) -> None:
    reply = adjust(api, api.bank.new_account(), "credit")

    assert (reply.status, reply.code) == (404, "wallet-not-found")
    assert api.books().item_count == 0


def test_a_system_wallet_cannot_be_named(api: Api) -> None:
    account = api.bank.account(holding="1")
    shard = system_shard_of(account.wallet_id)
    settlement = system_wallet_id(WalletKind.SETTLEMENT, USD, shard)
    before = api.books()

    reply = api.call(
        OPERATION, path={"walletId": settlement}, body={"amount": "1", "operation": "credit"}
    )

    assert (reply.status, reply.code) == (404, "wallet-not-found")
    assert api.books() == before


@pytest.mark.parametrize(
    "amount", ["0", "1e2", 5, 5.5, "-1", "0.000000001", "1000000000000", "", None]
)
def test_what_is_no_amount_is_a_400(api: Api, amount: object) -> None:
    account = api.bank.account(holding="7")
    before = api.books()

    reply = adjust(api, account, "credit", amount)

    assert (reply.status, reply.pointers) == (400, ["/amount"])
    assert api.books() == before


@pytest.mark.parametrize("operation", ["CREDIT", "withdraw", "", "credit ", None, 1])
def test_what_is_no_operation_is_a_400(api: Api, operation: object) -> None:
    account = api.bank.account()

    reply = api.call(
        OPERATION,
        path={"walletId": account.wallet_id},
        body={"amount": "1", "operation": operation},
    )

    assert (reply.status, reply.pointers) == (400, ["/operation"])


class TestUnderAKey:
    """The key is optional here; once sent, it counts."""

    def test_the_same_request_moves_money_once(self, api: Api) -> None:
        account = api.bank.account()

        first = adjust(api, account, "credit", "100", key="k")
        again = adjust(api, account, "credit", "100.00", key="k")

        assert again.is_replay
        assert (again.status, again.text) == (first.status, first.text)
        assert api.sound_books().balance(account.wallet_id) == "100.00000000"

    def test_a_refusal_is_replayed_even_when_there_is_money_by_then(self, api: Api) -> None:
        account = api.bank.account()
        refused = adjust(api, account, "debit", "1", key="k")
        api.bank.deposit(account, "100")

        again = adjust(api, account, "debit", "1", key="k")

        assert again.is_replay
        assert (again.status, again.text) == (422, refused.text)

    @pytest.mark.parametrize(("operation", "amount"), [("debit", "1"), ("credit", "2")])
    def test_another_payload_is_a_conflict(self, api: Api, operation: str, amount: str) -> None:
        account = api.bank.account(holding="5")
        adjust(api, account, "credit", "1", key="k")

        reply = adjust(api, account, operation, amount, key="k")

        assert (reply.status, reply.code) == (409, "idempotency-key-reused")
        assert api.sound_books().balance(account.wallet_id) == "6.00000000"

    def test_another_wallet_is_another_payload(self, api: Api) -> None:
        adjust(api, api.bank.account(), "credit", "1", key="k")

        reply = adjust(api, api.bank.account(), "credit", "1", key="k")

        assert (reply.status, reply.code) == (409, "idempotency-key-reused")

    def test_a_404_does_not_bind_the_key(self, api: Api) -> None:
        adjust(api, api.bank.new_account(), "credit", "1", key="k")

        assert adjust(api, api.bank.account(), "credit", "1", key="k").status == 200

    def test_without_a_key_each_request_moves_money(self, api: Api) -> None:
        account = api.bank.account()

        for _ in range(2):
            adjust(api, account, "credit", "1", key=None)

        assert api.sound_books().balance(account.wallet_id) == "2.00000000"


def test_both_outcomes_are_counted(api: Api, printed: Callable[[], Printed]) -> None:
    account = api.bank.account()

    adjust(api, account, "credit", "1", key=None)
    adjust(api, account, "debit", "2", key=None)

    metrics = printed().metrics
    assert metrics["adjustments_completed"] == 1
    assert metrics["adjustments_refused"] == 1
    assert metrics["refused_insufficient_funds"] == 1


def test_an_id_in_the_path_is_the_same_in_any_case(api: Api) -> None:
    account = api.bank.account()
    first = adjust(api, account, "credit", "100", key="k")
    loud = replace(account, wallet_id=WalletId(account.wallet_id.upper()))

    again = adjust(api, loud, "credit", "100", key="k")

    assert (again.status, again.is_replay, again.text) == (200, True, first.text)


def test_a_media_type_is_read_in_any_case(api: Api) -> None:
    account = api.bank.account()

    reply = adjust(api, account, "credit", headers={"Content-Type": "Application/JSON"})

    assert reply.status == 200
