"""What a transaction's row says must be what its entries say, and the other way round.

Entries are protected by hash chains and rows are not, so each row is compared with its entries.
From version 2 of their format on, entries carry a hash of what the row says. It does not cover the
description of a transaction whose entries carry none, which is the name of a payroll. An extra
entry that the row does not list is not found either, if the listed entries are balanced without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from novapay.domain.chain import MalformedEntry
from novapay.domain.entry import Entry, EntryType, TransactionId
from novapay.domain.errors import InvalidAmount
from novapay.domain.hold import rest_transaction_id
from novapay.domain.invariant import Imbalance, imbalance_of
from novapay.domain.money import Money
from novapay.domain.payroll_money import item_transaction_id, parse_item_key
from novapay.domain.posting import entry_id
from novapay.domain.transaction import (
    REVERSALS_MAX,
    Transaction,
    TransactionStatus,
    TransactionType,
    house_transaction_id,
)
from novapay.domain.wallet import SYSTEM_USER, WalletId, hold_wallet_id


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a row of one type names, and which entries belong to it.

    Attributes:
        debits, credits_: how many entries of each side; None allows any number.
        sender, recipient: whether the row names that party.
        keyed: whether the row may contain a client's idempotency key.
    """

    debits: int | None = 1
    credits_: int | None = 1
    sender: bool = True
    recipient: bool = True
    keyed: bool = False


_SHAPES = {
    TransactionType.TRANSFER: _Shape(keyed=True),
    TransactionType.DEPOSIT: _Shape(keyed=True),
    TransactionType.WITHDRAWAL: _Shape(keyed=True),
    TransactionType.POSTING: _Shape(None, None, sender=False, recipient=False, keyed=True),
    TransactionType.FX_HOUSE: _Shape(sender=False, recipient=False),
    TransactionType.PAYROLL_FUND: _Shape(credits_=None, recipient=False),
    TransactionType.PAYROLL_PAYMENT: _Shape(keyed=True),
    TransactionType.PAYROLL_RETURN: _Shape(debits=None, sender=False),
    TransactionType.HOLD: _Shape(keyed=True),
    TransactionType.HOLD_CAPTURE: _Shape(keyed=True),
    TransactionType.HOLD_RELEASE: _Shape(keyed=True),
    TransactionType.REVERSAL: _Shape(keyed=True),
}
_PAID_FOR_SOMEBODY = (TransactionType.PAYROLL_PAYMENT, TransactionType.HOLD_CAPTURE)
_SIDES = (
    {TransactionType.TRANSFER, TransactionType.FX_HOUSE},
    {TransactionType.REVERSAL, TransactionType.FX_HOUSE},
    {TransactionType.HOLD_CAPTURE, TransactionType.HOLD_RELEASE},
)
"""The types of two transactions of one commit that name each other."""

_EXCHANGED = (TransactionType.TRANSFER, TransactionType.REVERSAL)
"""The types that may be between two currencies; a reversal uses no quote of its own."""

_DESCRIBED = frozenset(
    {
        TransactionType.TRANSFER,
        TransactionType.DEPOSIT,
        TransactionType.WITHDRAWAL,
        TransactionType.HOLD,
        TransactionType.HOLD_CAPTURE,
        TransactionType.REVERSAL,
    }
)
"""The types whose description is on the entries too."""


def disagreement_of(
    transaction: Transaction, entries: Sequence[Entry | MalformedEntry | None]
) -> Imbalance | None:
    """Return what is wrong with a transaction: its entries, or its row that they do not agree with.

    Args:
        transaction: its row.
        entries: one for each that the row lists, in its order; None where it is gone.
    """
    imbalance = imbalance_of(
        entries,
        transaction_id=transaction.transaction_id,
        locked=transaction.fx_rate,
        is_reversal=transaction.reverses is not None,
    )
    if imbalance is not None:
        return imbalance
    whole = [entry for entry in entries if isinstance(entry, Entry)]
    return None if agrees(transaction, whole) else Imbalance.CHANGED_TRANSACTION


