"""Check a wallet's whole chain of entries against its head, and its status against its log."""

from collections.abc import Iterator
from dataclasses import replace

from novapay.domain.caller import Caller
from novapay.domain.chain import ChainReport, MalformedEntry, TamperReason, verify_chain
from novapay.domain.entry import Entry
from novapay.domain.errors import InvariantViolated, WalletNotFound
from novapay.domain.fault import FaultKind
from novapay.domain.wallet import UserId, Wallet, WalletId
from novapay.domain.wallet_status import is_as_recorded
from novapay.store.resources import Resources
from novapay.store.tables import audit, ledger, wallets

BEYOND = 100
"""How many records past the last that a wallet names are read, to find forged ones."""


def verify_wallet_chain(resources: Resources, wallet_id: WalletId, caller: Caller) -> ChainReport:
    """Return whether the wallet's history is complete and unchanged. Reads every entry.

    The owner is read first: a caller who may not see the wallet costs two reads at most, however
    long the history is.

    The head is read after the entries, and then the entries that were posted in between: so a
    check during transfers neither misses an entry nor takes a new one for a forged one. At last the
    wallet's status is held against the records of its changes.
    A broken chain is counted as a violation.

    Raises:
        WalletNotFound: there is neither such a wallet nor an entry of one, or it is another user's.
        StoreUnavailable: DynamoDB did not answer.
        ClockSkewed: something is wrong, and our clock is.
    """
    if not caller.may_act_for(_owner_of(resources, wallet_id)):
        raise WalletNotFound(wallet_id)
    entries = list(ledger.scan_chain(resources.database, wallet_id))
    try:
        head = wallets.get_wallet(resources.database, wallet_id)
    except InvariantViolated:
        report = _without_head(TamperReason.MALFORMED_WALLET)
    else:
        if head is not None:
            entries.extend(_posted_meanwhile(resources, head, entries))
            report = verify_chain(entries, head, now=resources.now())
            if report.valid and not _has_its_status(resources, head):
                report = replace(report, valid=False, reason=TamperReason.STATUS_MISMATCH)
            if not report.valid:
                resources.database.check_clock()
        elif entries:
            report = _without_head(TamperReason.MISSING_WALLET)
        else:
            raise WalletNotFound(wallet_id)
    if not report.valid:
        resources.meter.violation(report.fault(FaultKind.WALLET, wallet_id))
    return report


def _owner_of(resources: Resources, wallet_id: WalletId) -> UserId | None:
    """Return the owner of a wallet; where it is gone or cannot be read, its first entry's user."""
    try:
        wallet = wallets.get_wallet(resources.database, wallet_id)
    except InvariantViolated:
        wallet = None
    if wallet is not None:
        return wallet.user_id
    first = next(ledger.scan_chain(resources.database, wallet_id, limit=1), None)
    return first.user_id if isinstance(first, Entry) else None


def _has_its_status(resources: Resources, wallet: Wallet) -> bool:
    """Return whether a wallet's status is what the last record of its log says.

    Records beyond the last that the wallet names are forged if the wallet has not moved by then;
    otherwise its status was changed meanwhile.
    """
    records = audit.list_records(
        resources.database,
        oldest=1,
        newest=wallet.status_changes + BEYOND,
        log_name=audit.log_of(wallet.wallet_id),
    )
    if len(records) > wallet.status_changes:
        latest = wallets.get_wallet(resources.database, wallet.wallet_id)
        if latest is not None and latest.status_changes > wallet.status_changes:
            records = records[: wallet.status_changes]
    return is_as_recorded(wallet, records)


def _without_head(reason: TamperReason) -> ChainReport:
    return ChainReport(valid=False, entries_checked=0, head_hash="", reason=reason)


def _posted_meanwhile(
    resources: Resources, head: Wallet, entries: list[Entry | MalformedEntry]
) -> Iterator[Entry | MalformedEntry]:
    read_to = entries[-1].sequence if entries else 0
    if read_to >= head.sequence:
        return
    for entry in ledger.scan_chain(resources.database, head.wallet_id, after=read_to):
        if entry.sequence <= head.sequence:
            yield entry
