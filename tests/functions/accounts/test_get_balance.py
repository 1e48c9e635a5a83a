"""GET /accounts/wallets/{walletId}/balance"""

from localstack.memory.api import Api

OPERATION = "accounts/get_balance"


def test_a_balance_has_8_decimals(api: Api) -> None:
    account = api.bank.account(holding="900")

    reply = api.call(OPERATION, path={"walletId": account.wallet_id})

    assert reply.status == 200
    assert reply.body == {"balance": "900.00000000"}


def test_a_new_wallet_has_nothing(api: Api) -> None:
    account = api.bank.account()

    assert api.call(OPERATION, path={"walletId": account.wallet_id}).body == {
        "balance": "0.00000000"
    }


def test_an_unknown_wallet_is_not_found(api: Api) -> None:
    reply = api.call(OPERATION, path={"walletId": api.bank.new_id()})

    assert (reply.status, reply.code) == (404, "wallet-not-found")


def test_what_is_no_uuid_is_a_400(api: Api) -> None:
    reply = api.call(OPERATION, path={"walletId": "balance"})

    assert (reply.status, reply.pointers) == (400, ["/path/walletId"])
