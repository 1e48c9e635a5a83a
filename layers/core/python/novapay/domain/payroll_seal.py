"""What the seal of a payroll job covers: everything of the job and its items that never changes.

The seal is a MAC under a key that only the accepting function may make one with. It covers the
job's facts and a digest of each batch, so whoever can write to the tables can neither make a job
nor change one. docs/payroll.md documents the bytes. A change of them is a new version; existing
versions never change.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from novapay.domain.errors import InvariantViolated
from novapay.domain.instants import format_instant
from novapay.domain.payroll import Batch, Job, JobId

SEAL_VERSION = 1
DIGEST_BYTES = 32

SEAL_BROKEN = "seal-broken"
"""The failure of a job that is not what was accepted, or was never accepted."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The digests of all batches of a job, in the order of their numbers."""

    digests: tuple[bytes, ...]

    @classmethod
    def of(cls, batches: Iterable[Batch]) -> "Manifest":
        return cls(tuple(digest_of(batch) for batch in batches))

    def holds(self, number: int, batch: Batch | None) -> bool:
        """Return whether a batch was found, with the items that were accepted as that number."""
        return batch is not None and self.digests[number] == digest_of(batch)


def items_text(batch: Batch) -> str:
    """Return a batch's items as they are stored and hashed: one line of JSON, ASCII only."""
    rows = [
        [
            item.index,
            item.employee_user_id,
            item.recipient_wallet_id,
            str(item.amount),
            item.amount.currency,
        ]
        for item in batch.items
    ]
    return json.dumps(rows, separators=(",", ":"))


def digest_of(batch: Batch) -> bytes:
    return sha256(items_text(batch).encode("ascii")).digest()


def sealed_bytes(job: Job, manifest: Manifest) -> bytes:
    """Return the message whose MAC is a job's seal: a SHA-256, since KMS takes short messages."""
    facts = {
        "createdAt": format_instant(job.created_at),
        "currency": job.currency,
        "employerId": job.employer_id,
        "jobId": job.job_id,
        "jobName": job.job_name,
        "laneUnits": list(job.lane_units),
        "manifest": sha256(b"".join(manifest.digests)).hexdigest(),
        "requestId": job.request_id,
        "sourceUserId": job.source_user_id,
        "sourceWalletId": job.source_wallet_id,
        "totalItems": job.total_items,
        "version": SEAL_VERSION,
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).digest()


def batches_broken(job_id: JobId, numbers: Sequence[int]) -> InvariantViolated:
    """Return what it means that batches of an accepted job are not what was accepted."""
    what = "batches of a payroll job are not what was accepted"
    return InvariantViolated(what, {"job_id": job_id, "batches": " ".join(map(str, numbers))})


def seal_broken(job_id: JobId) -> InvariantViolated:
    """Return what it means that a job's seal does not fit it, is missing, or cannot be read."""
    return InvariantViolated("the seal of a payroll job is broken", {"job_id": job_id})
