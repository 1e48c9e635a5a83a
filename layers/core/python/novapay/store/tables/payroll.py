"""payroll: the parts of a job: JOB, one LANE for each lane, one BATCH for each batch, DIGESTS.

The BATCH items are the manifest, and DIGESTS has a hash of each; the module `manifests` reads and
writes them. They are written first. The job exists once its JOB item is written, with the seal over
its facts and the digests. What was accepted is never written again: a JOB only changes its status,
and a BATCH only gets the list of its items that could not be paid. Three sparse indexes hold keys
only: `byEmployer`, `all`, and `open` for the jobs that are not finished.
"""

from dataclasses import replace
from datetime import datetime

from novapay.domain.errors import JobNotFound
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.instants import format_instant, stored_instant
from novapay.domain.money import Currency
from novapay.domain.payroll import (
    ITEMS_MAX,
    LANES_MAX,
    Job,
    JobId,
    JobStatus,
    Lane,
    Progress,
)
from novapay.domain.wallet import UserId, WalletId
from novapay.schema import Index, Table
from novapay.store.client import BATCH_READS_MAX, Database, Key, Snapshot
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

TABLE = Table.PAYROLL

_JOB = "JOB"
_OPEN = "OPEN"
_ALL = "ALL"


def job_key(job_id: JobId) -> Key:
    return Key(TABLE, {"jobId": job_id, "part": _JOB})


def lane_key(job_id: JobId, lane: int) -> Key:
    return Key(TABLE, {"jobId": job_id, "part": f"LANE#{lane:03d}"})


def get_job(database: Database, job_id: JobId) -> Job | None:
    """Return the job, or None. One read."""
    item = database.get(job_key(job_id))
    return None if item is None else _job(item)


def require_job(database: Database, job_id: JobId) -> Job:
    """Return the job. One read.

    Raises:
        JobNotFound: there is no such job.
    """
    job = get_job(database, job_id)
    if job is None:
        raise JobNotFound(job_id)
    return job


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


def list_every_job(database: Database) -> list[JobId]:
    """Return the ids of all jobs, the newest first. The index is eventually consistent."""
    return _job_ids(database, Index.ALL_JOBS, "allJobs", _ALL)


def list_employer_jobs(database: Database, employer_id: UserId, *, limit: int) -> list[JobId]:
    """Return the ids of an employer's newest jobs. The index is eventually consistent."""
    return _job_ids(database, Index.JOBS_BY_EMPLOYER, "employerId", employer_id, limit=limit)


def list_open_jobs(database: Database) -> list[JobId]:
    """Return the ids of all jobs that are not finished, oldest first.

    The index is eventually consistent. One page holds about ten thousand ids.
    """
    return _job_ids(database, Index.OPEN_JOBS, "openJobs", _OPEN, newest_first=False)


def list_open_jobs_of(database: Database, wallet_id: WalletId) -> list[JobId]:
    """Return the ids of the jobs that are not finished and are paid from a wallet.

    Reads every open job, a hundred at a time. A job that was created a moment ago may be missing.
    """
    found = []
    open_jobs = list_open_jobs(database)
    for start in range(0, len(open_jobs), BATCH_READS_MAX):
        ids = open_jobs[start : start + BATCH_READS_MAX]
        snapshot = database.read([job_key(job_id) for job_id in ids])
        jobs = (find_job(snapshot, job_id) for job_id in ids)
        found += [
            job.job_id
            for job in jobs
            if job is not None and job.status.is_open and job.source_wallet_id == wallet_id
        ]
    return found


def list_jobs(database: Database, *, limit: int) -> list[JobId]:
    """Return the ids of the newest jobs. The index is eventually consistent."""
    return _job_ids(database, Index.ALL_JOBS, "allJobs", _ALL, limit=limit)


def reset_job(before: Job, after: Job) -> Write:
    """Return the write that gives a job the status that its payments say, after a restore.

    Args:
        before: as it was read.
        after: as it shall be.
    """
    removed = ["finishedAt", "failure"] if after.status.is_open else ["openJobs"]
    opened = ", openJobs = :open" if after.status.is_open else ""
    values = {":status": text(after.status.value), ":before": text(before.status.value)}
    if after.status.is_open:
        values[":open"] = text(_OPEN)
    return Write(
        TABLE,
        "Update",
        {
            "Key": job_key(before.job_id).item(),
            "UpdateExpression": f"SET #status = :status{opened} REMOVE {', '.join(removed)}",
            "ConditionExpression": "#status = :before",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": values,
        },
    )


def remove_job(job: Job) -> Write:
    """Return the write that deletes a job that was not accepted as a whole, after a restore."""
    return _remove(job_key(job.job_id))


def reset_lane(job_id: JobId, before: Lane | None, after: Lane) -> Write:
    """Return the write that puts a lane where its payments left it, after a restore.

    Args:
        job_id: the job.
        before: as it was read; None if it is missing.
        after: as it shall be.
    """
    write = create_lane(job_id, after)
    if before is None:
        return write
    unchanged = {
        "ConditionExpression": "checkpoint = :before",
        "ExpressionAttributeValues": {":before": number(before.checkpoint)},
    }
    return replace(write, request={**write.request, **unchanged})


def remove_lane(job_id: JobId, lane: Lane) -> Write:
    """Return the write that deletes a lane of a job that is not funded, after a restore."""
    return _remove(lane_key(job_id, lane.number))


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
            "idempotencyKey": optional_text(job.idempotency_key),
            "allJobs": text(_ALL),
            "openJobs": text(_OPEN) if job.status.is_open else None,
        }
    )


@reader(TABLE, "jobId", "part")
def _job(item: Item) -> Job:
    finished_at = read_optional_text(item, "finishedAt")
    idempotency_key = read_optional_text(item, "idempotencyKey")
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
        idempotency_key=None if idempotency_key is None else IdempotencyKey(idempotency_key),
    )


@reader(TABLE, "jobId", "part")
def _lane(item: Item) -> Lane:
    return Lane(
        number=int(read_text(item, "part").partition("#")[2]),
        checkpoint=read_number(item, "checkpoint"),
        paid_items=read_number(item, "paidItems"),
        failed_items=read_number(item, "failedItems"),
        paid_units=read_number(item, "paid"),
    )


def _remove(item_key: Key) -> Write:
    exists = {"ConditionExpression": "attribute_exists(jobId)"}
    return Write(TABLE, "Delete", {"Key": item_key.item(), **exists})
