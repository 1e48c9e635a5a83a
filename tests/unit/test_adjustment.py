"""Deposits and withdrawals: what they move, and what is stored of them."""

import pytest

from novapay.domain.adjustment import Adjusted, Adjustment, AdjustmentOrder, settlement_of
from novapay.domain.effect import Effect, Posted, Recorded
from novapay.domain.entry import Description, EntryType, TransactionId
from novapay.domain.errors import InsufficientFunds, WalletNotFound
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.metadata import Metadata
from novapay.domain.reference import Reference, ScopedReference
from novapay.domain.transaction import (
    EntryKey,
    Transaction,
    TransactionStatus,
    TransactionType,
)
from novapay.domain.wallet import SYSTEM_USER, Wallet
from tests.support.domain import CREDIT, DEBIT, NOW, USD, a_wallet, id_of

KEY = IdempotencyKey("the-clients-own")
TRANSACTION = TransactionId(id_of("transaction"))
ALICE = a_wallet("alice", "100")
SETTLEMENT = settlement_of(ALICE).found_in({}, now=NOW)


WORDS = Description("cash desk 3", "0" * 32)
PAIRS = Metadata.of({"desk": "3"}, "1" * 32)


def adjusted(
    entry_type: EntryType, amount_text: str, key: IdempotencyKey | None = KEY
) -> Effect[Adjusted]:
    order = AdjustmentOrder(
        wallet_id=ALICE.wallet_id,
        entry_type=entry_type,
        amount_text=amount_text,
        description=WORDS.text,
        reference=ScopedReference("anyone", Reference("receipt-17")),
        metadata={"desk": "3"},
    )
    adjustment = Adjustment(order, key, TRANSACTION, WORDS, PAIRS)
    return adjustment.decide({ALICE.wallet_id: ALICE}, now=NOW)


@pytest.mark.parametrize(
    ("entry_type", "kind", "parties", "balances"),
    [
        (CREDIT, TransactionType.DEPOSIT, (SETTLEMENT, ALICE), ("102.5", "-2.5")),
        (DEBIT, TransactionType.WITHDRAWAL, (ALICE, SETTLEMENT), ("97.5", "2.5")),
    ],
)
def test_all_of_an_adjustment_is_stored(
    entry_type: EntryType,
    kind: TransactionType,
    parties: tuple[Wallet, Wallet],
    balances: tuple[str, str],
) -> None:
    sender, recipient = parties

    effect = adjusted(entry_type, "2.5")

    recorded, posted = effect.changes
    assert isinstance(posted, Posted)
    assert recorded == Recorded(
        Transaction(
            transaction_id=TRANSACTION,
            transaction_type=kind,
            status=TransactionStatus.COMPLETED,
            created_at=NOW,
            amount_text="2.5",
            currency=USD,
            sender_wallet_id=sender.wallet_id,
            recipient_wallet_id=recipient.wallet_id,
            sender_user_id=sender.user_id,
            recipient_user_id=recipient.user_id,
            idempotency_key=KEY,
            entries=(EntryKey(sender.wallet_id, 1), EntryKey(recipient.wallet_id, 1)),
            description=WORDS.text,
            reference=Reference("receipt-17"),
            metadata=PAIRS,
        )
    )
    assert {it.description for it in posted.posting.entries} == {WORDS}
    after = posted.posting.after
    held = (after[ALICE.wallet_id].balance, after[SETTLEMENT.wallet_id].balance)
    assert tuple(str(it) for it in held) == tuple(f"{it}0000000" for it in balances)
    assert effect.result == Adjusted(recorded.transaction, after[ALICE.wallet_id])
    assert effect.counts == {"adjustments_completed": 1}
    assert SETTLEMENT.user_id == SYSTEM_USER


def test_the_ids_of_its_entries_are_derived_from_its_key() -> None:
    with_key = adjusted(CREDIT, "1").changes[1]
    without = adjusted(CREDIT, "1", None)

    assert with_key != without.changes[1]


def test_a_refused_withdrawal_stores_nothing() -> None:
    effect = adjusted(DEBIT, "100.00000001")

    assert isinstance(effect.result, InsufficientFunds)
    assert (effect.changes, effect.counts) == ([], {"adjustments_refused": 1})


def test_a_wallet_that_is_not_there_is_named() -> None:
    order = AdjustmentOrder(wallet_id=ALICE.wallet_id, entry_type=CREDIT, amount_text="1")
    adjustment = Adjustment(order, KEY, TRANSACTION)

    with pytest.raises(WalletNotFound, match=ALICE.wallet_id):
        adjustment.decide({}, now=NOW)
