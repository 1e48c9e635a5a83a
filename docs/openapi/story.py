"""One story, played through the real functions: each example is a request and what was answered.

The AWS is in memory and the clock stands still but for what the story says, so that the examples
are the same whenever and wherever they are made, and none can be wrong.
"""

import io
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from typing import Any

import pytest

from cdk.endpoints import CONSOLE, ENDPOINTS, SERVICES
from docs.openapi.merged import DocumentError
from localstack.memory.api import SAME, Api, Event, Reply, api_over, event_of, sample_event
from localstack.memory.bank import EUR, USD, Account
from localstack.memory.desk import desk_of
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.fx import FX_ENVIRONMENT
from localstack.memory.intruder import Intruder
from localstack.memory.payroll_functions import PayrollFunctions, payroll_functions
from localstack.memory.tables import PREFIX
from novapay import observability
from novapay.domain.caller import Caller, Scope
from novapay.domain.errors import Processing
from novapay.domain.payroll import JobId
from novapay.domain.wallet import UserId
from novapay.http.errors import KEY_HEADER as KEY
from novapay.http.responses import error_response
from novapay.schema import METRICS_NAMESPACE
from novapay.wiring import fx

ADA = UserId("0b8f2c1e-7a54-4d0b-9c36-51f0c7f1a001")
BEN = UserId("5e0d9f47-2b61-4c3a-8e1d-93a6f42db002")
POSTED = "c5e3f7a9-3333-4d8b-8c4a-8b3f4e5d6c03"
SERVICE = Caller("payments", BEN, frozenset({Scope.INTERNAL}))
LARGE_JOB_ITEMS = 60

Labelled = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Examples:
    """What was asked of one operation and what it answered; `parameters` by their names."""

    requests: Labelled = field(default_factory=dict)
    answers: Labelled = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)


@cache
def examples() -> dict[str, Examples]:
    """Return the examples of every operation, by its id.

    Raises:
        DocumentError: the story cannot be told as it is written.
    """
    with _stage() as (api, payroll):
        story = Story(api, payroll)
        story.play()
    return story.told


def processing() -> Any:
    """Return what is answered while the same key is being decided."""
    return json.loads(error_response(Processing(), request_id="").body or "")


@contextmanager
def _stage() -> Iterator[tuple[Api, PayrollFunctions]]:
    """Give all functions over one AWS in memory; what they print goes nowhere."""
    with (
        dynamodb_in_memory() as client,
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(io.StringIO()),
        _own_printer(patch),
        desk_of(client, patch),
        api_over(client, patch) as api,
        payroll_functions(api, patch) as payroll,
    ):
        for name, value in FX_ENVIRONMENT.items():
            patch.setenv(name, value)
        fx.rate_provider.cache_clear()
        yield api, payroll
        fx.rate_provider.cache_clear()


