"""transfers: every transaction by its id: the request, the outcome, the keys of its entries.

The index `refused` lists what was refused by the wallet that should have paid. What moved money is
not in it, so only refusals pay for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from novapay.domain.entry import TransactionId
from novapay.domain.errors import NovaPayError, TransactionNotFound
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.instants import format_instant, stored_instant
from novapay.domain.metadata import Metadata
from novapay.domain.money import Rate, format_units, known_currency, stored_units
from novapay.domain.quote import QuoteId
from novapay.domain.reference import Reference
from novapay.domain.transaction import EntryKey, Transaction, TransactionStatus, TransactionType
from novapay.domain.transfer_list import NO_ROWS, Row, Rows
from novapay.domain.wallet import UserId, WalletId
from novapay.schema import Index, Table
from novapay.store.client import Database, Key, Snapshot
from novapay.store.commit import Write
from novapay.store.items import (
    Item,
    Malformed,
    number,
    optional_text,
    present,
    read_number,
    read_optional_text,
    read_text,
    reader,
    text,
)

TABLE = Table.TRANSFERS
AFTER_REFUSALS = "9"
"""A text after every refusal's `listedAt`, which begins with a year."""

_BEFORE_REFUSALS = "0"


def key(transaction_id: TransactionId) -> Key:
    return Key(TABLE, {"transactionId": transaction_id})


def get_transaction(database: Database, transaction_id: TransactionId) -> Transaction | None:
    """Return the transaction, or None. One read."""
    item = database.get(key(transaction_id))
    return None if item is None else parse(item)


def find(snapshot: Snapshot, transaction_id: TransactionId) -> Transaction | None:
    """Return the transaction that a snapshot holds, or None."""
    item = snapshot.get(key(transaction_id))
    return None if item is None else parse(item)


def get_posted_transaction(database: Database, transaction_id: TransactionId) -> Transaction:
    """Return a transaction that moved money. One read.

    Raises:
        TransactionNotFound: there is none, or it was refused and moved nothing.
    """
    transaction = get_transaction(database, transaction_id)
    if transaction is None or transaction.status is TransactionStatus.FAILED:
        raise TransactionNotFound(transaction_id)
    return transaction


def get_transactions(database: Database, ids: Sequence[TransactionId]) -> list[Transaction]:
    """Return the transactions that exist, in the order of `ids`, at most 100. One read."""
    if not ids:
        return []
    snapshot = database.read([key(transaction_id) for transaction_id in ids])
    items = [snapshot.get(key(transaction_id)) for transaction_id in ids]
    return [parse(item) for item in items if item is not None]


def list_refused(
    database: Database,
    wallet_id: WalletId,
    *,
    begin: datetime | None,
    before: str,
    most: int,
) -> Rows:
    """Return the refusals of a wallet that should have paid, newest first; the index lags a bit.

    Args:
        database: the tables to read.
        wallet_id: the sender's wallet.
        begin: only from this instant on; None for all.
        before: only those that are listed under a text before this one.
        most: how many at most.
    """
    first = _BEFORE_REFUSALS if begin is None else format_instant(begin)
    if before <= first:
        return NO_ROWS
    # The bounds of a range are part of it, and `before` may be a row of the page before.
    items = list(
        database.query(
            TABLE,
            index=Index.LISTED_TRANSFERS,
            condition="listed = :wallet AND listedAt BETWEEN :first AND :before",
            values={":wallet": _list_of(wallet_id), ":first": text(first), ":before": text(before)},
            newest_first=True,
            limit=most + 1,
        )
    )
    rows = [
        Row(TransactionId(read_text(it, "transactionId")), read_text(it, "listedAt"))
        for it in items
    ]
    return Rows([it for it in rows if it.listed_at != before][:most], len(items) <= most)


def create(transaction: Transaction, *, exists: NovaPayError | None = None) -> Write:
    """Return the write that stores a transaction.

    Args:
        transaction: what to store.
        exists: the error to raise if the id is taken; None for a new id.
    """
    return Write(
        TABLE,
        "Put",
        {
            "Item": item_of(transaction),
            "ConditionExpression": "attribute_not_exists(transactionId)",
        },
        refusal=exists,
    )


