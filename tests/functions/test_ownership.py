"""Where tokens say who is calling: what each of four callers may do with what is Ada's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cdk.endpoints import ENDPOINTS
from localstack.memory.api import Api, hold_body, payee_body, transfer_body
from localstack.memory.bank import Account
from localstack.memory.fx import FX_ENVIRONMENT
from localstack.memory.payroll_functions import PayrollFunctions, item, payroll_functions
from novapay.domain.caller import Caller, Scope
from novapay.domain.wallet import UserId
from novapay.domain.wallet_status import StatusAction
from novapay.providers.fx_rates import FixedRates
from novapay.store.tables import ledger
from novapay.wiring import fx
from tests.support.domain import id_of

OK, FORBIDDEN, UNSEEN = 200, 403, 404


@dataclass(frozen=True, slots=True)
class World:
    """Ada, who paid Ben, asked for a quote and runs a payroll; and a stranger.

    Attributes:
        requests: by operation, a request about what is Ada's.
    """

    payroll: PayrollFunctions
    ada: Account
    ben: Account
    stranger: Account
    requests: dict[str, dict[str, Any]]

    def ask(self, operation: str, caller: Caller) -> tuple[int, str]:
        """Return the status and code of the operation's request, when this caller makes it."""
        reply = self.payroll.api.call(operation, caller=caller, **self.requests[operation])
        return reply.status, reply.code if reply.status >= 400 else ""


