"""Payroll as an employer has it, over HTTP, with the machinery of its runs within reach."""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import psutil

from localstack.emulator.runtime import COMMUNITY
from localstack.memory.meters import RecordingMeter
from localstack.memory.staff import store_wallets
from novapay import clock
from novapay.domain.money import Currency
from novapay.domain.wallet import UserId, WalletId
from novapay.store.client import Database
from tests.support.client import Client, Holder, Reply, new_id
from tests.support.local_stack import Stack

FINAL = {"COMPLETED", "PARTIAL", "FAILED"}
WAIT_S_MAX = 240
POLL_S = 0.2


class Payday:
    """Creates jobs on a deployed stack and watches them."""

    def __init__(self, client: Client, stack: Stack, prefix: str) -> None:
        self._client = client
        self._stack = stack
        self._prefix = prefix
        self._database = Database(stack.client("dynamodb"), prefix, RecordingMeter(), clock.now)

    def employees(self, count: int) -> list[Holder]:
        """Store new wallets in dollars, each with an owner of its own."""
        holders = [Holder(new_id(), new_id(), "USD") for _ in range(count)]
        pairs = [(WalletId(holder.wallet_id), UserId(holder.user_id)) for holder in holders]
        store_wallets(self._database, pairs, Currency("USD"), clock.now())
        return holders

    def create(self, source: Holder, items: Sequence[object], *, key: str | None = None) -> Reply:
        return self._client.send(
            "POST /payroll/jobs",
            {
                "employerId": source.user_id,
                "sourceWalletId": source.wallet_id,
                "sourceUserId": source.user_id,
                "jobName": "April",
                "items": items,
            },
            key=key,
        )

    def queue(self, source: Holder, items: Sequence[object]) -> str:
        """Create a job under a new key and return its id."""
        created = self.create(source, items, key=new_id())
        assert created.status == 201
        assert created.body["totalItems"] == len(items)
        return str(created.body["jobId"])

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the job, once what it says of itself has been found consistent."""
        reply = self._client.send(f"GET /payroll/jobs/{job_id}")
        assert reply.status == 200
        job: dict[str, Any] = reply.body
        assert job["processedItems"] == job["paidItems"] + job["failedItems"]
        assert job["checkpoint"] <= job["processedItems"] <= job["totalItems"]
        assert job["progress"] == f"{job['processedItems']}/{job['totalItems']}"
        assert job["paidItems"] == sum(lane["paidItems"] for lane in job["lanes"])
        return job

    def items(self, job_id: str) -> list[dict[str, Any]]:
        """Return every item, page by page."""
        items: list[dict[str, Any]] = []
        while True:
            path = f"/payroll/jobs/{job_id}/items?limit=1000&offset={len(items)}"
            reply = self._client.send(f"GET {path}")
            items += reply.body
            if len(items) == int(reply.headers["x-total-count"]):
                return items

    def looks(self, job_id: str) -> Iterator[dict[str, Any]]:
        """Look at a job again and again until it is finished; it must never go back."""
        deadline = time.monotonic() + WAIT_S_MAX
        before = self.job(job_id)
        while before["status"] not in FINAL:
            yield before
            assert time.monotonic() < deadline, f"still at {before['progress']}"
            time.sleep(POLL_S)
            now = self.job(job_id)
            for count in ("paidItems", "failedItems", "checkpoint"):
                assert now[count] >= before[count]
            before = now
        yield before

    def until(self, job_id: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first look at a job for which something holds, or the last."""
        job: dict[str, Any] = {}
        for job in self.looks(job_id):
            if holds(job):
                break
        return job

    def finished(self, job_id: str) -> dict[str, Any]:
        return self.until(job_id, lambda job: job["status"] in FINAL)

    def stop_execution(self, name: str) -> None:
        """Stop a run halfway, as an operator could."""
        client = self._stack.client("stepfunctions")
        client.stop_execution(executionArn=self._execution_arn(name))

    def execution_status(self, name: str) -> str:
        client = self._stack.client("stepfunctions")
        described = client.describe_execution(executionArn=self._execution_arn(name))
        return str(described["status"])

    def kill_a_worker(self, function: str, chance: random.Random) -> bool:
        """End one process that runs a function, or return that there is none of ours.

        LocalStack's workers are its own; it ends them all when their function is changed.
        """
        if self._stack.kind is COMMUNITY:
            self._stack.client("lambda").update_function_configuration(
                FunctionName=f"{self._prefix}-{function}"
            )
            return True
        workers = _workers_of(function)
        if not workers:
            return False
        with suppress(psutil.NoSuchProcess):
            chance.choice(workers).kill()
            return True
        return False

    def _execution_arn(self, name: str) -> str:
        machines = self._stack.client("stepfunctions").list_state_machines()["stateMachines"]
        [arn] = [m["stateMachineArn"] for m in machines if m["name"].startswith(self._prefix)]
        return f"{arn.replace(':stateMachine:', ':execution:')}:{name}"


def pay(holder: Holder, amount: str = "1") -> dict[str, str]:
    """Return an item."""
    return {
        "employeeUserId": holder.user_id,
        "recipientWalletId": holder.wallet_id,
        "amount": amount,
    }


def nobody() -> Holder:
    """Return a wallet that there is not."""
    return Holder(str(uuid.uuid4()), str(uuid.uuid4()), "USD")


def _workers_of(function: str) -> list[psutil.Process]:
    """Return the processes that run a function, of the emulator that this process started."""
    mine = psutil.Process().children(recursive=True)
    return [process for process in mine if _runs(process, function)]


def _runs(process: psutil.Process, function: str) -> bool:
    try:
        # A worker is forked, so that its command line is not its own; its directory is.
        return f"-{function}-" in process.cwd()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
