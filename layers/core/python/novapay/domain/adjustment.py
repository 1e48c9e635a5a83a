"""A deposit or a withdrawal: money that enters or leaves against a settlement wallet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from novapay.domain.effect import Change, Effect, Posted, Recorded
from novapay.domain.entry import EntryType, TransactionId
from novapay.domain.errors import Refusal
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.money import Money
from novapay.domain.posting import movement, post
from novapay.domain.transaction import Draft, Facts, Transaction, TransactionType, hashes_of
from novapay.domain.wallet import SystemWallet, Wallet, WalletId, WalletKind, require_client


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Decides one deposit (CREDIT) or withdrawal (DEBIT).

    Attributes:
        transaction_id: the id that it gets.
        wallet_id: the client's wallet.
        entry_type: CREDIT for a deposit, DEBIT for a withdrawal.
        amount_text: the amount as the client wrote it.
        key: the client's idempotency key; None if it sent none.
    """

    transaction_id: TransactionId
    wallet_id: WalletId
    entry_type: EntryType
    amount_text: str
    key: IdempotencyKey | None

    def decide(self, wallets: Mapping[WalletId, Wallet], *, now: datetime) -> Effect[Wallet]:
        """Return the wallet after the posting, or the refusal, which stores nothing.

        Args:
            wallets: the client's, and the settlement wallet of its currency if it is stored.
            now: the instant of the decision.

        Raises:
            WalletNotFound: no client wallet has the id.
        """
        wallet = require_client(wallets.get(self.wallet_id), self.wallet_id)
        settlement = settlement_of(wallet).found_in(wallets, now=now)
        is_deposit = self.entry_type is EntryType.CREDIT
        sender, recipient = (settlement, wallet) if is_deposit else (wallet, settlement)
        amount = Money.parse(self.amount_text, wallet.currency)
        legs = movement(
            self.transaction_id,
            amount,
            source=sender.wallet_id,
            target=recipient.wallet_id,
            key=self.key,
        )
        draft = Draft(
            self.transaction_id,
            TransactionType.DEPOSIT if is_deposit else TransactionType.WITHDRAWAL,
            Facts(
                amount_text=self.amount_text,
                currency=wallet.currency,
                sender_wallet_id=sender.wallet_id,
                recipient_wallet_id=recipient.wallet_id,
                sender_user_id=sender.user_id,
                recipient_user_id=recipient.user_id,
                idempotency_key=self.key,
            ),
        )
        both = {it.wallet_id: it for it in (sender, recipient)}
        try:
            posting = post(legs, both, hashes=hashes_of(draft), now=now)
        except Refusal as refusal:
            return Effect(refusal, [], {"adjustments_refused": 1})
        transaction = Transaction.completed(posting, draft)
        changes: list[Change] = [Recorded(transaction), Posted(posting)]
        return Effect(posting.after[self.wallet_id], changes, {"adjustments_completed": 1})


def settlement_of(wallet: Wallet) -> SystemWallet:
    """Return the settlement wallet against which a client's wallet is posted."""
    return SystemWallet.opposite(wallet.wallet_id, WalletKind.SETTLEMENT, wallet.currency)
