"""payroll: the parts of a job: JOB, one LANE for each lane, one BATCH for each batch, DIGESTS.

The BATCH parts are the manifest, and DIGESTS has a hash of each. They are written first; the job
exists once its JOB part is written, with the seal over its facts and the digests. Of what was
accepted nothing is written again: a JOB changes its status, a BATCH says which of its items could
not be paid. Three sparse indexes hold keys only: `byEmployer`, `all`, and `open` for the jobs that
are not finished.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from novapay.domain.errors import InvariantViolated
from novapay.domain.instants import format_instant, stored_instant
from novapay.domain.money import Currency, Money, stored_units
from novapay.domain.payroll import (
    ITEMS_MAX,
    LANES_MAX,
    Batch,
    ItemFailure,
    Job,
    JobId,
    JobStatus,
    Lane,
    PayrollItem,
    Progress,
)
from novapay.domain.payroll_seal import DIGEST_BYTES, Manifest, items_text
from novapay.domain.wallet import UserId, WalletId
from novapay.store.client import Database, Key, Snapshot
from novapay.store.commit import Write
from novapay.store.items import (
    Item,
    Malformed,
    binary,
    number,
    optional_text,
    present,
    read_binary,
    read_number,
    read_optional_text,
    read_text,
    reader,
    text,
)

TABLE = "payroll"
INDEX_BY_EMPLOYER = "byEmployer"
INDEX_OPEN = "open"
INDEX_ALL = "all"

_JOB = "JOB"
_OPEN = "OPEN"
_ALL = "ALL"
_DIGESTS = "DIGESTS"


def job_key(job_id: JobId) -> Key:
    return Key(TABLE, {"jobId": job_id, "part": _JOB})


def lane_key(job_id: JobId, lane: int) -> Key:
    return Key(TABLE, {"jobId": job_id, "part": f"LANE#{lane:03d}"})


def batch_key(job_id: JobId, batch: int) -> Key:
    return Key(TABLE, {"jobId": job_id, "part": f"BATCH#{batch:05d}"})


def manifest_key(job_id: JobId) -> Key:
    return Key(TABLE, {"jobId": job_id, "part": _DIGESTS})


def get_job(database: Database, job_id: JobId) -> Job | None:
    """Return the job, or None. One read."""
    item = database.get(job_key(job_id))
    return None if item is None else _job(item)


def get_progress(database: Database, job_id: JobId) -> Progress | None:
    """Return the job with its lanes, or None. One read."""
    parts = list(
        database.query(
            TABLE,
            condition="jobId = :job AND part >= :first",
            values={":job": text(job_id), ":first": text(_JOB)},
        )
    )
    if not parts or read_text(parts[0], "part") != _JOB:
        return None
    return Progress(job=_job(parts[0]), lanes=tuple(_lane(part) for part in parts[1:]))


def find_job(snapshot: Snapshot, job_id: JobId) -> Job | None:
    """Return the job that a snapshot holds, or None."""
    item = snapshot.get(job_key(job_id))
    return None if item is None else _job(item)


def find_progress(snapshot: Snapshot, job_id: JobId) -> Progress | None:
    """Return the job that a snapshot holds with those of its lanes that it holds, or None."""
    job = find_job(snapshot, job_id)
    if job is None:
        return None
    lanes = (find_lane(snapshot, job_id, lane) for lane in range(job.lanes))
    return Progress(job=job, lanes=tuple(lane for lane in lanes if lane is not None))


def find_lane(snapshot: Snapshot, job_id: JobId, lane: int) -> Lane | None:
    """Return the lane that a snapshot holds, or None."""
    item = snapshot.get(lane_key(job_id, lane))
    return None if item is None else _lane(item)


def get_manifest(database: Database, job_id: JobId) -> Manifest | None:
    """Return the digests of a job's batches, or None. One read of at most 33 KB.

    Raises:
        InvariantViolated: they cannot be read.
    """
    item = database.get(manifest_key(job_id))
    return None if item is None else _manifest(item)


def get_batches(database: Database, job_id: JobId, numbers: Sequence[int]) -> list[Batch]:
    """Return the batches that exist, in the order of `numbers`, which has at most 100. One read."""
    keys = [batch_key(job_id, batch) for batch in numbers]
    snapshot = database.read(keys)
    items = [snapshot.get(key) for key in keys]
    return [_batch(item) for item in items if item is not None]


def find_batches(database: Database, job_id: JobId, numbers: Sequence[int]) -> dict[int, Batch]:
    """Return those of the batches, at most 100, that are there and can be read. One read."""
    keys = {batch: batch_key(job_id, batch) for batch in numbers}
    snapshot = database.read(list(keys.values()))
    found = {}
    for batch, key in keys.items():
        item = snapshot.get(key)
        if item is not None:
            with suppress(InvariantViolated):
                found[batch] = _batch(item)
    return found


def list_employer_jobs(database: Database, employer_id: UserId, *, limit: int) -> list[JobId]:
    """Return the ids of an employer's newest jobs. The index is eventually consistent."""
    return _job_ids(database, INDEX_BY_EMPLOYER, "employerId", employer_id, limit=limit)