def agrees(transaction: Transaction, entries: Sequence[Entry]) -> bool:
    """Return whether a transaction's row is the one that its entries were posted with.

    Args:
        transaction: the row; it is COMPLETED, as there are entries.
        entries: all that it lists, in its order, each unchanged and of this transaction.
    """
    shape = _SHAPES[transaction.transaction_type]
    return (
        _is_completed(transaction)
        and _is_listed(transaction, entries)
        and _has_shape(shape, entries)
        and _names_the_parties(transaction, shape, entries)
        and _names_the_amount(transaction, shape, entries)
        and _names_the_exchange(transaction, entries)
        and _names_the_key(transaction, shape)
        and _names_the_hold(transaction)
        and _describes(transaction, entries)
        and (transaction.metadata is None or transaction.metadata.is_as_committed)
        and _is_sealed(transaction, entries)
        and _names_the_payer(transaction, entries)
        and _names_what_it_reverses(transaction)
        and _counts_its_reversals(transaction)
    )


def links_back(transaction: Transaction, linked: Transaction | None) -> bool:
    """Return whether the other side is there and says the same: of an exchange, or a capture."""
    return (
        linked is not None
        and linked.status is TransactionStatus.COMPLETED
        and linked.linked_transaction_id == transaction.transaction_id
        and {transaction.transaction_type, linked.transaction_type} in _SIDES
        and linked.hold_id == transaction.hold_id
        and (linked.fx_rate, linked.fx_quote_id) == (transaction.fx_rate, transaction.fx_quote_id)
        and linked.created_at == transaction.created_at
        and _reverse_alike(transaction, linked)
    )


def is_reversal_of(reversal: Transaction, original: Transaction | None) -> bool:
    """Return whether a reversal gives back a part of a transaction that lists it."""
    return (
        original is not None
        and reversal.transaction_type is TransactionType.REVERSAL
        and reversal.status is TransactionStatus.COMPLETED
        and reversal.reverses == original.transaction_id
        and reversal.transaction_id in original.reversals
        and (reversal.currency, reversal.fx_rate) == (original.currency, original.fx_rate)
        and (reversal.sender_wallet_id, reversal.sender_user_id)
        == (original.recipient_wallet_id, original.recipient_user_id)
        and reversal.recipient_user_id == original.sender_user_id
        and reversal.recipient_wallet_id in _payers(original, reversal)
    )


def holds_its_reversals(transaction: Transaction, reversals: Sequence[Transaction]) -> bool:
    """Return whether a transaction counts as reversed exactly what its reversals gave back.

    Args:
        transaction: the row.
        reversals: those of the transactions that it lists which exist, in its order.
    """
    return (
        tuple(it.transaction_id for it in reversals) == transaction.reversals
        and all(is_reversal_of(it, transaction) for it in reversals)
        and sum(moved_units(it) for it in reversals) == transaction.reversed_units
    )


def moved_units(transaction: Transaction) -> int:
    """Return the row's amount in units of 10^-8 of its currency; 0 if it has none that is valid."""
    if transaction.amount_text is None or transaction.currency is None:
        return 0
    try:
        return Money.parse(transaction.amount_text, transaction.currency).units
    except InvalidAmount:
        return 0


def _reverse_alike(transaction: Transaction, linked: Transaction) -> bool:
    """Return whether both sides reverse the two sides of one exchange, or neither reverses any."""
    if transaction.transaction_type is TransactionType.FX_HOUSE:
        transaction, linked = linked, transaction
    if transaction.reverses is None:
        return linked.reverses is None
    return linked.reverses == house_transaction_id(transaction.reverses)


