"""Payroll jobs as clients send and read them."""

from typing import Annotated, Self

from pydantic import (
    BeforeValidator,
    Field,
    RootModel,
    TypeAdapter,
    ValidationError,
)

from novapay.domain.money import parse_units
from novapay.domain.pages import Page
from novapay.domain.payroll import (
    ITEMS_MAX,
    ItemOrder,
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
    Amount,
    Body,
    CurrencyCode,
    Instant,
    JobName,
    RequestBody,
    StoredId,
    UserIdField,
    WalletIdField,
)

BAD_ITEMS_MAX = 100


class CreateJobItem(RequestBody):
    """One payment of a job."""

    employee_user_id: UserIdField = Field(description="The user who is paid.")
    recipient_wallet_id: WalletIdField = Field(description="The user's wallet that gets the money.")
    amount: Amount = Field(description="How much is paid, in `currency`.")
    currency: CurrencyCode | None = Field(
        default=None, description="An ISO 4217 code; the source wallet's if it is left out."
    )

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


class CreateJob(RequestBody):
    """A payroll to run."""

    employer_id: UserIdField = Field(description="The user in whose name the job runs.")
    source_wallet_id: WalletIdField = Field(description="The wallet that pays.")
    source_user_id: UserIdField = Field(description="The user who owns the wallet that pays.")
    job_name: JobName = Field(description="Your own name of the job.")
    items: Annotated[
        list[CreateJobItem],
        Field(min_length=1, max_length=ITEMS_MAX),
        BeforeValidator(_up_to_the_last_bad_item),
    ] = Field(description="The payments, numbered from 1 in this order.")

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

    job_id: StoredId = Field(description="The job's id.")
    status: JobStatus = Field(description="Where the job stands: QUEUED when it is accepted.")
    total_items: int = Field(description="How many payments the job has.")
    message: str = Field(description="What happened, as a sentence.")

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

    lane: int = Field(description="The lane's number, from 0.")
    checkpoint: int = Field(description="How many of the lane's batches are settled.")
    paid_items: int = Field(description="How many of the lane's items were paid.")
    failed_items: int = Field(description="How many of the lane's items failed.")

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

    job_id: StoredId = Field(description="The job's id.")
    employer_id: StoredId = Field(description="The user in whose name the job runs.")
    source_wallet_id: StoredId = Field(description="The wallet that pays.")
    job_name: str = Field(description="The client's name of the job.")
    status: JobStatus = Field(description="Where the job stands.")
    total_items: int = Field(description="How many payments the job has.")
    processed_items: int = Field(description="How many are settled: paid or failed.")
    paid_items: int = Field(description="How many were paid.")
    failed_items: int = Field(description="How many failed.")
    checkpoint: int = Field(
        description="The highest item number up to which every item is settled; 0 at first."
    )
    progress: str = Field(description="`processedItems` of `totalItems`, as `5432/14000`.")
    currency: CurrencyCode = Field(description="The source wallet's currency, an ISO 4217 code.")
    total_amount: str = Field(description="What all items come to, in `currency`, with 8 decimals.")
    paid_amount: str = Field(description="What was paid so far, in `currency`, with 8 decimals.")
    failure_reason: str | None = Field(
        description="The code of what failed the whole job; null where nothing did."
    )
    created_at: Instant = Field(description="When the job was accepted, in UTC.")
    finished_at: Instant | None = Field(
        description="When its last step ended, in UTC; null before."
    )
    lanes: list[LaneBody] = Field(
        description="The lanes that work side by side; none before the money is set aside."
    )

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

    item_index: int = Field(description="The item's number in its job, from 1.")
    employee_user_id: StoredId = Field(description="The user who is paid.")
    recipient_wallet_id: StoredId = Field(description="The user's wallet that gets the money.")
    amount: str = Field(description="How much is paid, in `currency`, with 8 decimals.")
    currency: CurrencyCode = Field(description="The currency of the amount, an ISO 4217 code.")
    status: ItemStatus = Field(description="Whether it waits, was paid, or failed.")
    transaction_id: StoredId | None = Field(
        description="The transaction that paid it; null where it was not paid."
    )
    failure_reason: str | None = Field(
        description="The code of why it failed; null where it did not."
    )
    idempotency_key: str = Field(description="The key that makes sure it is paid once.")

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
    def of(cls, page: Page[ItemState], job_id: JobId) -> Self:
        return cls([JobItemBody.of(state, job_id) for state in page.items])