def list_open_jobs(database: Database) -> list[JobId]:
    """Return the ids of all jobs that are not finished, oldest first.

    The index is eventually consistent. One page holds about ten thousand ids.
    """
    return _job_ids(database, INDEX_OPEN, "openJobs", _OPEN, newest_first=False)


def list_jobs(database: Database, *, limit: int) -> list[JobId]:
    """Return the ids of the newest jobs. The index is eventually consistent."""
    return _job_ids(database, INDEX_ALL, "allJobs", _ALL, limit=limit)


def _job_ids(
    database: Database,
    index: str,
    attribute: str,
    value: str,
    *,
    limit: int | None = None,
    newest_first: bool = True,
) -> list[JobId]:
    items = database.query(
        TABLE,
        index=index,
        condition=f"{attribute} = :value",
        values={":value": text(value)},
        newest_first=newest_first,
        limit=limit,
    )
    return [JobId(read_text(item, "jobId")) for item in items]


def manifest_items(job_id: JobId, batches: Iterable[Batch], manifest: Manifest) -> list[Item]:
    """Return the items that store a job's batches; they are ignored until the job exists."""
    digests = {
        **manifest_key(job_id).item(),
        "digests": binary(b"".join(manifest.digests)),
    }
    return [digests, *(_batch_item(job_id, batch) for batch in batches)]


def create_job(job: Job) -> Write:
    """Return the write that stores a new job."""
    return Write(
        TABLE,
        "Put",
        {"Item": _job_item(job), "ConditionExpression": "attribute_not_exists(jobId)"},
    )


def create_lane(job_id: JobId, lane: Lane) -> Write:
    """Return the write that stores a new lane."""
    item = {
        **lane_key(job_id, lane.number).item(),
        "checkpoint": number(lane.checkpoint),
        "paidItems": number(lane.paid_items),
        "failedItems": number(lane.failed_items),
        "paid": number(lane.paid_units),
    }
    return Write(TABLE, "Put", {"Item": item, "ConditionExpression": "attribute_not_exists(jobId)"})


def move_job(before: Job, after: Job) -> Write:
    """Return the write that moves a job on, if its status and attempt are as they were read.

    It changes nothing that was accepted: what the seal covers is written once.
    """
    changes = present(
        {
            "status": text(after.status.value),
            "attempt": number(after.attempt),
            "finishedAt": optional_text(after.finished_at and format_instant(after.finished_at)),
            "failure": optional_text(after.failure),
        }
    )
    assignments = ", ".join(f"#{name} = :{name}" for name in changes)
    closing = "" if after.status.is_open else " REMOVE openJobs"
    return Write(
        TABLE,
        "Update",
        {
            "Key": job_key(before.job_id).item(),
            "UpdateExpression": f"SET {assignments}{closing}",
            "ConditionExpression": "#status = :beforeStatus AND #attempt = :beforeAttempt",
            "ExpressionAttributeNames": {f"#{name}": name for name in changes},
            "ExpressionAttributeValues": {
                **{f":{name}": value for name, value in changes.items()},
                ":beforeStatus": text(before.status.value),
                ":beforeAttempt": number(before.attempt),
            },
        },
    )


def close_unreadable(job_id: JobId, *, failure: str, now: datetime) -> Write:
    """Return the write that closes an open job, whatever its item is, so that nobody runs it."""
    return Write(
        TABLE,
        "Update",
        {
            "Key": job_key(job_id).item(),
            "UpdateExpression": (
                "SET #status = :status, failure = :failure, finishedAt = :now REMOVE openJobs"
            ),
            "ConditionExpression": "attribute_exists(jobId)",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {
                ":status": text(JobStatus.FAILED.value),
                ":failure": text(failure),
                ":now": text(format_instant(now)),
            },
        },
    )


def move_lane(job_id: JobId, before: Lane, after: Lane) -> Write:
    """Return the write that moves a lane's checkpoint, if it is still as it was read."""
    return Write(
        TABLE,
        "Update",
        {
            "Key": lane_key(job_id, before.number).item(),
            "UpdateExpression": (
                "SET checkpoint = :next, paidItems = :items, failedItems = :failed, paid = :paid"
            ),
            "ConditionExpression": "checkpoint = :checkpoint",
            "ExpressionAttributeValues": {
                ":next": number(after.checkpoint),
                ":items": number(after.paid_items),
                ":failed": number(after.failed_items),
                ":paid": number(after.paid_units),
                ":checkpoint": number(before.checkpoint),
            },
        },
    )


