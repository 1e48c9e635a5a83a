"""List a wallet's transactions, newest first, refused ones too, or find one by its reference."""

from collections.abc import Mapping

from novapay.domain.caller import Caller
from novapay.domain.entry import TransactionId
from novapay.domain.errors import InvariantViolated, WalletNotFound
from novapay.domain.instants import format_instant
from novapay.domain.reference import ScopedReference
from novapay.domain.transaction import Transaction, TransactionStatus
from novapay.domain.transfer_list import (
    NO_ROWS,
    Asked,
    Place,
    Row,
    Rows,
    TransferFilter,
    TransferPage,
)
from novapay.domain.wallet import Wallet
from novapay.store.client import BATCH_READS_MAX
from novapay.store.resources import Resources
from novapay.store.tables import ledger, references, transfers, wallets
from novapay.usecases.get_standing import get_standing
from novapay.usecases.get_transfer import seen_by


def list_transfers(
    resources: Resources, asked: Asked, caller: Caller, *, limit: int
) -> TransferPage:
    """Return up to `limit` transactions, newest first, and where the next page begins.

    A page of a wallet is four reads; the first page of a period that has an end, log2 n + 2 more at
    most. With a filter by type it looks at 100 rows at most, so it may have fewer than `limit`, or
    none, with more to come. A reference is two reads.

    Args:
        resources: what it works with: the tables.
        asked: the wallet, the period, the type and the outcome; or a reference of this caller.
        caller: it must be allowed to act for the wallet's owner. A refusal is shown only to those
            who may act for its sender.
        limit: 1 to 100.

    Raises:
        WalletNotFound: there is no such wallet, or it is another user's.
        InvariantViolated: an entry cannot be read, or its transaction is missing.
        StoreUnavailable: DynamoDB did not answer.
    """
    if isinstance(asked.wanted, TransferFilter):
        return _of_wallet(resources, asked.wanted, caller, limit, asked.place)
    return _named(resources, ScopedReference(caller.name, asked.wanted), caller)


def _named(resources: Resources, reference: ScopedReference, caller: Caller) -> TransferPage:
    snapshot = resources.database.read([references.key(reference)])
    taken = references.find_taken(snapshot, reference)
    if taken is None:
        return TransferPage([], None)
    ids = [TransactionId(taken.transaction_id)]
    found = transfers.get_transactions(resources.database, ids)
    seen = [seen_by(caller, transaction) for transaction in found]
    return TransferPage([it for it in seen if it is not None], None)


def _of_wallet(
    resources: Resources, wanted: TransferFilter, caller: Caller, limit: int, place: Place | None
) -> TransferPage:
    wallet = wallets.get_wallet(resources.database, wanted.wallet_id)
    if wallet is None or not caller.may_act_for(wallet.user_id):
        raise WalletNotFound(wanted.wallet_id)
    place = place or _first_place(resources, wallet, wanted)
    most = limit if wanted.transaction_type is None else BATCH_READS_MAX
    posted = _posted(resources, wanted, min(place.sequence, wallet.sequence), most)
    listed = posted.merged_with(_refused(resources, wanted, place, most), most=most)
    ids = list(dict.fromkeys(row.transaction_id for row in listed.rows))
    found = transfers.get_transactions(resources.database, ids)
    by_id = {transaction.transaction_id: transaction for transaction in found}
    shown: list[Transaction] = []
    for row in listed.rows:
        if len(shown) == limit:
            return TransferPage(shown, place)
        place = row.next_place(place)
        transaction = _shown(row, by_id, wanted, caller)
        if transaction is not None:
            shown.append(transaction)
    return TransferPage(shown, None if listed.is_whole else place)


def _first_place(resources: Resources, wallet: Wallet, wanted: TransferFilter) -> Place:
    if wanted.end is None:
        return Place(wallet.sequence, transfers.AFTER_REFUSALS)
    end, sequence = wanted.end, 0
    if wanted.status is not TransactionStatus.FAILED:
        sequence = get_standing(resources, wallet, lambda instant: instant < end).sequence
    return Place(sequence, format_instant(end))


def _posted(resources: Resources, wanted: TransferFilter, newest: int, most: int) -> Rows:
    if wanted.status is TransactionStatus.FAILED or newest < 1:
        return NO_ROWS
    oldest = max(1, newest - most + 1)
    page = ledger.list_page(resources.database, wanted.wallet_id, newest=newest, oldest=oldest)
    within = [it for it in page if wanted.begin is None or it.created_at >= wanted.begin]
    rows = [
        Row.posted(it.transaction_id, format_instant(it.created_at), it.sequence) for it in within
    ]
    return Rows(rows, is_whole=oldest == 1 or len(within) < len(page))


def _refused(resources: Resources, wanted: TransferFilter, place: Place, most: int) -> Rows:
    if wanted.status is TransactionStatus.COMPLETED:
        return NO_ROWS
    return transfers.list_refused(
        resources.database,
        wanted.wallet_id,
        begin=wanted.begin,
        before=place.refused_before,
        most=most,
    )


def _shown(
    row: Row,
    by_id: Mapping[TransactionId, Transaction],
    wanted: TransferFilter,
    caller: Caller,
) -> Transaction | None:
    """Return what the caller sees in a row; None if it is not to be shown there.

    Whoever sees the wallet's entries sees what they belong to, postings without a sender too.
    """
    transaction = by_id.get(row.transaction_id)
    if transaction is None:
        facts = {"transaction_id": row.transaction_id, "wallet_id": wanted.wallet_id}
        raise InvariantViolated("a listed transaction is missing", facts)
    if not row.shows(transaction, wanted):
        return None
    return seen_by(caller, transaction, sees_made=True)
