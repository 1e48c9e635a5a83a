"""Payroll: write units for each item, speed compared to single transfers, growth, memory."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence

from rich.console import Console

from localstack.bench.inside import tapped
from localstack.bench.memory import embedded_aws_of, processes_of
from localstack.bench.result import Result
from localstack.bench.transfers import written_items
from localstack.bench.units import transaction_write_units
from localstack.common.api import Api, Person
from localstack.common.outputs import Outputs
from localstack.demo.payday.books import database_of
from localstack.demo.payday.run import RATE_RATIO_MIN, SINGLES, Ran, pay, single_transfers_per_s
from localstack.demo.payday.staff import hire
from localstack.memory.wire import Call
from novapay import wiring
from novapay.domain.errors import Refusal
from novapay.domain.idempotency import Answer
from novapay.domain.money import UNITS_PER_ONE
from novapay.domain.payroll import (
    BATCH_ITEMS_MAX,
    ItemOrder,
    Job,
    JobId,
    JobOrder,
)
from novapay.domain.ports import ExecutionState
from novapay.domain.wallet import UserId, WalletId
from novapay.usecases.create_job import create_job
from novapay.usecases.fund_job import fund_job
from novapay.usecases.pay_lane import pay_lane
from novapay.usecases.settle_job import settle_job

SMALL, LARGE = 1_000, 14_000
ACCEPT_S_MAX = 10
WORKER_MB_MAX = 512
GROWTH_MAX = 1.25


class _Nowhere:
    """Starts nothing: this module calls the steps itself."""

    def start(self, name: str, job_id: str, *, request_id: str | None) -> None:
        """See `novapay.domain.ports.Executions`."""

    def state(self, name: str) -> ExecutionState:
        """See `novapay.domain.ports.Executions`."""
        return ExecutionState.RUNNING if name else ExecutionState.ABSENT


class _Sealing:
    """Seals under a key of this process: what it is made with makes no difference to DynamoDB."""

    key = secrets.token_bytes(32)

    def seal(self, message: bytes) -> bytes:
        """See `novapay.domain.ports.Seals`."""
        return hmac.digest(self.key, message, "sha256")

    def fits(self, seal: bytes, message: bytes) -> bool:
        """See `novapay.domain.ports.Seals`."""
        return hmac.compare_digest(seal, self.seal(message))


def measure(console: Console, outputs: Outputs, api: Api) -> list[Result]:
    """Run payrolls of two sizes and single transfers on the stack, and one batch in here."""
    staff = hire(database_of(outputs.aws), LARGE)
    batch = _batch_calls(api, staff[:BATCH_ITEMS_MAX])
    transfers_per_s = single_transfers_per_s(api, SINGLES)
    small = pay(console, api, api.open_wallet(holding=str(SMALL)), staff[:SMALL])
    large = pay(console, api, api.open_wallet(holding=str(LARGE)), staff)
    transfers_per_s = (transfers_per_s + single_transfers_per_s(api, SINGLES)) / 2
    ratio = large.items_per_s / transfers_per_s
    return [
        Result(
            f"payroll of {LARGE:,}, items a second ÷ single transfers a second",
            f"≥ {RATE_RATIO_MIN}",
            f"{ratio:.1f} ({large.items_per_s:.0f} ÷ {transfers_per_s:.0f})",
            ratio >= RATE_RATIO_MIN,
        ),
        _growth(small, large),
        Result(
            f"accepting a job of {LARGE:,}",
            f"< {ACCEPT_S_MAX} s",
            f"{large.accepted_s:.1f} s",
            large.accepted_s < ACCEPT_S_MAX,
        ),
        *_capacity(batch),
        _memory(outputs),
    ]


def _growth(small: Ran, large: Ran) -> Result:
    growth = small.items_per_s / large.items_per_s
    return Result(
        f"time of an item among {LARGE:,} ÷ among {SMALL:,}",
        f"≤ {GROWTH_MAX}",
        f"{growth:.2f} ({1000 / large.items_per_s:.1f} ÷ {1000 / small.items_per_s:.1f} ms)",
        growth <= GROWTH_MAX,
    )


def _batch_calls(api: Api, staff: Sequence[Person]) -> list[Call]:
    """Pay one full batch in this process and return its calls to AWS."""
    source, resources = api.open_wallet(holding=str(len(staff))), wiring.resources()
    orders = [
        ItemOrder(
            employee_user_id=UserId(person.user_id),
            recipient_wallet_id=WalletId(person.wallet_id),
            amount_units=UNITS_PER_ONE,
            currency=None,
        )
        for person in staff
    ]
    order = JobOrder(
        employer_id=UserId(source.user_id),
        source_wallet_id=WalletId(source.wallet_id),
        source_user_id=UserId(source.user_id),
        job_name="One batch",
        items=orders,
    )
    seals = _Sealing()
    job_id = JobId(
        create_job(resources, _Nowhere(), seals, order, keyed_request=None, answer=_id_of).body
    )
    fund_job(resources, seals, job_id)
    with tapped() as wire:
        pay_lane(resources, seals, job_id, 0, has_time=lambda: True)
    settle_job(resources, seals, job_id)
    return wire.calls


def _id_of(job: Job | Refusal) -> Answer:
    if isinstance(job, Refusal):
        raise job
    return Answer(201, job.job_id)


def _capacity(calls: Sequence[Call]) -> list[Result]:
    computed = transaction_write_units(written_items(list(calls)))
    reported = sum(call.write_units for call in calls)
    each = computed / BATCH_ITEMS_MAX
    names = [call.operation for call in calls]
    per_batch = len(names) - names.index("BatchGetItem") - 1
    return [
        Result(
            "write units of a payroll's item, in a full batch",
            "≤ 9",
            f"{each:.2f} ({computed} a batch; the AWS says {reported:.0f})",
            each <= 9 and computed == reported,
        ),
        Result("round trips of a batch of 24", "≤ 2", f"{per_batch}", per_batch <= 2),
    ]


def _memory(outputs: Outputs) -> Result:
    """Measure the largest of the functions' processes, which include those of payroll."""
    _aws, *others = processes_of(embedded_aws_of(outputs))
    largest = max(process.memory_info().rss for process in others) / 2**20
    return Result(
        "memory of the largest function after that",
        f"≤ {WORKER_MB_MAX} MB",
        f"{largest:.0f} MB",
        largest <= WORKER_MB_MAX,
    )