@contextmanager
def _own_printer(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make logger and metrics anew, as they print where standard output led at that time."""
    patch.setenv("POWERTOOLS_SERVICE_NAME", "novapay")
    patch.setenv("POWERTOOLS_METRICS_NAMESPACE", METRICS_NAMESPACE)
    kept = (observability._logger, observability._metrics)  # noqa: SLF001 - made once a process
    for made_once in kept:
        made_once.cache_clear()
    yield
    for made_once in kept:
        made_once.cache_clear()


class Story:
    """Ada pays Ben, exchanges, and runs a payroll; an operator looks at all of it."""

    def __init__(self, api: Api, payroll: PayrollFunctions) -> None:
        self.told: dict[str, Examples] = defaultdict(Examples)
        self._api = api
        self._payroll = payroll

    def play(self) -> None:
        """Tell everything, in an order in which it can happen."""
        self._health()
        ada, ben = self._wallets()
        transfer_id = self._transfers(ada, ben)
        self._exchange(ada)
        self._ledger(ada, ben, transfer_id)
        job_id = self._jobs(ada, ben)
        self._holds(ada, ben)
        self._later(60)
        self._operators(ada, transfer_id, job_id)
        self._statuses()
        self._other_reads(ada, transfer_id, job_id)
        self._tampering(transfer_id)

    def _later(self, seconds: int) -> None:
        self._api.bank.clock.advance(timedelta(seconds=seconds))

    def _tell(self, module: str, label: str, *, asked: str = "", **changes: Any) -> Reply:
        """Ask a function and keep what was said.

        Args:
            module: its path below `functions/`.
            label: what the answer shows.
            asked: what the request shows; the same if it is left out.
            changes: see `event_of`.
        """
        changes.setdefault("query", None if sample_event(module)["httpMethod"] == "GET" else SAME)
        name = module.rpartition("/")[2]
        return self._keep(name, module, label, asked, event_of(module, **changes))

    def _keep(self, name: str, module: str, label: str, asked: str, event: Event) -> Reply:
        reply = self._api.send(module, event)
        if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise DocumentError(f"{module}, {label}: {reply.status} {reply.text}")
        found = self.told[name]
        found.answers[label] = reply.body
        if event["body"]:
            found.requests[asked or label] = json.loads(event["body"])
        said = {**(event["pathParameters"] or {}), **(event["queryStringParameters"] or {})}
        if KEY in event["headers"]:
            said[KEY] = event["headers"][KEY]
        for parameter, value in said.items():
            found.parameters.setdefault(parameter, value)
        return reply

    def _health(self) -> None:
        self._tell("health", "ok")
        for service in SERVICES:
            path = f"/{service}/health"
            event = {**sample_event("health"), "path": path, "resource": path}
            self._keep(f"{service}_service_health", "health", "ok", "", event)

    def _open(self, label: str, user_id: UserId, number: str, **changes: Any) -> Account:
        body = {"userId": user_id, "currency": "USD", "accountNumber": number}
        reply = self._tell("accounts/create_wallet", label, body=body, **changes)
        return Account(reply.body["id"], user_id, USD)

    def _wallets(self) -> tuple[Account, Account]:
        ada = self._open("new", ADA, "ACC-0000-1001", key="open-ada-1")
        ben = self._open("another", BEN, "ACC-0000-2002", key="open-ben-1")
        path = {"walletId": ada.wallet_id}
        named = {"description": "Salary", "reference": "bank-17", "metadata": {"bank": "3"}}
        for key, label, body in (
            ("deposit-1", "deposit", {"amount": "5000", "operation": "credit", **named}),
            ("withdrawal-1", "withdrawal", {"amount": "12.50", "operation": "debit"}),
        ):
            self._tell("accounts/adjust_balance", label, path=path, body=body, key=key)
        self._tell("accounts/get_wallet", "for its owner", path=path)
        self._tell("accounts/get_wallet", "for another service", path=path, caller=SERVICE)
        self._tell("accounts/get_balance", "now", path=path)
        query = {"at": "2026-04-07T10:00:00Z"}
        self._tell("accounts/get_balance", "at an instant", path=path, query=query)
        self._tell("accounts/list_user_wallets", "one wallet", path={"userId": ADA})
        nobody = self._api.bank.new_account()
        self._tell("accounts/list_user_wallets", "none", path={"userId": nobody.user_id})
        return ada, ben

    def _transfers(self, ada: Account, ben: Account) -> str:
        named = {"reference": "dinner-17", "metadata": {"table": "4", "guests": "2"}}
        body = _order(ada, ben, "100", description="Dinner", **named)
        paid = self._tell("transactions/create_transfer", "domestic", body=body, key="dinner-1")
        transfer_id = str(paid.body["transactionId"])
        path = {"transactionId": transfer_id}
        for label, back in (
            ("a part", {"amount": "30", "reason": "One dish was not served"}),
            ("the rest", {"reason": "The others were cold"}),
        ):
            key = f"dinner-1-{label[0]}"
            self._tell("transactions/create_reversal", label, path=path, body=back, key=key)
        refused = self._api.call(
            "transactions/create_transfer", body=_order(ada, ben, "1000000"), key="too-much-1"
        )
        self._tell("transactions/get_transfer", "completed", path=path)
        path = {"transactionId": refused.body["transactionId"]}
        self._tell("transactions/get_transfer", "refused", path=path)
        query = {"walletId": ada.wallet_id, "limit": "2"}
        self._tell("transactions/list_transfers", "first page", query=query)
        query = {"reference": "dinner-17"}
        self._tell("transactions/list_transfers", "by reference", query=query)
        return transfer_id

    def _exchange(self, ada: Account) -> None:
        euros = self._api.bank.account(EUR)
        body = {
            "fromCurrency": "USD",
            "toCurrency": "EUR",
            "fromAmount": "2000",
            "userId": ada.user_id,
        }
        quote_id = self._tell("fx/create_quote", "dollars to euros", body=body).body["id"]
        self._later(1)
        self._tell("fx/get_quote", "active", path={"quoteId": quote_id})
        order = {**_order(ada, euros, "2000"), "fxQuoteId": quote_id}
        self._tell("transactions/create_transfer", "international", body=order, key="exchange-1")
        self._tell("fx/get_quote", "used", path={"quoteId": quote_id})
        expiring, consumed = (
            self._api.call("fx/create_quote", body=body, key=key).body["id"]
            for key in ("quote-2", "quote-3")
        )
        path = {"quoteId": consumed}
        self._tell("fx/consume_quote", "used", path=path, body={"transactionId": POSTED})
        self._later(60)
        self._tell("fx/get_quote", "expired", path={"quoteId": expiring})
        self._tell("fx/simulate_provider_down", "down")
        self._tell("fx/simulate_provider_up", "up")

    def _holds(self, ada: Account, ben: Account) -> None:
        body = {
            "walletId": ada.wallet_id,
            "userId": ada.user_id,
            "amount": "120",
            "currency": "USD",
            "recipientWalletId": ben.wallet_id,
            "recipientUserId": ben.user_id,
            "description": "A room for two nights",
        }
        module = "transactions/create_hold"
        room = self._tell(module, "for a recipient", body=body, key="room-1").body["holdId"]
        path = {"holdId": room}
        self._tell("transactions/get_hold", "held", path=path)
        some = {"amount": "20", "final": False, "description": "Breakfast"}
        module = "transactions/capture_hold"
        self._tell(module, "some of it", path=path, body=some, key="room-1-a")
        rest = {"amount": "90", "description": "Two nights"}
        self._tell(module, "the last of it", path=path, body=rest, key="room-1-b")
        self._tell("transactions/get_hold", "captured", path=path)
        names = ("walletId", "userId", "currency")
        deposit = {**{name: body[name] for name in names}, "amount": "300"}
        car = self._tell("transactions/create_hold", "for nobody yet", body=deposit, key="car-1")
        path = {"holdId": car.body["holdId"]}
        query = {"walletId": ada.wallet_id, "limit": "1"}
        self._tell("transactions/list_holds", "first page", query=query)
        self._tell("transactions/release_hold", "released", path=path, body={}, key="car-1-a")

    def _ledger(self, ada: Account, ben: Account, transfer_id: str) -> None:
        entries = [
            {
                "walletId": account.wallet_id,
                "userId": account.user_id,
                "entryType": entry_type,
                "amount": "25",
                "currency": "USD",
            }
            for account, entry_type in ((ada, "DEBIT"), (ben, "CREDIT"))
        ]
        body = {"transactionId": POSTED, "entries": entries}
        self._tell("ledger/create_transaction", "pair", body=body, key="posting-1")
        path = {"transactionId": transfer_id}
        self._tell("ledger/get_transaction", "pair", path=path)
        self._tell("ledger/verify_transaction", "balanced", path=path)
        path = {"walletId": ben.wallet_id}
        self._tell("ledger/list_entries", "first page", path=path, query={"limit": "1"})
        query = {"from": "2026-04-07T10:00:00Z", "to": "2026-04-07T10:01:00Z", "limit": "1"}
        self._tell("ledger/list_entries", "a period", path=path, query=query)
        self._tell("ledger/verify_chain", "whole", path=path)

    def _jobs(self, ada: Account, ben: Account) -> JobId:
        stranger = self._api.bank.new_account()
        items = [
            {
                "employeeUserId": account.user_id,
                "recipientWalletId": account.wallet_id,
                "amount": "500",
                "currency": "USD",
            }
            for account in (ben, stranger)
        ]
        body = {
            "employerId": ada.user_id,
            "sourceWalletId": ada.wallet_id,
            "sourceUserId": ada.user_id,
            "jobName": "April 2026 Payroll",
            "items": items,
        }
        queued = self._tell("payroll/create_job", "two salaries", body=body, key="april-2026")
        small = JobId(queued.body["jobId"])
        self._later(1)
        large = self._payroll.queued(ada, self._payroll.office.employees(LARGE_JOB_ITEMS))
        office = self._payroll.office
        office.fund(large)
        office.pay(large, batches=1)
        self._payroll.run(small)
        self._tell("payroll/get_job", "running", path={"jobId": large})
        self._tell("payroll/get_job", "partly paid", path={"jobId": small})
        self._tell("payroll/list_job_items", "paid and failed", path={"jobId": small})
        path = {"employerId": ada.user_id}
        self._tell("payroll/list_employer_jobs", "two jobs", path=path)
        self._tell("payroll/list_employer_jobs", "none", path={"employerId": stranger.user_id})
        return small

    def _operators(self, ada: Account, transfer_id: str, job_id: JobId) -> None:
        wallet, job = {"walletId": ada.wallet_id}, {"jobId": job_id}
        transaction = {"transactionId": transfer_id}
        self._tell("admin/inspect_wallet", "a client's", path=wallet)
        self._tell("admin/reveal_account_number", "a client's", path=wallet)
        query = {**wallet, "limit": "1"}
        self._tell("admin/list_wallet_transactions", "first page", query=query)
        self._tell("admin/inspect_transaction", "completed", path=transaction)
        self._tell("admin/list_transaction_entries", "pair", path=transaction)
        self._tell("admin/audit_transaction", "balanced", path=transaction)
        self._tell("admin/audit_chain", "whole", path=wallet)
        self._tell("admin/audit_entries", "first page", path=wallet, query={"limit": "1"})
        self._tell("admin/list_audit_logs", "first page", query={"limit": "1"})
        self._tell("admin/verify_audit_log", "whole")
        self._tell("admin/get_trial_balance", "balanced")
        self._tell("admin/list_all_jobs", "the newest", query={"limit": "1"})
        self._tell("admin/inspect_job", "partly paid", path=job)
        self._tell("admin/inspect_job_items", "paid and failed", path=job)
        self._tell("admin/get_figures", "a quiet day")

    def _statuses(self) -> None:
        """Freeze, thaw and close two wallets that nobody needs any more."""
        for place, suffix in (("accounts", "_wallet"), ("admin", "_any_wallet")):
            path = {"walletId": self._api.bank.account().wallet_id}
            for action, reason in (
                ("freeze", "Reported as stolen"),
                ("unfreeze", "The owner has called"),
                ("close", "The owner has left"),
            ):
                self._tell(f"{place}/{action}{suffix}", "why", path=path, body={"reason": reason})

    def _other_reads(self, ada: Account, transfer_id: str, job_id: JobId) -> None:
        """Ask every operation that only reads and has no words of its own above."""
        known = {
            "walletId": ada.wallet_id,
            "userId": ada.user_id,
            "employerId": ada.user_id,
            "transactionId": transfer_id,
            "jobId": job_id,
        }
        for endpoint in ENDPOINTS:
            if endpoint.method == "GET" and endpoint.name not in {*self.told, CONSOLE.name}:
                asked = sample_event(endpoint.module)["pathParameters"] or {}
                path = {name: known.get(name, value) for name, value in asked.items()}
                self._tell(endpoint.module, "as it is", path=path)

    def _tampering(self, transfer_id: str) -> None:
        """Let somebody who can write to the tables change an entry."""
        [debit, *_] = self.told["get_transaction"].answers["pair"]
        wallet_id, sequence = debit["walletId"], debit["sequence"]
        intruder = Intruder(self._api.bank.client, PREFIX)
        intruder.change("ledger", wallet_id, sequence, amount="1.00000000")
        wallet, transaction = {"walletId": wallet_id}, {"transactionId": transfer_id}
        self._tell("ledger/verify_chain", "tampered with", path=wallet)
        self._tell("ledger/verify_transaction", "tampered with", path=transaction)
        self._tell("admin/audit_chain", "tampered with", path=wallet)
        self._tell("admin/audit_transaction", "tampered with", path=transaction)


def _order(sender: Account, recipient: Account, amount: str, **more: object) -> dict[str, object]:
    return {
        "senderWalletId": sender.wallet_id,
        "recipientWalletId": recipient.wallet_id,
        "senderUserId": sender.user_id,
        "recipientUserId": recipient.user_id,
        "amount": amount,
        "currency": "USD",
        **more,
    }