@pytest.fixture
def world(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in FX_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(fx, "rate_provider", FixedRates)
    with payroll_functions(api, monkeypatch) as payroll:
        yield a_world(payroll)


def a_world(payroll: PayrollFunctions) -> World:
    api = payroll.api
    ada, ben, stranger = (api.bank.account(holding="100") for _ in range(3))
    quote = {"fromCurrency": "USD", "toCurrency": "EUR", "fromAmount": "1", "userId": ada.user_id}
    quote_id = api.call("fx/create_quote", body=quote).body["id"]
    transaction = api.transfer(ada, ben, "1").body["transactionId"]
    received = api.transfer(ben, ada, "50", key="received").body["transactionId"]
    job = {
        "employerId": ada.user_id,
        "sourceWalletId": ada.wallet_id,
        "sourceUserId": ada.user_id,
        "jobName": "April",
        "items": [item(ben)],
    }
    job_id = api.call("payroll/create_job", body=job, key=None).body["jobId"]
    wallet = {"path": {"walletId": ada.wallet_id}}
    another = api.bank.open_wallet(ada.user_id).facts["walletId"]
    assert api.bank.change_status(replace(ada, wallet_id=another), StatusAction.FREEZE).code == "ok"
    frozen = {"path": {"walletId": another}}
    transfer = {"path": {"transactionId": transaction}}
    hold = {"path": {"holdId": api.hold(ada, "5", key="a hold").body["holdId"]}}
    of_job = {"path": {"jobId": job_id}}
    sides = [(ada, "DEBIT"), (ben, "CREDIT")]
    entries = [
        {
            "walletId": side.wallet_id,
            "userId": side.user_id,
            "entryType": kind,
            "amount": "1",
            "currency": "USD",
        }
        for side, kind in sides
    ]
    requests: dict[str, dict[str, Any]] = {
        "accounts/create_wallet": {"body": {"userId": ada.user_id, "accountNumber": "A-1"}},
        "accounts/get_wallet": wallet,
        "accounts/list_user_wallets": {"path": {"userId": ada.user_id}},
        "accounts/get_balance": wallet,
        "accounts/adjust_balance": wallet | {"body": {"amount": "1", "operation": "credit"}},
        "accounts/freeze_wallet": wallet | {"body": {"reason": "stolen"}},
        "accounts/unfreeze_wallet": frozen | {"body": {"reason": "found"}},
        "accounts/close_wallet": frozen | {"body": {"reason": "left"}},
        "fx/create_quote": {"body": quote},
        "fx/get_quote": {"path": {"quoteId": quote_id}},
        "fx/consume_quote": {
            "path": {"quoteId": quote_id},
            "body": {"transactionId": id_of("posting")},
        },
        "fx/simulate_provider_down": {},
        "fx/simulate_provider_up": {},
        "transactions/create_transfer": {"body": transfer_body(ada, ben, "1")},
        "transactions/get_transfer": transfer,
        "transactions/list_transfers": {"query": wallet["path"]},
        "transactions/create_hold": {"body": hold_body(ada, "1")},
        "transactions/get_hold": hold,
        "transactions/list_holds": {"query": wallet["path"]},
        "transactions/capture_hold": hold | {"body": {"amount": "1", **payee_body(ben)}},
        "transactions/release_hold": hold,
        "transactions/create_reversal": {
            "path": {"transactionId": received},
            "body": {"amount": "1", "reason": "broken"},
        },
        "ledger/create_transaction": {
            "body": {"transactionId": id_of("posting"), "entries": entries}
        },
        "ledger/get_transaction": transfer,
        "ledger/verify_transaction": transfer,
        "ledger/list_entries": wallet | {"query": None},
        "ledger/verify_chain": wallet,
        "payroll/create_job": {"body": job},
        "payroll/get_job": of_job,
        "payroll/list_job_items": of_job | {"query": None},
        "payroll/list_employer_jobs": {"path": {"employerId": ada.user_id}},
    }
    return World(payroll, ada, ben, stranger, requests)


def user(account: Account, *scopes: Scope) -> Caller:
    return Caller(account.user_id, UserId(account.user_id), frozenset(scopes))


INTERNAL = {
    "accounts/adjust_balance",
    "accounts/freeze_wallet",
    "accounts/unfreeze_wallet",
    "accounts/close_wallet",
    "fx/consume_quote",
    "fx/simulate_provider_down",
    "fx/simulate_provider_up",
    "ledger/create_transaction",
}
PAYROLL = {
    "payroll/create_job",
    "payroll/get_job",
    "payroll/list_job_items",
    "payroll/list_employer_jobs",
}
NAMED = {
    "accounts/create_wallet",
    "accounts/list_user_wallets",
    "fx/create_quote",
    "transactions/create_transfer",
    "transactions/create_hold",
    "payroll/create_job",
}
"""Requests that say themselves for whom they are."""

LISTS = {"payroll/list_employer_jobs"}
"""What shows a stranger nothing, in place of refusing."""

OPERATIONS = [it.module for it in ENDPOINTS if not it.is_public]


def test_every_route_that_wants_credentials_has_its_request_here(world: World) -> None:
    assert list(world.requests) == OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_user_may_do_everything_with_wallets_of_their_own_but_what_needs_a_scope(
    world: World, operation: str
) -> None:
    status, code = world.ask(operation, user(world.ada))

    if operation in INTERNAL | PAYROLL:
        assert (status, code) == (FORBIDDEN, "scope-missing")
    else:
        assert status < 300


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_stranger_may_do_nothing_with_them(world: World, operation: str) -> None:
    before = world.payroll.api.books()

    status, code = world.ask(operation, user(world.stranger, Scope.PAYROLL))

    if operation in INTERNAL:
        assert (status, code) == (FORBIDDEN, "scope-missing")
    elif operation in NAMED:
        assert (status, code) == (FORBIDDEN, "not-the-owner")
    elif operation in LISTS:
        assert status == OK
    else:
        assert status == UNSEEN
    assert world.payroll.api.books() == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_service_with_the_internal_scope_acts_for_everyone_but_runs_no_payroll(
    world: World, operation: str
) -> None:
    status, code = world.ask(operation, user(world.stranger, Scope.INTERNAL))

    if operation in PAYROLL:
        assert (status, code) == (FORBIDDEN, "scope-missing")
    else:
        assert status < 300


@pytest.mark.parametrize("operation", sorted(PAYROLL))
def test_payroll_is_for_whoever_pays_it_and_has_its_scope(world: World, operation: str) -> None:
    status, _ = world.ask(operation, user(world.ada, Scope.PAYROLL))

    assert status < 300


def test_nobody_queues_a_job_in_the_list_of_another_employer(world: World) -> None:
    body = world.requests["payroll/create_job"]["body"] | {"employerId": world.ben.user_id}
    scopes = (Scope.PAYROLL, Scope.INTERNAL)

    refused, accepted = (
        world.payroll.api.call("payroll/create_job", caller=user(world.ada, *given), body=body)
        for given in (scopes[:1], scopes)
    )

    assert (refused.status, refused.code) == (FORBIDDEN, "not-the-owner")
    assert accepted.status == 201


def test_an_employers_jobs_are_shown_to_whoever_pays_them(world: World) -> None:
    def jobs(account: Account) -> int:
        return len(
            world.payroll.api.call(
                "payroll/list_employer_jobs",
                caller=user(account, Scope.PAYROLL),
                **world.requests["payroll/list_employer_jobs"],
            ).body
        )

    assert (jobs(world.ada), jobs(world.stranger)) == (1, 0)


def test_a_strangers_check_of_a_chain_reads_none_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "scan_chain", lambda *_, **__: pytest.fail("it was read"))

    assert world.ask("ledger/verify_chain", user(world.stranger))[0] == UNSEEN


