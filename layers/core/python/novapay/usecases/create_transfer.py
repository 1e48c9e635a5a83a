"""Move money from one client's wallet to another's: one read, one commit."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import Refusal
from novapay.domain.idempotency import Answer, Claim
from novapay.domain.posting import post
from novapay.domain.transfer import (
    EntryKey,
    Transfer,
    TransferOrder,
    Transferred,
    TransferStatus,
    TransferType,
    entry_keys,
    transfer_legs,
)
from novapay.domain.wallet import WalletKind
from novapay.store.client import Snapshot
from novapay.store.store import Store
from novapay.store.tables import ledger, transfers, wallets
from novapay.usecases.once import Effect, commit_once


def create_transfer(
    store: Store,
    order: TransferOrder,
    *,
    claim: Claim,
    answer: Callable[[Transferred | Refusal], Answer],
) -> Answer:
    """Do what the order says, all of it or nothing, once under its key.

    A refusal is a result: it is stored as a FAILED transfer and bound to the key.

    Raises:
        WalletNotFound: no client's wallet has the sender's or the recipient's id.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    transaction_id = TransactionId(store.new_id())
    words = order.description
    description = None if words is None else Description(words, store.new_salt())
    wallet_ids = [order.sender_wallet_id, order.recipient_wallet_id]

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Transferred]:
        found = wallets.find(snapshot, wallet_ids)
        clients = {i: w for i, w in found.items() if w.kind is WalletKind.CLIENT}
        try:
            posting = post(transfer_legs(order, transaction_id, description), clients, now=now)
        except Refusal as refusal:
            refusal.transaction_id = transaction_id
            failed = _transfer(order, transaction_id, now, refusal=refusal)
            return Effect(refusal, [transfers.create(failed)], "transfers_refused")
        created_at = posting.entries[0].created_at
        transfer = _transfer(order, transaction_id, created_at, entries=entry_keys(posting))
        writes = [
            transfers.create(transfer),
            *wallets.moves(posting),
            *ledger.appends(posting),
        ]
        balance = posting.after[order.sender_wallet_id].balance
        return Effect(Transferred(transfer, balance), writes, "transfers_completed")

    return commit_once(
        store,
        claim,
        keys=[wallets.key(wallet_id) for wallet_id in wallet_ids],
        decide=decide,
        answer=answer,
    )


def _transfer(
    order: TransferOrder,
    transaction_id: TransactionId,
    created_at: datetime,
    *,
    entries: tuple[EntryKey, ...] = (),
    refusal: Refusal | None = None,
) -> Transfer:
    return Transfer(
        transaction_id=transaction_id,
        transfer_type=TransferType.TRANSFER,
        status=TransferStatus.COMPLETED if refusal is None else TransferStatus.FAILED,
        created_at=created_at,
        amount_text=order.amount_text,
        currency=order.amount.currency,
        sender_wallet_id=order.sender_wallet_id,
        recipient_wallet_id=order.recipient_wallet_id,
        sender_user_id=order.sender_user_id,
        recipient_user_id=order.recipient_user_id,
        description=order.description,
        failure_code=None if refusal is None else refusal.code,
        failure_detail=None if refusal is None else refusal.detail,
        entries=entries,
    )
