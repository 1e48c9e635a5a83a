"""Check a payroll job against its seal, before its money moves."""

from novapay.domain.errors import InvariantViolated
from novapay.domain.payroll import Job
from novapay.domain.payroll_seal import Manifest, sealed_bytes
from novapay.domain.ports import Seals
from novapay.store.client import BATCH_READS_MAX
from novapay.store.resources import Resources
from novapay.store.tables import manifests


def sealed_manifest(resources: Resources, seals: Seals, job: Job) -> Manifest | None:
    """Return the digests of an accepted job's batches; None if the job is not as accepted.

    A job is not as accepted, too, if its seal is missing or cannot be read.
    One read, and one call of KMS.

    Raises:
        Unavailable, StoreUnavailable: KMS or DynamoDB did not answer.
    """
    try:
        manifest = manifests.get_manifest(resources.database, job.job_id)
    except InvariantViolated:
        return None
    if manifest is None or job.seal is None or len(manifest.digests) != job.batches:
        return None
    return manifest if seals.fits(job.seal, sealed_bytes(job, manifest)) else None


def broken_batches(resources: Resources, job: Job, manifest: Manifest) -> list[int]:
    """Return the numbers of the batches that are not as accepted. A read for each hundred."""
    broken: list[int] = []
    for start in range(0, job.batches, BATCH_READS_MAX):
        numbers = range(start, min(start + BATCH_READS_MAX, job.batches))
        found = manifests.find_batches(resources.database, job.job_id, numbers)
        broken += [number for number in numbers if not manifest.holds(number, found.get(number))]
    return broken