def test_each_side_sees_its_own_entry_of_a_transfer(world: World) -> None:
    def wallets(account: Account) -> list[str]:
        reply = world.payroll.api.call(
            "ledger/get_transaction",
            caller=user(account),
            **world.requests["ledger/get_transaction"],
        )
        return [entry["walletId"] for entry in reply.body]

    assert wallets(world.ada) == [world.ada.wallet_id]
    assert wallets(world.ben) == [world.ben.wallet_id]


def test_the_recipient_sees_a_transfer_that_was_made_and_none_that_was_refused(
    world: World,
) -> None:
    api = world.payroll.api
    refused = api.transfer(world.ada, world.ben, "1000", key="too-much").body["transactionId"]
    made = world.requests["transactions/get_transfer"]["path"]["transactionId"]

    def status(account: Account, transaction_id: str) -> int:
        path = {"transactionId": transaction_id}
        return api.call("transactions/get_transfer", caller=user(account), path=path).status

    assert (status(world.ada, made), status(world.ben, made)) == (OK, OK)
    assert (status(world.ada, refused), status(world.ben, refused)) == (OK, UNSEEN)


def test_a_senders_key_is_not_for_the_recipient(world: World) -> None:
    api = world.payroll.api
    made = api.transfer(world.ada, world.ben, "1", key="doctor-17").body["transactionId"]

    def key(account: Account) -> str | None:
        path = {"transactionId": made}
        seen = api.call("transactions/get_transfer", caller=user(account), path=path).body
        words: str | None = seen["idempotencyKey"]
        return words

    assert (key(world.ada), key(world.ben)) == ("doctor-17", None)


def test_a_user_cannot_spend_from_a_wallet_of_another_in_their_own_name(world: World) -> None:
    body = transfer_body(world.ada, world.ben, "1") | {"senderUserId": world.stranger.user_id}

    reply = world.payroll.api.call(
        "transactions/create_transfer", caller=user(world.stranger), body=body
    )

    assert (reply.status, reply.code) == (422, "wallet-owner-mismatch")


def test_the_key_of_one_caller_means_nothing_to_another(world: World) -> None:
    api = world.payroll.api
    body = transfer_body(world.ada, world.ben, "1")

    replies = [
        api.call("transactions/create_transfer", caller=caller, body=body, key="rent")
        for caller in (user(world.ada), user(world.stranger, Scope.INTERNAL), user(world.ada))
    ]

    assert [reply.is_replay for reply in replies] == [False, False, True]
