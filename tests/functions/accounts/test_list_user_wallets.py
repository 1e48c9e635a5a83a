"""GET /accounts/wallets/user/{userId}"""

from datetime import timedelta

from localstack.memory.api import Api
from localstack.memory.bank import EUR, USD
from novapay.domain.wallet import SYSTEM_USER, UserId
from tests.support.domain import id_of

OPERATION = "accounts/list_user_wallets"


def test_a_users_wallets_are_listed_oldest_first(api: Api) -> None:
    user_id = UserId(id_of("a user"))
    opened = []
    for currency in (USD, EUR, USD):
        api.bank.clock.advance(timedelta(seconds=1))
        opened.append(api.bank.open_wallet(user_id, currency).facts["walletId"])
    api.bank.account()

    reply = api.call(OPERATION, path={"userId": user_id})

    assert reply.status == 200
    assert [wallet["id"] for wallet in reply.body] == opened
    assert [wallet["currency"] for wallet in reply.body] == ["USD", "EUR", "USD"]


def test_many_wallets_are_listed_page_by_page(api: Api) -> None:
    user_id = UserId(id_of("a user"))
    opened = []
    for _ in range(102):
        api.bank.clock.advance(timedelta(seconds=1))
        opened.append(api.bank.open_wallet(user_id).facts["walletId"])

    first = api.call(OPERATION, path={"userId": user_id})
    second = api.call(OPERATION, path={"userId": user_id}, query={"offset": "100"})

    assert [wallet["id"] for wallet in first.body] == opened[:100]
    assert [wallet["id"] for wallet in second.body] == opened[100:]
    assert first.headers["link"] == '<?limit=100&offset=100>; rel="next"'
    assert {first.headers["x-total-count"], second.headers["x-total-count"]} == {"102"}
    assert "link" not in second.headers


def test_balances_are_those_of_now(api: Api) -> None:
    account = api.bank.account(holding="7")

    [wallet] = api.call(OPERATION, path={"userId": account.user_id}).body

    assert wallet["balance"] == "7.00000000"


def test_a_user_without_wallets_has_none(api: Api) -> None:
    reply = api.call(OPERATION, path={"userId": id_of("nobody")})

    assert (reply.status, reply.body) == (200, [])


def test_the_systems_user_is_nobody(api: Api) -> None:
    api.bank.account(holding="7")

    reply = api.call(OPERATION, path={"userId": SYSTEM_USER})

    assert (reply.status, reply.pointers) == (400, ["/path/userId"])


def test_what_is_no_uuid_is_a_400(api: Api) -> None:
    reply = api.call(OPERATION, path={"userId": "me"})

    assert (reply.status, reply.pointers) == (400, ["/path/userId"])
