"""POST /accounts/wallets/{walletId}/close"""

from localstack.memory.api import Api, Reply
from localstack.memory.bank import Account
from localstack.memory.wire import Call, Wire
from novapay.domain.wallet_status import StatusAction


def close(api: Api, account: Account, key: object = None) -> Reply:
    return api.call(
        "accounts/close_wallet",
        path={"walletId": account.wallet_id},
        body={"reason": "The owner has left"},
        key=key,
    )


def test_an_empty_wallet_is_closed_for_good(api: Api) -> None:
    account = api.bank.account()

    reply = close(api, account)

    assert (reply.status, reply.body["status"], reply.body["isActive"]) == (200, "CLOSED", False)
    assert close(api, account).code == "wallet-status-conflict"
    assert api.bank.deposit(account, "1").code == "wallet-inactive"
    assert api.sound_books().changes_of_status(account.wallet_id) == 1


def test_a_frozen_wallet_that_is_empty_is_closed(api: Api) -> None:
    account = api.bank.account()
    api.bank.change_status(account, StatusAction.FREEZE)

    assert close(api, account).status == 200


def test_the_smallest_rest_keeps_it_open(api: Api) -> None:
    account = api.bank.account(holding="0.00000001")

    reply = close(api, account)

    assert (reply.status, reply.code) == (422, "wallet-not-empty")
    assert "0.00000001" in reply.body["detail"]
    assert api.sound_books().wallets[account.wallet_id]["status"] == "ACTIVE"


def test_money_that_arrives_between_read_and_commit_keeps_it_open(api: Api) -> None:
    account = api.bank.account()

    def pay(call: Call) -> None:
        if call.number == 2:
            assert api.bank.deposit(account, "1").code == "ok"

    with Wire(api.bank.client, before=pay):
        reply = close(api, account)

    assert (reply.status, reply.code) == (422, "wallet-not-empty")
    assert api.sound_books().balance(account.wallet_id) == "1.00000000"