def _payers(original: Transaction, reversal: Transaction) -> tuple[WalletId | None, ...]:
    """Return the wallets that may have got the money back.

    Payments that were stored before their rows named the payer's wallet are reversed into the one
    that the job's funding names.
    """
    if original.transaction_type not in _PAID_FOR_SOMEBODY:
        return (original.sender_wallet_id,)
    return (original.payer_wallet_id or reversal.recipient_wallet_id,)


def _is_completed(transaction: Transaction) -> bool:
    is_refused = transaction.failure_code is not None or transaction.failure_detail is not None
    return transaction.status is TransactionStatus.COMPLETED and not is_refused


def _is_listed(transaction: Transaction, entries: Sequence[Entry]) -> bool:
    """Return whether the entries have the transaction's time, and the ids that follow from its key.

    Entries of a payroll have ids without a key, and so have all that were made by early versions.
    """
    ids = [entry.entry_id for entry in entries]
    return all(entry.created_at == transaction.created_at for entry in entries) and ids in [
        [entry_id(transaction.transaction_id, index, key) for index in range(len(entries))]
        for key in (transaction.idempotency_key, None)
    ]


def _has_shape(shape: _Shape, entries: Sequence[Entry]) -> bool:
    debits, credits_ = _side(entries, EntryType.DEBIT), _side(entries, EntryType.CREDIT)
    return shape.debits in (None, len(debits)) and shape.credits_ in (None, len(credits_))


def _names_the_parties(transaction: Transaction, shape: _Shape, entries: Sequence[Entry]) -> bool:
    sender = (transaction.sender_wallet_id, transaction.sender_user_id)
    recipient = (transaction.recipient_wallet_id, transaction.recipient_user_id)
    paid_by = {(entry.wallet_id, entry.user_id) for entry in _side(entries, EntryType.DEBIT)}
    paid_to = {(entry.wallet_id, entry.user_id) for entry in _side(entries, EntryType.CREDIT)}
    if transaction.transaction_type in _PAID_FOR_SOMEBODY and transaction.sender_user_id:
        # The wallet is the system's, and the row names whose money it was.
        sender = (transaction.sender_wallet_id, SYSTEM_USER)
    return (paid_by == {sender} if shape.sender else sender == (None, None)) and (
        paid_to == {recipient} if shape.recipient else recipient == (None, None)
    )


def _names_the_amount(transaction: Transaction, shape: _Shape, entries: Sequence[Entry]) -> bool:
    """Return whether the amount is what left the sender; of a reversal, what the sender got back.

    Both are in the currency of the original sender.
    """
    if not (shape.sender or shape.recipient):
        return transaction.amount_text is None and transaction.currency is None
    is_reversal = transaction.transaction_type is TransactionType.REVERSAL
    side = _side(entries, EntryType.CREDIT if is_reversal else EntryType.DEBIT)
    return {entry.amount.currency for entry in side} == {transaction.currency} and (
        sum(entry.amount.units for entry in side) == moved_units(transaction)
    )


def _names_the_payer(transaction: Transaction, entries: Sequence[Entry]) -> bool:
    """Return whether the payer's wallet may be named: its entries seal it, or it has that hold."""
    payer = transaction.payer_wallet_id
    if payer is None:
        return True
    if transaction.transaction_type is TransactionType.HOLD_CAPTURE:
        return transaction.sender_wallet_id == hold_wallet_id(payer)
    return transaction.transaction_type is TransactionType.PAYROLL_PAYMENT and all(
        entry.transaction_hash is not None for entry in entries
    )


def _names_what_it_reverses(transaction: Transaction) -> bool:
    """Return whether it names one if it is a reversal; `links_back` checks what the house names."""
    if transaction.transaction_type is TransactionType.FX_HOUSE:
        return True
    is_reversal = transaction.transaction_type is TransactionType.REVERSAL
    return is_reversal is (transaction.reverses is not None)


