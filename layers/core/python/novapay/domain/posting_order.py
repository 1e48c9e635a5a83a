"""A posting that an internal service asks for: balanced legs on clients' wallets, under its id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from novapay.domain.effect import Change, Effect, Posted, Recorded
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.errors import Refusal, TransactionExists, UnbalancedPosting
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.meter import INVARIANT_VIOLATIONS
from novapay.domain.posting import Leg, post
from novapay.domain.transaction import Draft, Facts, Transaction, TransactionType, hashes_of
from novapay.domain.wallet import Wallet, WalletId, WalletKind


@dataclass(frozen=True, slots=True)
class PostingOrder:
    """Decides one internal posting.

    Attributes:
        transaction_id: the caller's id.
        legs: 2 to 24, each on a client's wallet.
        key: the client's idempotency key; None if it sent none.
    """

    transaction_id: TransactionId
    legs: Sequence[Leg]
    key: IdempotencyKey | None

    def decide(
        self, wallets: Mapping[WalletId, Wallet], *, now: datetime
    ) -> Effect[Sequence[Entry]]:
        """Return the entries, or the refusal, which stores nothing.

        Raises:
            WalletNotFound: a leg does not name a client wallet.
        """
        clients = {i: w for i, w in wallets.items() if w.kind is WalletKind.CLIENT}
        draft = Draft(self.transaction_id, TransactionType.POSTING, Facts(idempotency_key=self.key))
        legs = [replace(leg, key=self.key) for leg in self.legs]
        try:
            posting = post(legs, clients, hashes=hashes_of(draft), now=now)
        except Refusal as refusal:
            counts = {"postings_refused": 1}
            if isinstance(refusal, UnbalancedPosting):
                # Nothing is broken, but a caller of ours tried to: it counts, and names no fault.
                counts[INVARIANT_VIOLATIONS] = 1
            return Effect(refusal, [], counts)
        taken = TransactionExists(self.transaction_id)
        changes: list[Change] = [
            Recorded(Transaction.completed(posting, draft), taken),
            Posted(posting),
        ]
        return Effect(posting.entries, changes, {"postings_completed": 1})
