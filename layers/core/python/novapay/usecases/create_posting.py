"""Write a balanced set of entries for an internal service, under an id that it chooses."""

from collections.abc import Callable, Sequence
from datetime import datetime

from novapay.domain.entry import Entry, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    InsufficientFunds,
    Refusal,
    TransactionExists,
    UnbalancedPosting,
    WalletInactive,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.idempotency import Answer, Claim
from novapay.domain.posting import Leg, post
from novapay.domain.transfer import Transfer, TransferStatus, TransferType, entry_keys
from novapay.domain.wallet import WalletKind
from novapay.store.client import Snapshot
from novapay.store.postings import writes_of
from novapay.store.store import Store
from novapay.store.tables import transfers, wallets
from novapay.usecases.once import Effect, commit_once

ERRORS = (
    WalletNotFound,
    TransactionExists,
    UnbalancedPosting,
    InsufficientFunds,
    CurrencyMismatch,
    WalletInactive,
    WalletOwnerMismatch,
)
"""The errors of a posting, besides those of `commit_once`."""


def create_posting(
    store: Store,
    *,
    transaction_id: TransactionId,
    legs: Sequence[Leg],
    claim: Claim | None,
    answer: Callable[[Sequence[Entry] | Refusal], Answer],
) -> Answer:
    """Update the balances and write the entries, all or none.

    Args:
        store: where to read and write.
        transaction_id: the caller's id; it can be written once, with or without a key.
        legs: 2 to 24, each on a client's wallet.
        claim: the client's idempotency key; None if it sent none.
        answer: makes the response from the entries, or from the refusal.

    Raises:
        TransactionExists: something was already written under this id.
        WalletNotFound: a leg does not name a client wallet.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    wallet_ids = list(dict.fromkeys(leg.wallet_id for leg in legs))
    exists = TransactionExists(transaction_id)

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Sequence[Entry]]:
        if snapshot.get(transfers.key(transaction_id)) is not None:
            raise exists
        found = wallets.find(snapshot, wallet_ids)
        clients = {i: w for i, w in found.items() if w.kind is WalletKind.CLIENT}
        try:
            posting = post(legs, clients, now=now)
        except Refusal as refusal:
            if _exists(store, transaction_id):
                raise exists from refusal  # the wallets were read after it was written
            return Effect(refusal, [], "postings_refused")
        transfer = Transfer(
            transaction_id=transaction_id,
            transfer_type=TransferType.POSTING,
            status=TransferStatus.COMPLETED,
            created_at=posting.entries[0].created_at,
            idempotency_key=None if claim is None else claim.key,
            entries=entry_keys(posting, transaction_id),
        )
        writes = [
            transfers.create(transfer, exists=exists),
            *writes_of(posting),
        ]
        return Effect(posting.entries, writes, "postings_completed")

    keys = [transfers.key(transaction_id), *(wallets.key(i) for i in wallet_ids)]
    return commit_once(store, claim, keys=keys, decide=decide, answer=answer)


def _exists(store: Store, transaction_id: TransactionId) -> bool:
    key = transfers.key(transaction_id)
    return store.database.read([key]).get(key) is not None