def _counts_its_reversals(transaction: Transaction) -> bool:
    """Return whether what was reversed of it is possible: never more than it moved."""
    reversals, units = transaction.reversals, transaction.reversed_units
    if not reversals:
        return units == 0
    return (
        transaction.transaction_type.is_reversible
        and len(reversals) == len(set(reversals)) <= REVERSALS_MAX
        and 0 < units <= moved_units(transaction)
    )


def _names_the_exchange(transaction: Transaction, entries: Sequence[Entry]) -> bool:
    own, linked = transaction.transaction_id, transaction.linked_transaction_id
    quoted = (transaction.fx_rate, transaction.fx_quote_id, linked)
    is_quoted = (transaction.fx_quote_id is None) is (transaction.reverses is not None)
    if transaction.transaction_type is TransactionType.FX_HOUSE:
        return (
            is_quoted
            and transaction.fx_rate is not None
            and linked is not None
            and house_transaction_id(linked) == own
        )
    if transaction.transaction_type is TransactionType.POSTING:
        return quoted == (None, None, None)
    if transaction.hold_id is not None:
        return quoted[:2] == (None, None) and (linked is None or _is_rest_of(own, linked))
    if transaction.fx_rate is None:
        return quoted == (None, None, None) and all(
            entry.locked_fx_rate is None for entry in entries
        )
    return (
        transaction.transaction_type in _EXCHANGED
        and is_quoted
        and linked == house_transaction_id(own)
    )


def _names_the_key(transaction: Transaction, shape: _Shape) -> bool:
    """Return whether the key may be there; a payroll payment's key and id follow from its job."""
    if transaction.transaction_type is not TransactionType.PAYROLL_PAYMENT:
        return shape.keyed or transaction.idempotency_key is None
    item = parse_item_key(transaction.idempotency_key)
    return item is not None and transaction.transaction_id == item_transaction_id(*item)


def _is_rest_of(one: TransactionId, other: TransactionId) -> bool:
    """Return whether one of the two returned what the other, a final capture, left over."""
    return rest_transaction_id(one) == other or rest_transaction_id(other) == one


def _names_the_hold(transaction: Transaction) -> bool:
    """Return whether the row says of holds what its type says, and names a hold wallet there."""
    sender, recipient = transaction.sender_wallet_id, transaction.recipient_wallet_id
    payee = (transaction.payee_wallet_id, transaction.payee_user_id)
    match transaction.transaction_type:
        case TransactionType.HOLD:
            return (
                transaction.hold_id is None
                and transaction.expires_at is not None
                and (None in payee) is (payee == (None, None))
                and sender is not None
                and recipient == hold_wallet_id(sender)
            )
        case TransactionType.HOLD_RELEASE:
            is_returned = recipient is not None and sender == hold_wallet_id(recipient)
            is_named = transaction.hold_id is not None and is_returned
        case TransactionType.HOLD_CAPTURE:
            is_named = transaction.hold_id is not None
        case _:
            is_named = transaction.hold_id is None
    return is_named and (transaction.expires_at, *payee) == (None, None, None)


def _describes(transaction: Transaction, entries: Sequence[Entry]) -> bool:
    """Return whether row and entries have the same description; either copy may be erased."""
    words = transaction.description
    if transaction.transaction_type not in _DESCRIBED or words is None:
        return True
    return all(
        entry.description_commitment is not None
        and (entry.description is None or entry.description.text == words)
        for entry in entries
    )


def _is_sealed(transaction: Transaction, entries: Sequence[Entry]) -> bool:
    """Return whether the row is what the entries carry the hash of; those of version 1 have none.

    The entries of a posting have a description each, so none of them is the transaction's.
    """
    is_posting = transaction.transaction_type is TransactionType.POSTING
    commitment = None if is_posting else entries[0].description_commitment
    expected = transaction.hash(description_commitment=commitment)
    return all(entry.transaction_hash in (None, expected) for entry in entries)


def _side(entries: Sequence[Entry], side: EntryType) -> list[Entry]:
    return [entry for entry in entries if entry.entry_type is side]
