"""GET /accounts/wallets/{walletId}"""

import pytest

from localstack.memory.api import Api
from localstack.memory.bank import USD
from novapay.domain.wallet import WalletKind, system_shard_of, system_wallet_id

OPERATION = "accounts/get_wallet"


def test_a_wallet_is_shown_as_it_is_now(api: Api) -> None:
    account = api.bank.account(holding="12.5")

    reply = api.call(OPERATION, path={"walletId": account.wallet_id})

    assert reply.status == 200
    assert reply.body == {
        "id": account.wallet_id,
        "userId": account.user_id,
        "currency": "USD",
        "balance": "12.50000000",
        "held": "0.00000000",
        "accountNumber": "ACC-001",
        "status": "ACTIVE",
        "isActive": True,
        "createdAt": "2026-04-07T10:00:00.000000Z",
    }


def test_an_id_is_found_in_capitals_too(api: Api) -> None:
    account = api.bank.account()

    assert api.call(OPERATION, path={"walletId": account.wallet_id.upper()}).status == 200


def test_an_unknown_wallet_is_not_found(api: Api) -> None:
    reply = api.call(OPERATION, path={"walletId": api.bank.new_id()})

    assert (reply.status, reply.code) == (404, "wallet-not-found")
    assert reply.body["retryable"] is False


def test_a_system_wallet_is_not_found(api: Api) -> None:
    account = api.bank.account(holding="1")
    shard = system_shard_of(account.wallet_id)
    settlement = system_wallet_id(WalletKind.SETTLEMENT, USD, shard)
    assert settlement in api.books().wallets

    reply = api.call(OPERATION, path={"walletId": settlement})

    assert (reply.status, reply.code) == (404, "wallet-not-found")


@pytest.mark.parametrize("wallet_id", ["1", "x", "not-a-uuid", "0" * 32, "0" * 36])
def test_what_is_no_uuid_is_a_400_that_points_at_it(api: Api, wallet_id: str) -> None:
    reply = api.call(OPERATION, path={"walletId": wallet_id})

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert reply.pointers == ["/path/walletId"]
