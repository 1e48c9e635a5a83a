"""payroll: what a job was accepted with: its batches, and DIGESTS with a hash of each.

They are written before the job is, and ignored until it exists. Only one thing about them is
written later: which items of a batch could not be paid, and why.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from novapay.domain.errors import InvariantViolated
from novapay.domain.money import Currency, Money, stored_units
from novapay.domain.payroll import Batch, ItemFailure, JobId, PayrollItem
from novapay.domain.payroll_seal import DIGEST_BYTES, Manifest, items_text
from novapay.domain.wallet import UserId, WalletId
from novapay.store.client import Database, Key
from novapay.store.commit import Write
from novapay.store.items import Item, binary, read_binary, read_text, reader, text
from novapay.store.tables.payroll import TABLE


def batch_key(job_id: JobId, batch: int) -> Key:
    return Key(TABLE, {"jobId": job_id, "part": f"BATCH#{batch:05d}"})


def manifest_key(job_id: JobId) -> Key:
    return Key(TABLE, {"jobId": job_id, "part": "DIGESTS"})


def get_manifest(database: Database, job_id: JobId) -> Manifest | None:
    """Return the digests of a job's batches, or None. One read of at most 33 KB.

    Raises:
        InvariantViolated: they cannot be read.
    """
    item = database.get(manifest_key(job_id))
    return None if item is None else _manifest(item)


def get_batches(database: Database, job_id: JobId, numbers: Sequence[int]) -> list[Batch]:
    """Return the batches that exist, in the order of `numbers`, which has at most 100. One read.

    Raises:
        InvariantViolated: one of them cannot be read.
    """
    return [_batch(item) for item in _items(database, job_id, numbers).values()]


def find_batches(database: Database, job_id: JobId, numbers: Sequence[int]) -> dict[int, Batch]:
    """Return those of the batches, at most 100, that exist and can be read. One read."""
    found = {}
    for batch, item in _items(database, job_id, numbers).items():
        with suppress(InvariantViolated):
            found[batch] = _batch(item)
    return found


def manifest_items(job_id: JobId, batches: Iterable[Batch], manifest: Manifest) -> list[Item]:
    """Return the items that store a job's batches; they are ignored until the job exists."""
    digests = {
        **manifest_key(job_id).item(),
        "digests": binary(b"".join(manifest.digests)),
    }
    return [digests, *(_batch_item(job_id, batch) for batch in batches)]


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


def reset_failures(
    job_id: JobId,
    batch: int,
    *,
    before: Mapping[int, ItemFailure],
    after: Mapping[int, ItemFailure],
) -> Write:
    """Return the write that corrects which items of a batch could not be paid, after a restore."""
    write = mark_failures(job_id, batch, after)
    values = write.request["ExpressionAttributeValues"]
    unchanged = {
        "ConditionExpression": "failures = :before",
        "ExpressionAttributeValues": {**values, ":before": text(_failures_text(before))},
    }
    return replace(write, request={**write.request, **unchanged})


def _items(database: Database, job_id: JobId, numbers: Sequence[int]) -> dict[int, Item]:
    keys = {batch: batch_key(job_id, batch) for batch in numbers}
    snapshot = database.read(list(keys.values()))
    found = {batch: snapshot.get(key) for batch, key in keys.items()}
    return {batch: item for batch, item in found.items() if item is not None}


@reader(TABLE, "jobId", "part")
def _manifest(item: Item) -> Manifest:
    digests = read_binary(item, "digests")
    starts = range(0, len(digests), DIGEST_BYTES)
    return Manifest(tuple(digests[start : start + DIGEST_BYTES] for start in starts))


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
