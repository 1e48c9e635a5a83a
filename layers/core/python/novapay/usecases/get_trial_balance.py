"""Take the trial balance while money is moving: as of an instant whose commits have all ended."""

from collections.abc import Generator, Iterator
from datetime import datetime

from novapay.domain.chain import MalformedEntry
from novapay.domain.instants import lies_ahead
from novapay.domain.transaction import EntryKey
from novapay.domain.trial_balance import (
    SETTLED_AFTER,
    Balance,
    BooksFault,
    PastBalance,
    Search,
    TrialBalance,
    Violation,
    add_up,
)
from novapay.store.client import BATCH_READS_MAX
from novapay.store.resources import Resources
from novapay.store.tables import ledger, wallets


def get_trial_balance(resources: Resources) -> TrialBalance:
    """Return the balances of all wallets 30 seconds ago, added up by currency and kind.

    A scan of current balances could see one side of a transfer without the other. All entries of
    a posting have the same instant, and no commit can add entries at an instant that is 30
    seconds old: so the balances as of that instant are consistent.
    Books that do not balance are counted as one violation: a sum that is not zero,
    a wallet or an entry that cannot be read, an entry that is missing or dated ahead.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
        ClockSkewed: something is wrong, and our clock is.
    """
    as_of = resources.now() - SETTLED_AFTER
    trial_balance = add_up(_balances(resources, as_of), as_of=as_of)
    if not trial_balance.is_balanced:
        resources.database.check_clock()
        resources.meter.violation(*trial_balance.faults())
    return trial_balance


def _balances(resources: Resources, as_of: datetime) -> Iterator[Balance | Violation]:
    """Yield what each wallet held. All wallets that have moved since are searched together.

    There are never more searches at once than one read takes keys, so the memory is bounded, and
    reads are full until the last wallet has been scanned.
    """
    searches: list[Search] = []
    for wallet in wallets.scan_holdings(resources.database):
        if isinstance(wallet, Violation):
            yield wallet
        elif lies_ahead(wallet.posted_at, resources.now()):
            held = Balance(wallet.kind, wallet.balance)
            yield Violation(wallet.wallet_id, BooksFault.WRONG_TIME, wallet.sequence, held)
        elif wallet.posted_at <= as_of:
            yield Balance(wallet.kind, wallet.balance)
        else:
            search = Search.of(wallet)
            if search.is_over:
                yield Balance(wallet.kind, search.money)
                continue
            searches.append(search)
            while len(searches) == BATCH_READS_MAX:
                searches = yield from _look(resources, searches, as_of)
    while searches:
        searches = yield from _look(resources, searches, as_of)


def _look(
    resources: Resources, searches: list[Search], as_of: datetime
) -> Generator[Balance | Violation, None, list[Search]]:
    """Look at one entry for each search, in one read; yield what was found, return the rest."""
    keys = [EntryKey(search.holding.wallet_id, search.next_sequence) for search in searches]
    unfinished = []
    for search, entry in zip(searches, ledger.get_balances(resources.database, keys), strict=True):
        if not isinstance(entry, PastBalance):
            yield _violation(search, entry)
            continue
        narrowed = search.narrowed_by(entry, as_of)
        if narrowed.is_over:
            yield Balance(search.holding.kind, narrowed.money)
        else:
            unfinished.append(narrowed)
    return unfinished


def _violation(search: Search, entry: MalformedEntry | None) -> Violation:
    reason = BooksFault.MISSING_ENTRY if entry is None else BooksFault.MALFORMED_ENTRY
    return Violation(search.holding.wallet_id, reason, search.next_sequence)
