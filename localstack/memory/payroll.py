"""A payroll office over a bank: the real use cases in a few words, and runs that are only noted."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from localstack.memory.bank import USD, Account, Bank
from localstack.memory.seals import InMemorySeals
from localstack.memory.staff import store_wallets
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import Refusal, Unavailable
from novapay.domain.idempotency import Answer, IdempotencyKey, KeyedRequest, fingerprint_of
from novapay.domain.money import Currency, parse_units
from novapay.domain.pages import Page
from novapay.domain.payroll import (
    ItemOrder,
    ItemState,
    Job,
    JobId,
    JobOrder,
    JobStatus,
    Progress,
)
from novapay.domain.payroll_money import float_wallet_id
from novapay.domain.ports import ExecutionState
from novapay.domain.wallet import UserId, WalletId
from novapay.usecases.create_job import create_job
from novapay.usecases.fund_job import fund_job
from novapay.usecases.get_job import get_job
from novapay.usecases.list_job_items import list_job_items
from novapay.usecases.pay_lane import pay_lane
from novapay.usecases.recover_jobs import Recovered, recover_jobs
from novapay.usecases.settle_job import settle_job


class NotedExecutions:
    """Runs nothing; `tests/unit/test_executions.py` holds it against Step Functions.

    Attributes:
        inputs: the job of each run that was started, by the run's name.
        request_ids: the request that each of them came from.
        is_down: whether nobody answers.
        unanswered: the runs about which nobody answers.
    """

    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}
        self.request_ids: dict[str, str | None] = {}
        self.is_down = False
        self.unanswered: set[str] = set()
        self._states: dict[str, ExecutionState] = {}

    def start(self, name: str, job_id: str, *, request_id: str | None) -> None:
        self._answer(name)
        if name not in self.inputs:
            self.inputs[name] = job_id
            self.request_ids[name] = request_id
            self._states[name] = ExecutionState.RUNNING

    def state(self, name: str) -> ExecutionState:
        self._answer(name)
        return self._states.get(name, ExecutionState.ABSENT)

    def end(self, name: str, state: ExecutionState) -> None:
        """Let a run come to its end."""
        self._states[name] = state

    def _answer(self, name: str) -> None:
        if self.is_down or name in self.unanswered:
            raise Unavailable


class Office:
    """Creates jobs and plays the steps of their runs, in one process."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.executions = NotedExecutions()
        self.seals = InMemorySeals()

    def employees(self, count: int, currency: Currency = USD) -> list[Account]:
        """Store new wallets, as `create_wallet` stores them, many a call."""
        accounts = [self.bank.new_account(currency) for _ in range(count)]
        holders = [(account.wallet_id, account.user_id) for account in accounts]
        store_wallets(self.bank.resources.database, holders, currency, self.bank.clock.now())
        return accounts

    def create(self, source: Account, items: Sequence[ItemOrder], *, key: str | None = None) -> Any:
        """Return the facts that were answered: a jobId, or a code."""
        order = JobOrder(
            employer_id=source.user_id,
            source_wallet_id=source.wallet_id,
            source_user_id=source.user_id,
            job_name="April",
            items=items,
        )
        fingerprint = fingerprint_of({"order": str(order)})
        keyed_request = (
            KeyedRequest("anyone#job", IdempotencyKey(key), fingerprint) if key else None
        )
        answer = create_job(
            self.bank.resources,
            self.executions,
            self.seals,
            order,
            keyed_request=keyed_request,
            answer=_answer,
        )
        return json.loads(answer.body) | {"replayed": answer.replayed}

    def queue(self, source: Account, items: Sequence[ItemOrder]) -> JobId:
        return JobId(self.create(source, items)["jobId"])

    def fund(self, job_id: JobId) -> Job:
        return fund_job(self.bank.resources, self.seals, job_id)

    def pay(self, job_id: JobId, lane: int = 0, *, batches: int | None = None) -> bool:
        """Pay a lane: all of it, or as many batches as there is time for."""
        left = iter(range(10**6 if batches is None else batches))
        return pay_lane(
            self.bank.resources,
            self.seals,
            job_id,
            lane,
            has_time=lambda: next(left, None) is not None,
        )

    def settle(self, job_id: JobId) -> Job:
        return settle_job(self.bank.resources, self.seals, job_id)

    def run(self, job_id: JobId) -> Job:
        """Do what the state machine does, from its first step to its last."""
        job = self.fund(job_id)
        if job.status is not JobStatus.PROCESSING:
            return job
        for lane in range(job.lanes):
            assert self.pay(job_id, lane)
        return self.settle(job_id)

    def recover(self, *, jobs: int = 10**6) -> list[Recovered]:
        """Run recovery, with time to look at so many jobs."""
        left = iter(range(jobs))
        return recover_jobs(
            self.bank.resources, self.executions, has_time=lambda: next(left, None) is not None
        )

    def progress(self, job_id: JobId) -> Progress:
        return get_job(self.bank.resources, job_id, TRUSTED)

    def items(self, job_id: JobId) -> list[ItemState]:
        return self.page(job_id, limit=1000, offset=0).items

    def page(self, job_id: JobId, *, limit: int, offset: int) -> Page[ItemState]:
        return list_job_items(self.bank.resources, job_id, TRUSTED, limit=limit, offset=offset)

    def float_id(self, job_id: JobId, lane: int = 0) -> WalletId:
        return float_wallet_id(job_id, lane)

    def later(self, seconds: float = 1) -> None:
        self.bank.clock.advance(timedelta(seconds=seconds))


def order_for(
    account: Account,
    amount: str,
    *,
    currency: Currency | None = None,
    user_id: UserId | None = None,
) -> ItemOrder:
    """Return the order to pay an account; without a currency it is in the source's."""
    return ItemOrder(
        employee_user_id=user_id or account.user_id,
        recipient_wallet_id=account.wallet_id,
        amount_units=parse_units(amount),
        currency=currency,
    )


def _answer(result: Job | Refusal) -> Answer:
    if isinstance(result, Refusal):
        return Answer(422, json.dumps({"code": result.code}))
    return Answer(201, json.dumps({"jobId": result.job_id, "status": result.status.value}))
