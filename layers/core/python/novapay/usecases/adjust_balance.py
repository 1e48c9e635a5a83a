"""Deposit or withdraw: a posting between a client's wallet and the settlement wallets."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.entry import EntryType, TransactionId
from novapay.domain.errors import (
    InsufficientFunds,
    OutcomeUnknown,
    Refusal,
    WalletInactive,
    WalletNotFound,
)
from novapay.domain.idempotency import Answer, Claim
from novapay.domain.money import Money
from novapay.domain.posting import Leg, Posting, post
from novapay.domain.transfer import Transfer, TransferStatus, TransferType, entry_keys
from novapay.domain.wallet import Wallet, WalletId, WalletKind, require_client
from novapay.store.client import Snapshot
from novapay.store.postings import writes_of
from novapay.store.store import Store
from novapay.store.system_wallets import counterparty_wallets
from novapay.store.tables import transfers, wallets
from novapay.usecases.once import Effect, commit_once

ERRORS = (WalletNotFound, WalletInactive, InsufficientFunds, OutcomeUnknown)
"""What it may end in, beside what any commit can end in."""


def adjust_balance(
    store: Store,
    *,
    wallet_id: WalletId,
    entry_type: EntryType,
    amount_text: str,
    claim: Claim | None,
    answer: Callable[[Wallet | Refusal], Answer],
) -> Answer:
    """Credit or debit a wallet against the settlement wallet of its currency.

    Three round trips: the wallet, the settlement wallet of its currency, the commit.

    Args:
        store: where to read and write.
        wallet_id: the client's wallet.
        entry_type: CREDIT for a deposit, DEBIT for a withdrawal.
        amount_text: the amount as the client wrote it.
        claim: the client's idempotency key; None if it sent none.
        answer: makes the response from the wallet after the posting, or from the refusal.

    Raises:
        WalletNotFound: no client wallet has this id.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    transaction_id = TransactionId(store.new_id())

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Wallet]:
        found = wallets.find(snapshot, [wallet_id])
        wallet = require_client(found.get(wallet_id), wallet_id)
        settlement = counterparty_wallets(
            store.database,
            wallet_id,
            kind=WalletKind.SETTLEMENT,
            currencies=[wallet.currency],
            now=now,
        )[wallet.currency]
        amount = Money.parse(amount_text, wallet.currency)
        try:
            posting = post(
                _legs(transaction_id, wallet, settlement, entry_type, amount),
                {wallet.wallet_id: wallet, settlement.wallet_id: settlement},
                now=now,
            )
        except Refusal as refusal:
            return Effect(refusal, [], "adjustments_refused")
        transfer = _transfer(
            posting,
            wallet,
            settlement,
            entry_type=entry_type,
            amount_text=amount_text,
            claim=claim,
        )
        writes = [transfers.create(transfer), *writes_of(posting)]
        return Effect(posting.after[wallet_id], writes, "adjustments_completed")

    return commit_once(store, claim, keys=[wallets.key(wallet_id)], decide=decide, answer=answer)


def _legs(
    transaction_id: TransactionId,
    wallet: Wallet,
    settlement: Wallet,
    entry_type: EntryType,
    amount: Money,
) -> list[Leg]:
    opposite = EntryType.DEBIT if entry_type is EntryType.CREDIT else EntryType.CREDIT
    return [
        Leg(
            transaction_id=transaction_id,
            wallet_id=wallet.wallet_id,
            entry_type=entry_type,
            amount=amount,
        ),
        Leg(
            transaction_id=transaction_id,
            wallet_id=settlement.wallet_id,
            entry_type=opposite,
            amount=amount,
        ),
    ]


def _transfer(
    posting: Posting,
    wallet: Wallet,
    settlement: Wallet,
    *,
    entry_type: EntryType,
    amount_text: str,
    claim: Claim | None,
) -> Transfer:
    is_deposit = entry_type is EntryType.CREDIT
    sender, recipient = (settlement, wallet) if is_deposit else (wallet, settlement)
    first = posting.entries[0]
    return Transfer(
        transaction_id=first.transaction_id,
        transfer_type=TransferType.DEPOSIT if is_deposit else TransferType.WITHDRAWAL,
        status=TransferStatus.COMPLETED,
        created_at=first.created_at,
        amount_text=amount_text,
        currency=wallet.currency,
        sender_wallet_id=sender.wallet_id,
        recipient_wallet_id=recipient.wallet_id,
        sender_user_id=sender.user_id,
        recipient_user_id=recipient.user_id,
        idempotency_key=None if claim is None else claim.key,
        entries=entry_keys(posting, first.transaction_id),
    )
