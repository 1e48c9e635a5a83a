"""A stage that asks for tokens: API Gateway, the authorizer and the issuer, all in earnest."""

from dataclasses import dataclass

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.support.client import Client, Holder, Reply, new_id, transfer_of
from tests.support.local_stack import AskingStack

INTERNAL, PAYROLL = "novapay:internal", "novapay:payroll"


@dataclass(frozen=True, slots=True)
class World:
    """Ada and Ben with a wallet each, both with a token of their own, and a stranger's."""

    stack: AskingStack
    service: Client
    ada: Holder
    ben: Holder
    as_ada: Client
    as_ben: Client
    stranger_id: str
    as_stranger: Client

    def transfer(self) -> str:
        """Let Ada pay Ben, and return the transaction's id."""
        reply = self.as_ada.transfer(self.ada, self.ben, "10")
        assert reply.status == 201
        return str(reply.body["transactionId"])


@pytest.fixture(scope="module")
def world(asking_stack: AskingStack) -> World:
    service = asking_stack.client_of(new_id(), INTERNAL)
    ada, ben = service.open_wallet(holding="100"), service.open_wallet()
    stranger_id = new_id()
    return World(
        stack=asking_stack,
        service=service,
        ada=ada,
        ben=ben,
        as_ada=asking_stack.client_of(ada.user_id),
        as_ben=asking_stack.client_of(ben.user_id),
        stranger_id=stranger_id,
        as_stranger=asking_stack.client_of(stranger_id, PAYROLL),
    )


def told(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.code


def test_without_a_good_token_nobody_gets_in(world: World) -> None:
    own_key = generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"iss": world.stack.issuer_url, "aud": "novapay-local", "sub": world.ada.user_id}
    forged = jwt.encode(claims, own_key, algorithm="RS256", headers={"kid": "mine"})
    for token in (None, "rubbish", "a.b.c", forged):
        stranger = Client(world.stack.api_url, token=token)

        reply = stranger.send(f"GET /accounts/wallets/{world.ada.wallet_id}")

        assert told(reply) == (401, "unauthorized")
        assert reply.headers["www-authenticate"] == "Bearer"


def test_health_and_operators_need_no_such_token(world: World) -> None:
    anyone = Client(world.stack.api_url)

    assert anyone.send("GET /health").status == 200
    assert told(anyone.send("GET /admin/trial-balance")) == (401, "unauthorized")


def test_two_users_move_their_money_and_each_sees_their_own_side(world: World) -> None:
    key = new_id()
    first = world.as_ada.transfer(world.ada, world.ben, "10", key=key)
    again = world.as_ada.transfer(world.ada, world.ben, "10", key=key)
    path = f"/ledger/transactions/{first.body['transactionId']}"

    [debit] = world.as_ada.send(f"GET {path}").body
    [credit] = world.as_ben.send(f"GET {path}").body

    assert (first.status, again.status, again.is_replay) == (201, 201, True)
    assert again.body == first.body
    assert (debit["walletId"], credit["walletId"]) == (world.ada.wallet_id, world.ben.wallet_id)
    assert world.as_ben.send(f"GET {path}/verify").body["balanced"] is True
    wallets = world.as_ada.send(f"GET /accounts/wallets/user/{world.ada.user_id}").body
    assert [wallet["id"] for wallet in wallets] == [world.ada.wallet_id]


def test_a_stranger_sees_nothing_of_it(world: World) -> None:
    transaction_id = world.transfer()
    wallet, quote = world.ada.wallet_id, world.as_ada.quote(world.ada, "EUR", "1").body["id"]
    for path in (
        f"/accounts/wallets/{wallet}",
        f"/accounts/wallets/{wallet}/balance",
        f"/ledger/wallets/{wallet}/entries",
        f"/ledger/wallets/{wallet}/chain",
        f"/transactions/transfers/{transaction_id}",
        f"/ledger/transactions/{transaction_id}",
        f"/ledger/transactions/{transaction_id}/verify",
        f"/fx/quote/{quote}",
    ):
        assert world.as_stranger.send(f"GET {path}").status == 404, path
        assert world.as_ada.send(f"GET {path}").status == 200, path


def test_a_stranger_spends_nothing_of_it(world: World) -> None:
    order = transfer_of(world.ada, world.ben, "1")
    before = world.as_ada.balance(world.ada)
    path = f"/accounts/wallets/{world.ada.wallet_id}/balance"
    money = {"amount": "1", "operation": "debit"}
    own_name = {**order, "senderUserId": world.stranger_id}

    def ask(request: str, body: object) -> tuple[int, str]:
        return told(world.as_stranger.send(request, body, key=new_id()))

    transfers = "POST /transactions/transfers"
    assert ask(transfers, order) == (403, "not-the-owner")
    assert ask(transfers, own_name) == (422, "wallet-owner-mismatch")
    assert ask(f"PATCH {path}", money) == (403, "scope-missing")
    assert told(world.as_ada.send(f"PATCH {path}", money)) == (403, "scope-missing")
    assert world.as_ada.balance(world.ada) == before


def test_payroll_is_for_whoever_pays_it_and_has_its_scope(world: World) -> None:
    job = {
        "employerId": world.ada.user_id,
        "sourceWalletId": world.ada.wallet_id,
        "sourceUserId": world.ada.user_id,
        "jobName": "April",
        "items": [
            {
                "employeeUserId": world.ben.user_id,
                "recipientWalletId": world.ben.wallet_id,
                "amount": "1",
            }
        ],
    }
    employer = world.stack.client_of(world.ada.user_id, PAYROLL)

    assert told(world.as_ada.send("POST /payroll/jobs", job)) == (403, "scope-missing")
    assert told(world.as_stranger.send("POST /payroll/jobs", job)) == (403, "not-the-owner")
    queued = employer.send("POST /payroll/jobs", job)
    assert queued.status == 201
    path = f"/payroll/jobs/{queued.body['jobId']}"
    assert world.as_stranger.send(f"GET {path}").status == 404
    assert employer.send(f"GET {path}").body["totalItems"] == 1
