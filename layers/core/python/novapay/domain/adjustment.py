"""A deposit or a withdrawal: money that enters or leaves against a settlement wallet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from novapay.domain.effect import Change, Effect, Posted, Recorded
from novapay.domain.entry import Description, EntryType, TransactionId
from novapay.domain.errors import Refusal
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.metadata import Metadata
from novapay.domain.money import Money
from novapay.domain.posting import movement, post
from novapay.domain.reference import ScopedReference
from novapay.domain.transaction import Draft, Facts, Transaction, TransactionType, hashes_of
from novapay.domain.wallet import SystemWallet, Wallet, WalletId, WalletKind, require_client


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentOrder:
    """A request for a deposit (CREDIT) or a withdrawal (DEBIT).

    `amount_text` is the amount as the client wrote it, in the wallet's currency.
    """

    wallet_id: WalletId
    entry_type: EntryType
    amount_text: str
    description: str | None = None
    reference: ScopedReference | None = None
    metadata: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A completed deposit or withdrawal, and the client's wallet after it."""

    transaction: Transaction
    wallet: Wallet


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Decides one order; made before anything is read, so that it may be asked again.

    Attributes:
        order: the client's request.
        key: the client's idempotency key; None if it sent none.
        transaction_id: the id that it gets.
        description: the order's words with their salt; None if it has none.
        metadata: the order's pairs with their salt; None if it has none.
    """

    order: AdjustmentOrder
    key: IdempotencyKey | None
    transaction_id: TransactionId
    description: Description | None = None
    metadata: Metadata | None = None

    def decide(self, wallets: Mapping[WalletId, Wallet], *, now: datetime) -> Effect[Adjusted]:
        """Return the deposit or withdrawal, or the refusal, which stores nothing.

        Args:
            wallets: the client's, and the settlement wallet of its currency if it is stored.
            now: the instant of the decision.

        Raises:
            WalletNotFound: no client wallet has the id.
        """
        order = self.order
        wallet = require_client(wallets.get(order.wallet_id), order.wallet_id)
        settlement = settlement_of(wallet).found_in(wallets, now=now)
        is_deposit = order.entry_type is EntryType.CREDIT
        sender, recipient = (settlement, wallet) if is_deposit else (wallet, settlement)
        amount = Money.parse(order.amount_text, wallet.currency)
        legs = movement(
            self.transaction_id,
            amount,
            source=sender.wallet_id,
            target=recipient.wallet_id,
            description=self.description,
            key=self.key,
        )
        draft = Draft(
            self.transaction_id,
            TransactionType.DEPOSIT if is_deposit else TransactionType.WITHDRAWAL,
            Facts(
                amount_text=order.amount_text,
                currency=wallet.currency,
                sender_wallet_id=sender.wallet_id,
                recipient_wallet_id=recipient.wallet_id,
                sender_user_id=sender.user_id,
                recipient_user_id=recipient.user_id,
                idempotency_key=self.key,
                reference=None if order.reference is None else order.reference.text,
                metadata=self.metadata,
            ),
            self.description,
        )
        both = {it.wallet_id: it for it in (sender, recipient)}
        try:
            posting = post(legs, both, hashes=hashes_of(draft), now=now)
        except Refusal as refusal:
            return Effect(refusal, [], {"adjustments_refused": 1})
        transaction = Transaction.completed(posting, draft)
        changes: list[Change] = [Recorded(transaction), Posted(posting)]
        adjusted = Adjusted(transaction, posting.after[order.wallet_id])
        return Effect(adjusted, changes, {"adjustments_completed": 1})


def settlement_of(wallet: Wallet) -> SystemWallet:
    """Return the settlement wallet against which a client's wallet is posted."""
    return SystemWallet.opposite(wallet.wallet_id, WalletKind.SETTLEMENT, wallet.currency)