def mark_failures(job_id: JobId, batch: int, failures: Mapping[int, ItemFailure]) -> Write:
    """Return the write that stores which items of a batch could not be paid, and why."""
    return Write(
        TABLE,
        "Update",
        {
            "Key": batch_key(job_id, batch).item(),
            "UpdateExpression": "SET failures = :failures",
            "ExpressionAttributeValues": {":failures": text(_failures_text(failures))},
        },
    )


def _job_item(job: Job) -> Item:
    return present(
        {
            **job_key(job.job_id).item(),
            "employerId": text(job.employer_id),
            "sourceWalletId": text(job.source_wallet_id),
            "sourceUserId": text(job.source_user_id),
            "jobName": text(job.job_name),
            "status": text(job.status.value),
            "totalItems": number(job.total_items),
            "currency": text(job.currency),
            "laneUnits": {"L": [number(units) for units in job.lane_units]},
            "createdAt": text(format_instant(job.created_at)),
            "attempt": number(job.attempt),
            "finishedAt": optional_text(job.finished_at and format_instant(job.finished_at)),
            "failure": optional_text(job.failure),
            "requestId": optional_text(job.request_id),
            "seal": None if job.seal is None else binary(job.seal),
            "allJobs": text(_ALL),
            "openJobs": text(_OPEN) if job.status.is_open else None,
        }
    )


@reader(TABLE, "jobId", "part")
def _job(item: Item) -> Job:
    finished_at = read_optional_text(item, "finishedAt")
    total_items = read_number(item, "totalItems")
    lane_units = tuple(int(units["N"]) for units in item["laneUnits"]["L"])
    if not (1 <= total_items <= ITEMS_MAX and 1 <= len(lane_units) <= LANES_MAX):
        raise Malformed("totalItems")
    return Job(
        job_id=JobId(read_text(item, "jobId")),
        employer_id=UserId(read_text(item, "employerId")),
        source_wallet_id=WalletId(read_text(item, "sourceWalletId")),
        source_user_id=UserId(read_text(item, "sourceUserId")),
        job_name=read_text(item, "jobName"),
        status=JobStatus(read_text(item, "status")),
        currency=Currency(read_text(item, "currency")),
        total_items=total_items,
        lane_units=lane_units,
        created_at=stored_instant(read_text(item, "createdAt")),
        attempt=read_number(item, "attempt"),
        finished_at=None if finished_at is None else stored_instant(finished_at),
        failure=read_optional_text(item, "failure"),
        request_id=read_optional_text(item, "requestId"),
        seal=read_binary(item, "seal") if "seal" in item else None,
    )


@reader(TABLE, "jobId", "part")
def _manifest(item: Item) -> Manifest:
    digests = read_binary(item, "digests")
    starts = range(0, len(digests), DIGEST_BYTES)
    return Manifest(tuple(digests[start : start + DIGEST_BYTES] for start in starts))


@reader(TABLE, "jobId", "part")
def _lane(item: Item) -> Lane:
    return Lane(
        number=int(read_text(item, "part").partition("#")[2]),
        checkpoint=read_number(item, "checkpoint"),
        paid_items=read_number(item, "paidItems"),
        failed_items=read_number(item, "failedItems"),
        paid_units=read_number(item, "paid"),
    )


def _batch_item(job_id: JobId, batch: Batch) -> Item:
    """Return the item of a batch: its rows are one compact text, because a job has many batches."""
    return {
        **batch_key(job_id, batch.number).item(),
        "items": text(items_text(batch)),
        "failures": text(_failures_text(batch.failures)),
    }


def _failures_text(failures: Mapping[int, ItemFailure]) -> str:
    named = {str(index): failure.value for index, failure in failures.items()}
    return json.dumps(named, separators=(",", ":"))


@reader(TABLE, "jobId", "part")
def _batch(item: Item) -> Batch:
    return Batch(
        number=int(read_text(item, "part").partition("#")[2]),
        items=tuple(
            PayrollItem(
                index,
                UserId(user_id),
                WalletId(wallet_id),
                Money(stored_units(amount), Currency(currency)),
            )
            for index, user_id, wallet_id, amount, currency in json.loads(read_text(item, "items"))
        ),
        failures={
            int(index): ItemFailure(reason)
            for index, reason in json.loads(read_text(item, "failures")).items()
        },
    )
