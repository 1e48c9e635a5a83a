"""A limit that a page names is the limit of the code."""

from pathlib import Path

import pytest

from cdk.endpoints import PUBLIC, WHOLE_HISTORY, WHOLE_PAYROLL
from localstack.__main__ import LAST_S
from novapay.aws import CONNECT_TIMEOUT_S, DEFAULT
from novapay.domain.idempotency import KEY_LIFETIME
from novapay.domain.payroll import (
    BATCH_ITEMS_MAX,
    ITEMS_MAX,
    ITEMS_PER_LANE,
)
from novapay.domain.quote import QUOTE_LIFETIME
from novapay.domain.trial_balance import SETTLED_AFTER
from novapay.domain.wallet import SYSTEM_SHARDS
from novapay.http.body import BODY_BYTES_MAX, JOB_BODY_BYTES_MAX
from novapay.http.pagination import (
    ITEMS_PAGE_SIZE_DEFAULT,
    ITEMS_PAGE_SIZE_MAX,
    PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MAX,
)
from novapay.schema import TABLES
from novapay.store.commit import COMMIT_DEADLINE_S, COMMIT_WRITES_MAX
from novapay.usecases.list_jobs import JOBS_MAX

DEADLINE = f"{COMMIT_DEADLINE_S:.0f} seconds"
QUOTE_S = f"{QUOTE_LIFETIME.total_seconds():.0f} seconds"
RECORDS = "docs/decisions"
KEY_H = f"{KEY_LIFETIME.total_seconds() / 3600:.0f} hours"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("docs/operations.md", f'export NAMES="{" ".join(TABLES)}"'),
        ("docs/operations.md", f"*older than the last seconds* ({LAST_S}, or `--last`)"),
        ("README.md", f"undecided after {DEADLINE}"),
        ("README.md", f"for {QUOTE_S} and one use"),
        ("decisions.md", f"{DEADLINE} of trying"),
        ("decisions.md", f"up to {BATCH_ITEMS_MAX} payments"),
        ("decisions.md", f"`expiresAt`, {KEY_H} after"),
        ("docs/architecture.md", f"for up to {DEADLINE};"),
        ("docs/architecture.md", f"{BODY_BYTES_MAX // 1024} KiB; {JOB_BODY_BYTES_MAX >> 20} MiB"),
        ("docs/pagination.md", f"/entries` | {PAGE_SIZE_DEFAULT} / {PAGE_SIZE_MAX} |"),
        ("docs/pagination.md", f"/items` | {ITEMS_PAGE_SIZE_DEFAULT} / {ITEMS_PAGE_SIZE_MAX} |"),
        ("docs/pagination.md", f"/jobs` | {JOBS_MAX}, no parameters |"),
        ("docs/deploy.md", f"payroll jobs {WHOLE_PAYROLL.per_second} a second"),
        ("docs/deploy.md", f"a chain checked {WHOLE_HISTORY.per_second};"),
        ("docs/deploy.md", f"health {PUBLIC.per_second} in bursts of {PUBLIC.at_once}"),
        (
            "docs/deploy.md",
            f"{BODY_BYTES_MAX // 1024} KB; a payroll job {JOB_BODY_BYTES_MAX >> 20}",
        ),
        (
            "docs/deploy.md",
            f"{CONNECT_TIMEOUT_S} s to connect, {DEFAULT.read_timeout_s} s to answer",
        ),
        ("docs/money.md", f"money that has entered | {SYSTEM_SHARDS} for each currency |"),
        ("docs/money.md", f"{SETTLED_AFTER.total_seconds():.0f} seconds ago"),
        (
            f"{RECORDS}/0001-conditional-commits-instead-of-a-saga.md",
            f"more than {COMMIT_WRITES_MAX} items",
        ),
        (f"{RECORDS}/0004-optimistic-sequence-instead-of-locks.md", f"for at most {DEADLINE}"),
        (f"{RECORDS}/0006-system-wallets-in-shards.md", f"modulo {SYSTEM_SHARDS}"),
        (f"{RECORDS}/0007-payroll-lanes-and-batches-of-24.md", f"every {ITEMS_PER_LANE:,} items"),
        (f"{RECORDS}/0007-payroll-lanes-and-batches-of-24.md", f"more than {ITEMS_MAX:,} items"),
        (f"{RECORDS}/0014-random-job-ids.md", f"A job of {ITEMS_MAX:,} items"),
    ],
)
def test_a_page_names_the_limit_of_the_code(page: str, words: str) -> None:
    text = " ".join(Path(page).read_text(encoding="utf-8").split())

    assert words in text