def set_reversals(before: Transaction, after: Transaction) -> Write:
    """Return the write that lists a transaction's reversals, if they are still as they were read.

    Args:
        before: as it was read; what was reversed so far only grows, so it tells the versions apart.
        after: as it shall be; without reversals, if a restore has lost all of them.
    """
    values = {
        ":reversed": _reversed_amount(after),
        ":reversals": _reversals(after),
        ":before": _reversed_amount(before),
    }
    return Write(
        TABLE,
        "Update",
        {
            "Key": key(before.transaction_id).item(),
            "UpdateExpression": (
                "SET reversedAmount = :reversed, reversals = :reversals"
                if after.reversals
                else "REMOVE reversedAmount, reversals"
            ),
            "ConditionExpression": (
                "reversedAmount = :before"
                if before.reversals
                else "attribute_exists(transactionId) AND attribute_not_exists(reversedAmount)"
            ),
            "ExpressionAttributeValues": present(values),
        },
    )


def remove(transaction: Transaction) -> Write:
    """Return the write that deletes a transaction of a commit that was dropped after a restore."""
    return Write(
        TABLE,
        "Delete",
        {
            "Key": key(transaction.transaction_id).item(),
            "ConditionExpression": "attribute_exists(transactionId)",
        },
    )


def item_of(transaction: Transaction) -> Item:
    """Return the item of a transaction, without what a hold has beside it."""
    entries = [
        {"M": {"walletId": text(e.wallet_id), "sequence": number(e.sequence)}}
        for e in transaction.entries
    ]
    return present(
        {
            "transactionId": text(transaction.transaction_id),
            "type": text(transaction.transaction_type.value),
            "status": text(transaction.status.value),
            "createdAt": text(format_instant(transaction.created_at)),
            "amount": optional_text(transaction.amount_text),
            "currency": optional_text(transaction.currency),
            "senderWalletId": optional_text(transaction.sender_wallet_id),
            "recipientWalletId": optional_text(transaction.recipient_wallet_id),
            "senderUserId": optional_text(transaction.sender_user_id),
            "recipientUserId": optional_text(transaction.recipient_user_id),
            "fxRate": optional_text(transaction.fx_rate),
            "fxQuoteId": optional_text(transaction.fx_quote_id),
            "linkedTransactionId": optional_text(transaction.linked_transaction_id),
            "description": optional_text(transaction.description),
            "failureCode": optional_text(transaction.failure_code),
            "failureDetail": optional_text(transaction.failure_detail),
            "idempotencyKey": optional_text(transaction.idempotency_key),
            "reference": optional_text(transaction.reference),
            "reverses": optional_text(transaction.reverses),
            "holdId": optional_text(transaction.hold_id),
            "expiresAt": _optional_instant(transaction.expires_at),
            "payeeWalletId": optional_text(transaction.payee_wallet_id),
            "payeeUserId": optional_text(transaction.payee_user_id),
            "entries": {"L": entries},
            **metadata_item(transaction.metadata),
            "payerWalletId": optional_text(transaction.payer_wallet_id),
            "reversedAmount": _reversed_amount(transaction),
            "reversals": _reversals(transaction),
            **_refused_item(transaction),
        }
    )


def _refused_item(transaction: Transaction) -> dict[str, Item | None]:
    wallet_id = transaction.sender_wallet_id
    if transaction.status is not TransactionStatus.FAILED or wallet_id is None:
        return {}
    at = format_instant(transaction.created_at)
    return {
        "listed": _list_of(wallet_id),
        "listedAt": text(f"{at}#{transaction.transaction_id}"),
    }


def _list_of(wallet_id: WalletId) -> Item:
    return text(f"refused#{wallet_id}")


def metadata_item(metadata: Metadata | None) -> dict[str, Item | None]:
    """Return the attributes of metadata; pairs and salt are deleted to erase them."""
    if metadata is None:
        return {}
    pairs = metadata.pairs
    return {
        "metadata": None if pairs is None else {"M": {n: text(v) for n, v in pairs.items()}},
        "metadataSalt": optional_text(metadata.salt),
        "metadataCommitment": text(metadata.commitment),
    }


