"""POST /accounts/wallets/{walletId}/unfreeze"""

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import Account
from novapay.domain.wallet_status import StatusAction


def unfreeze(api: Api, account: Account) -> Reply:
    return api.call(
        "accounts/unfreeze_wallet",
        path={"walletId": account.wallet_id},
        body={"reason": "The owner has called"},
    )


def test_a_frozen_wallet_pays_again(api: Api) -> None:
    account = api.bank.account(holding="100")
    api.bank.change_status(account, StatusAction.FREEZE)

    reply = unfreeze(api, account)

    assert (reply.status, reply.body["status"], reply.body["isActive"]) == (200, "ACTIVE", True)
    assert api.transfer(account, api.bank.account(), "100").status == 201
    assert api.sound_books().changes_of_status(account.wallet_id) == 2


@pytest.mark.parametrize("before", [None, StatusAction.CLOSE])
def test_only_what_is_frozen_is_unfrozen(api: Api, before: StatusAction | None) -> None:
    account = api.bank.account()
    if before is not None:
        api.bank.change_status(account, before)

    reply = unfreeze(api, account)

    assert (reply.status, reply.code) == (409, "wallet-status-conflict")
