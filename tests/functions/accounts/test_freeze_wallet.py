"""POST /accounts/wallets/{walletId}/freeze"""

import pytest

from localstack.memory.api import SAME, Api, Reply
from localstack.memory.bank import Account
from novapay.domain.wallet_status import StatusAction

OPERATION = "accounts/freeze_wallet"
REASON = "Reported as stolen"


def freeze(api: Api, account: Account, **more: object) -> Reply:
    body = {"reason": REASON}
    return api.call(OPERATION, path={"walletId": account.wallet_id}, **{"body": body, **more})


def test_nothing_leaves_and_it_is_recorded_who_froze_it_and_why(api: Api) -> None:
    account = api.bank.account(holding="100")

    reply = freeze(api, account)

    assert (reply.status, reply.body["status"], reply.body["isActive"]) == (200, "FROZEN", False)
    [record] = api.sound_books().changes[account.wallet_id]
    assert (record["action"], record["actor"], record["reason"]) == ("freeze", "anyone", REASON)
    assert (record["target"], record["sourceIp"]) == (account.wallet_id, "192.0.2.7")
    refused = api.transfer(account, api.bank.account())
    assert (refused.status, refused.code) == (422, "wallet-frozen")


def test_the_same_key_is_answered_the_same(api: Api) -> None:
    account = api.bank.account()

    first, again = freeze(api, account, key="k"), freeze(api, account, key="k")

    assert (again.status, again.body, again.is_replay) == (200, first.body, True)
    assert api.sound_books().changes_of_status(account.wallet_id) == 1


@pytest.mark.parametrize("before", [StatusAction.FREEZE, StatusAction.CLOSE])
def test_what_is_frozen_or_closed_is_not_frozen(api: Api, before: StatusAction) -> None:
    account = api.bank.account()
    api.bank.change_status(account, before)

    reply = freeze(api, account)

    assert (reply.status, reply.code) == (409, "wallet-status-conflict")
    assert api.sound_books().changes_of_status(account.wallet_id) == 1


def test_an_unknown_wallet_is_not_found(api: Api) -> None:
    reply = freeze(api, api.bank.new_account())

    assert (reply.status, reply.code) == (404, "wallet-not-found")


@pytest.mark.parametrize("reason", ["", " ", "a\nb", "x" * 141, None, 7])
def test_a_reason_is_some_words(api: Api, reason: object) -> None:
    account = api.bank.account()

    reply = freeze(api, account, body={"reason": reason})

    assert (reply.status, reply.pointers) == (400, ["/reason"])
    assert api.books().changes_of_status(account.wallet_id) == 0


def test_the_longest_reason_is_kept(api: Api) -> None:
    account = api.bank.account()

    assert freeze(api, account, body={"reason": "x" * 140}, query=SAME).status == 200
