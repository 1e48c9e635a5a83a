"""Payroll jobs as clients send and read them."""

from typing import Annotated, Self

from pydantic import (
    BeforeValidator,
    Field,
    RootModel,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from novapay.domain.money import parse_units
from novapay.domain.payroll import (
    ITEMS_MAX,
    JOB_NAME_CHARACTERS_MAX,
    ItemOrder,
    ItemPage,
    ItemState,
    ItemStatus,
    Job,
    JobId,
    JobOrder,
    JobStatus,
    Lane,
    Progress,
)
from novapay.domain.payroll_money import item_key
from novapay.http.schemas.fields import (
    NO_CONTROL_CHARACTERS,
    Amount,
    Body,
    CurrencyCode,
    Instant,
    JobIdField,
    TransactionIdField,
    UserIdField,
    WalletIdField,
)

BAD_ITEMS_MAX = 100


class CreateJobItem(Body):
    """One payment of a job."""

    employee_user_id: UserIdField
    recipient_wallet_id: WalletIdField
    amount: Amount
    currency: CurrencyCode | None = None

    def order(self) -> ItemOrder:
        return ItemOrder(
            employee_user_id=self.employee_user_id,
            recipient_wallet_id=self.recipient_wallet_id,
            amount_units=parse_units(self.amount),
            currency=self.currency,
        )


_ITEM = TypeAdapter(CreateJobItem)


def _up_to_the_last_bad_item(items: object) -> object:
    """Return the items, and none after the hundredth bad one: more than that is not reported.

    All that is wrong with 25,000 items is a gigabyte of reports.
    """
    if not isinstance(items, list) or len(items) > ITEMS_MAX:
        return items
    checked: list[object] = []
    bad = 0
    for item in items:
        try:
            checked.append(_ITEM.validate_python(item))
        except ValidationError:
            checked.append(item)
            bad += 1
            if bad == BAD_ITEMS_MAX:
                break
    return checked


class CreateJob(Body):
    """A payroll to run."""

    employer_id: UserIdField
    source_wallet_id: WalletIdField
    source_user_id: UserIdField
    job_name: Annotated[
        str,
        StringConstraints(
            strict=True,
            min_length=1,
            max_length=JOB_NAME_CHARACTERS_MAX,
            pattern=NO_CONTROL_CHARACTERS,
        ),
    ]
    items: Annotated[
        list[CreateJobItem],
        Field(min_length=1, max_length=ITEMS_MAX),
        BeforeValidator(_up_to_the_last_bad_item),
    ]

    def order(self, request_id: str) -> JobOrder:
        return JobOrder(
            employer_id=self.employer_id,
            source_wallet_id=self.source_wallet_id,
            source_user_id=self.source_user_id,
            job_name=self.job_name,
            items=[item.order() for item in self.items],
            request_id=request_id,
        )


class JobReceipt(Body):
    """A job that was accepted."""

    job_id: JobIdField
    status: JobStatus
    total_items: int
    message: str

    @classmethod
    def of(cls, job: Job) -> Self:
        return cls(
            job_id=job.job_id,
            status=job.status,
            total_items=job.total_items,
            message="Payroll job queued successfully",
        )


class LaneBody(Body):
    """A lane's progress: `checkpoint` of its batches are done."""

    lane: int
    checkpoint: int
    paid_items: int
    failed_items: int

    @classmethod
    def of(cls, lane: Lane) -> Self:
        return cls(
            lane=lane.number,
            checkpoint=lane.checkpoint,
            paid_items=lane.paid_items,
            failed_items=lane.failed_items,
        )


class JobBody(Body):
    """A job as it stands. Items are numbered from 1; `checkpoint` is the highest number up to
    which every item is settled."""

    job_id: JobIdField
    employer_id: UserIdField
    source_wallet_id: WalletIdField
    job_name: str
    status: JobStatus
    total_items: int
    processed_items: int
    paid_items: int
    failed_items: int
    checkpoint: int
    progress: str
    currency: CurrencyCode
    total_amount: str
    paid_amount: str
    failure_reason: str | None
    created_at: Instant
    finished_at: Instant | None
    lanes: list[LaneBody]

    @classmethod
    def of(cls, progress: Progress) -> Self:
        job = progress.job
        return cls(
            job_id=job.job_id,
            employer_id=job.employer_id,
            source_wallet_id=job.source_wallet_id,
            job_name=job.job_name,
            status=job.status,
            total_items=job.total_items,
            processed_items=progress.processed_items,
            paid_items=progress.paid_items,
            failed_items=progress.failed_items,
            checkpoint=progress.checkpoint,
            progress=f"{progress.processed_items}/{job.total_items}",
            currency=job.currency,
            total_amount=str(job.total),
            paid_amount=str(progress.paid),
            failure_reason=job.failure,
            created_at=job.created_at,
            finished_at=job.finished_at,
            lanes=[LaneBody.of(lane) for lane in progress.lanes],
        )


class JobList(RootModel[list[JobBody]]):
    """An employer's jobs, newest first."""

    @classmethod
    def of(cls, jobs: list[Progress]) -> Self:
        return cls([JobBody.of(progress) for progress in jobs])


class JobItemBody(Body):
    """An item, and what has become of it."""

    item_index: int
    employee_user_id: UserIdField
    recipient_wallet_id: WalletIdField
    amount: str
    currency: CurrencyCode
    status: ItemStatus
    transaction_id: TransactionIdField | None
    failure_reason: str | None
    idempotency_key: str

    @classmethod
    def of(cls, state: ItemState, job_id: JobId) -> Self:
        item = state.item
        return cls(
            item_index=item.index,
            employee_user_id=item.employee_user_id,
            recipient_wallet_id=item.recipient_wallet_id,
            amount=str(item.amount),
            currency=item.amount.currency,
            status=state.status,
            transaction_id=state.transaction_id,
            failure_reason=state.failure,
            idempotency_key=item_key(job_id, item.index),
        )


class JobItemList(RootModel[list[JobItemBody]]):
    """Items of a job, in order."""

    @classmethod
    def of(cls, page: ItemPage, job_id: JobId) -> Self:
        return cls([JobItemBody.of(state, job_id) for state in page.items])