def read_metadata(item: Item) -> Metadata | None:
    """Return the metadata of an item; None if it never had any."""
    if "metadataCommitment" not in item:
        return None
    pairs = item.get("metadata", {}).get("M")
    return Metadata(
        commitment=read_text(item, "metadataCommitment"),
        salt=read_optional_text(item, "metadataSalt"),
        pairs=None if pairs is None else {name: read_text(pairs, name) for name in pairs},
    )


def _reversed_amount(transaction: Transaction) -> Item | None:
    return text(format_units(transaction.reversed_units)) if transaction.reversals else None


def _reversals(transaction: Transaction) -> Item | None:
    return {"L": [text(it) for it in transaction.reversals]} if transaction.reversals else None


@reader(TABLE, "transactionId")
def parse(item: Item) -> Transaction:
    """Return the transaction of an item.

    Raises:
        InvariantViolated: the item is not in our format.
    """
    currency = read_optional_text(item, "currency")
    rate = read_optional_text(item, "fxRate")
    quote_id = read_optional_text(item, "fxQuoteId")
    idempotency_key = read_optional_text(item, "idempotencyKey")
    reference = read_optional_text(item, "reference")
    return Transaction(
        transaction_id=TransactionId(read_text(item, "transactionId")),
        transaction_type=TransactionType(read_text(item, "type")),
        status=TransactionStatus(read_text(item, "status")),
        created_at=stored_instant(read_text(item, "createdAt")),
        amount_text=read_optional_text(item, "amount"),
        currency=None if currency is None else known_currency(currency),
        sender_wallet_id=_wallet_id(item, "senderWalletId"),
        recipient_wallet_id=_wallet_id(item, "recipientWalletId"),
        sender_user_id=_user_id(item, "senderUserId"),
        recipient_user_id=_user_id(item, "recipientUserId"),
        fx_rate=None if rate is None else Rate(stored_units(rate)),
        fx_quote_id=None if quote_id is None else QuoteId(quote_id),
        linked_transaction_id=_transaction_id(item, "linkedTransactionId"),
        description=read_optional_text(item, "description"),
        failure_code=read_optional_text(item, "failureCode"),
        failure_detail=read_optional_text(item, "failureDetail"),
        idempotency_key=None if idempotency_key is None else IdempotencyKey(idempotency_key),
        reference=None if reference is None else Reference(reference),
        reverses=_transaction_id(item, "reverses"),
        hold_id=_transaction_id(item, "holdId"),
        expires_at=_instant(item, "expiresAt"),
        payee_wallet_id=_wallet_id(item, "payeeWalletId"),
        payee_user_id=_user_id(item, "payeeUserId"),
        entries=tuple(_entry_key(value) for value in _list(item, "entries")),
        metadata=read_metadata(item),
        payer_wallet_id=_wallet_id(item, "payerWalletId"),
        **_given_back(item),
    )


def _given_back(item: Item) -> dict[str, Any]:
    if "reversals" not in item and "reversedAmount" not in item:
        return {}
    return {
        "reversed_units": stored_units(read_text(item, "reversedAmount")),
        "reversals": tuple(
            TransactionId(read_text({"id": value}, "id")) for value in _list(item, "reversals")
        ),
    }


def _list(item: Item, name: str) -> list[Any]:
    values = item.get(name, {}).get("L")
    if not isinstance(values, list):
        raise Malformed(name)
    return values


def _entry_key(value: Any) -> EntryKey:
    fields = value.get("M", {})
    return EntryKey(WalletId(read_text(fields, "walletId")), read_number(fields, "sequence"))


def _optional_instant(instant: datetime | None) -> Item | None:
    return None if instant is None else text(format_instant(instant))


def _instant(item: Item, name: str) -> datetime | None:
    value = read_optional_text(item, name)
    return None if value is None else stored_instant(value)


def _transaction_id(item: Item, name: str) -> TransactionId | None:
    value = read_optional_text(item, name)
    return None if value is None else TransactionId(value)


def _wallet_id(item: Item, name: str) -> WalletId | None:
    value = read_optional_text(item, name)
    return None if value is None else WalletId(value)


def _user_id(item: Item, name: str) -> UserId | None:
    value = read_optional_text(item, name)
    return None if value is None else UserId(value)
