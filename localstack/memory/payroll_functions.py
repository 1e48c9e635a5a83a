"""Payroll's functions called as they are in earnest: by API Gateway, and by the state machine."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from localstack.memory.api import Api, Reply, sample_event
from localstack.memory.bank import Account
from localstack.memory.payroll import NotedExecutions, Office
from novapay.domain.payroll import JobId
from novapay.wiring import payroll as payroll_wiring
from novapay.wiring import seals as seals_wiring

TIME_LEFT_MS = 120_000


class PayrollFunctions:
    """The functions over an AWS in memory, whose runs are only noted.

    Attributes:
        api: calls the endpoints.
        office: prepares what they need.
        executions: the runs that were started.
    """

    def __init__(self, api: Api) -> None:
        self.api = api
        self.office = Office(api.bank)

    @property
    def executions(self) -> NotedExecutions:
        return self.office.executions

    def create(self, source: Account, items: Sequence[object], **changes: Any) -> Reply:
        fields = changes.pop("fields", {})
        body = {
            "employerId": source.user_id,
            "sourceWalletId": source.wallet_id,
            "sourceUserId": source.user_id,
            "jobName": "April 2026 Payroll",
            "items": items,
            **fields,
        }
        return self.api.call("payroll/create_job", body=body, **changes)

    def queued(self, source: Account, staff: Sequence[Account], amount: str = "1") -> JobId:
        """Create a job that pays everybody the same, and return its id."""
        reply = self.create(source, [item(person, amount) for person in staff], key=None)
        assert reply.status == 201
        return JobId(reply.body["jobId"])

    def task(self, operation: str, *, left_ms: Sequence[int] = (), **facts: object) -> Any:
        """Call a task with its sample event, changed.

        Args:
            operation: the module's path below `functions/`.
            left_ms: what remains of the invocation each time it asks, then two minutes again.
            facts: what the state machine hands it.
        """
        times = iter(left_ms)
        context = SimpleNamespace(
            get_remaining_time_in_millis=lambda: next(times, TIME_LEFT_MS),
            aws_request_id="1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
        )
        module = importlib.import_module(f"functions.{operation.replace('/', '.')}")
        return module.handler({**sample_event(operation), **facts}, context)

    def run(self, job_id: str) -> None:
        """Play a whole run, each step from what the last one said, as the state machine does."""
        facts: dict[str, Any] = {
            "jobId": job_id,
            "requestId": self.executions.request_ids[job_id],
        }
        funded = self.task("payroll/fund_job", **facts)
        for lane in funded["lanes"]:
            assert self.task("payroll/pay_lane", **lane)["done"]
        self.task("payroll/settle_job", **funded)


@contextmanager
def payroll_functions(api: Api, patch: pytest.MonkeyPatch) -> Iterator[PayrollFunctions]:
    """Give payroll's functions."""
    functions = PayrollFunctions(api)
    patch.setattr(payroll_wiring, "executions", lambda: functions.executions)
    patch.setattr(seals_wiring, "seals", lambda: functions.office.seals)
    yield functions


def item(person: Account, amount: object = "1", **fields: object) -> dict[str, object]:
    """Return one payment as a client sends it."""
    return {
        "employeeUserId": person.user_id,
        "recipientWalletId": person.wallet_id,
        "amount": amount,
        **fields,
    }
