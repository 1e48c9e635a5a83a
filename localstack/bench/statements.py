"""A long history: one request checks all of it, and every page costs the same."""

from __future__ import annotations

import time
from statistics import median
from uuid import uuid4

from localstack.bench.result import Result
from localstack.common.api import Api, Person
from localstack.common.aws import LocalAws
from localstack.demo.payday.books import database_of
from novapay.domain.chain import verify_chain
from novapay.domain.wallet import WalletId
from novapay.store.client import Database
from novapay.store.tables import ledger, wallets

ENTRIES = 14_000
CREDITS_PER_POSTING = 23
"""As many as one posting takes with one debit."""

HASHES_PER_S_MIN = 50_000
CHECKS = 5
REQUEST_S_MAX = 29
"""API Gateway's limit."""

DEEP_OFFSET = 13_000
PAGES = 9
PAGE_RATIO_MAX = 1.25


def measure(api: Api, aws: LocalAws) -> list[Result]:
    """Give one wallet 14,000 entries through the API, then check the chain and read pages."""
    person = _long_history(api)
    started = time.monotonic()
    chain = api.ask("GET", f"/ledger/wallets/{person.wallet_id}/chain")
    request_s = time.monotonic() - started
    rate = _hashes_per_s(database_of(aws), person)
    first, deep = _page_s(api, person, 0), _page_s(api, person, DEEP_OFFSET)
    return [
        Result(
            "chain check, entries a second of hashing",
            f"≥ {HASHES_PER_S_MIN:,}",
            f"{rate:,.0f} (best of {CHECKS})",
            rate >= HASHES_PER_S_MIN,
        ),
        Result(
            f"a chain of {chain['entriesChecked']:,} entries in one request",
            f"valid, ≤ {REQUEST_S_MAX} s",
            f"{'valid' if chain['valid'] else 'BROKEN'}, {request_s:.1f} s",
            chain["valid"] and request_s <= REQUEST_S_MAX,
        ),
        Result(
            f"statement page at offset {DEEP_OFFSET:,} ÷ at offset 0",
            f"≤ {PAGE_RATIO_MAX}",
            f"{deep / first:.2f} (median of {PAGES})",
            deep / first <= PAGE_RATIO_MAX,
        ),
    ]


def _long_history(api: Api) -> Person:
    source, person = api.open_wallet(holding=str(2 * ENTRIES)), api.open_wallet()
    for _ in range(-(-ENTRIES // CREDITS_PER_POSTING)):
        entry = {"currency": "USD", "entryType": "CREDIT", "amount": "1"}
        credit = {**entry, "walletId": person.wallet_id, "userId": person.user_id}
        debit = {
            "walletId": source.wallet_id,
            "userId": source.user_id,
            "entryType": "DEBIT",
            "amount": str(CREDITS_PER_POSTING),
            "currency": "USD",
        }
        posting = {
            "transactionId": str(uuid4()),
            "entries": [debit, *[credit] * CREDITS_PER_POSTING],
        }
        api.ask("POST", "/ledger/transactions", posting)
    return person


def _hashes_per_s(database: Database, person: Person) -> float:
    wallet_id = WalletId(person.wallet_id)
    entries = list(ledger.scan_chain(database, wallet_id))
    head = wallets.get_wallet(database, wallet_id)
    if head is None:
        raise LookupError(wallet_id)
    checks = []
    for _ in range(CHECKS):
        started = time.process_time()
        report = verify_chain(entries, head, now=head.posted_at)
        checks.append(time.process_time() - started)
    return report.entries_checked / min(checks)


def _page_s(api: Api, person: Person, offset: int) -> float:
    path = f"/ledger/wallets/{person.wallet_id}/entries?limit=50&offset={offset}"
    times = []
    for _ in range(PAGES):
        started = time.monotonic()
        api.ask("GET", path)
        times.append(time.monotonic() - started)
    return median(times)
