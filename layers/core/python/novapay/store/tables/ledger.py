"""ledger: the entries of every wallet, numbered without gaps, written once, never changed."""

from collections.abc import Iterator, Sequence

from novapay.domain.chain import MalformedEntry, well_formed
from novapay.domain.entry import Description, Entry, EntryType, TransactionId
from novapay.domain.errors import InvariantViolated
from novapay.domain.instants import format_instant, stored_instant
from novapay.domain.money import Currency, Money, Rate, stored_units
from novapay.domain.posting import Posting
from novapay.domain.transaction import EntryKey
from novapay.domain.trial_balance import PastBalance
from novapay.domain.wallet import UserId, WalletId
from novapay.schema import Table
from novapay.store.client import Database, Key, Snapshot
from novapay.store.commit import Write
from novapay.store.items import (
    Item,
    number,
    optional_text,
    present,
    read_number,
    read_optional_text,
    read_text,
    read_whole_part,
    text,
)

TABLE = Table.LEDGER
BALANCE_ATTRIBUTES = ("walletId", "sequence", "currency", "balanceAfter", "createdAt")
"""What a trial balance needs of an entry."""


def key(entry_key: EntryKey) -> Key:
    return Key(TABLE, {"walletId": entry_key.wallet_id, "sequence": entry_key.sequence})


def appends(posting: Posting) -> list[Write]:
    """Return the writes that store the entries of a posting; none may be there already."""
    return [
        Write(
            TABLE,
            "Put",
            {"Item": _item(entry), "ConditionExpression": "attribute_not_exists(walletId)"},
            # A rival would have moved the wallet as well.
            refusal=InvariantViolated(
                "an entry is where a wallet's next one belongs",
                {"wallet_id": entry.wallet_id, "sequence": str(entry.sequence)},
            ),
        )
        for entry in posting.entries
    ]


def get_entries(
    database: Database, entry_keys: Sequence[EntryKey]
) -> list[Entry | MalformedEntry | None]:
    """Return the entries under these keys, in the same order; None for a missing one. One read."""
    snapshot = database.read([key(entry_key) for entry_key in entry_keys])
    items = [snapshot.get(key(entry_key)) for entry_key in entry_keys]
    return [None if item is None else read(item) for item in items]


def find(snapshot: Snapshot, entry_key: EntryKey) -> Entry | MalformedEntry | None:
    """Return the entry that a snapshot holds under a key, or None."""
    item = snapshot.get(key(entry_key))
    return None if item is None else read(item)


def get_balances(
    database: Database, entry_keys: Sequence[EntryKey]
) -> list[PastBalance | MalformedEntry | None]:
    """Return the balances after these entries, in the same order; None for a missing one.

    One read of at most 100 entries, and of nothing but what is needed.
    """
    keys = [key(entry_key) for entry_key in entry_keys]
    snapshot = database.read(keys, attributes=BALANCE_ATTRIBUTES)
    items = [snapshot.get(one) for one in keys]
    return [None if item is None else _past_balance(item) for item in items]


def list_page(database: Database, wallet_id: WalletId, *, newest: int, oldest: int) -> list[Entry]:
    """Return the entries numbered `newest` down to `oldest`, newest first.

    Raises:
        InvariantViolated: one of them cannot be read.
    """
    items = database.query(
        TABLE,
        condition="walletId = :wallet AND #sequence BETWEEN :oldest AND :newest",
        values={":wallet": text(wallet_id), ":oldest": number(oldest), ":newest": number(newest)},
        newest_first=True,
    )
    return [readable(read(item), wallet_id) for item in items]


def readable(entry: Entry | MalformedEntry, wallet_id: WalletId) -> Entry:
    """Return the entry, if it could be read.

    Raises:
        InvariantViolated: it cannot be read.
    """
    return well_formed(entry, "an entry cannot be read", wallet_id=wallet_id)


def scan_chain(
    database: Database,
    wallet_id: WalletId,
    *,
    after: int | None = None,
    limit: int | None = None,
) -> Iterator[Entry | MalformedEntry]:
    """Yield everything stored for a wallet, oldest first, with consistent reads.

    Args:
        database: the tables to read.
        wallet_id: the wallet.
        after: only entries with a higher number; None for all, also forged numbers below 1.
        limit: so many at most; None for all.
    """
    condition, values = "walletId = :wallet", {":wallet": text(wallet_id)}
    if after is not None:
        condition += " AND #sequence > :after"
        values[":after"] = number(after)
    items = database.query(TABLE, condition=condition, values=values, limit=limit)
    return (read(item) for item in items)


def remove(entry: Entry) -> Write:
    """Return the write that deletes an entry of a commit that was dropped after a restore.

    Args:
        entry: as it was read.
    """
    return Write(
        TABLE,
        "Delete",
        {
            "Key": key(EntryKey(entry.wallet_id, entry.sequence)).item(),
            "ConditionExpression": "#hash = :hash",
            "ExpressionAttributeNames": {"#hash": "hash"},
            "ExpressionAttributeValues": {":hash": text(entry.hash)},
        },
    )


def _past_balance(item: Item) -> PastBalance | MalformedEntry:
    try:
        money = Money(
            stored_units(read_text(item, "balanceAfter")), Currency(read_text(item, "currency"))
        )
        return PastBalance(stored_instant(read_text(item, "createdAt")), money)
    except ValueError:
        return MalformedEntry(read_whole_part(item, "sequence"), None)


def _item(entry: Entry) -> Item:
    words = entry.description
    return present(
        {
            "walletId": text(entry.wallet_id),
            "sequence": number(entry.sequence),
            "version": number(entry.version),
            "entryId": text(entry.entry_id),
            "transactionId": text(entry.transaction_id),
            "userId": text(entry.user_id),
            "entryType": text(entry.entry_type.value),
            "amount": text(str(entry.amount)),
            "currency": text(entry.amount.currency),
            "balanceAfter": text(str(entry.balance_after)),
            "lockedFxRate": optional_text(entry.locked_fx_rate),
            "description": None if words is None else text(words.text),
            "descriptionSalt": None if words is None else text(words.salt),
            "descriptionCommitment": optional_text(entry.description_commitment),
            "transactionHash": optional_text(entry.transaction_hash),
            "createdAt": text(format_instant(entry.created_at)),
            "previousHash": text(entry.previous_hash),
            "hash": text(entry.hash),
        }
    )


def read(item: Item) -> Entry | MalformedEntry:
    """Return the entry of an item, or MalformedEntry if it is not in our format."""
    try:
        return _parse(item)
    except ValueError:
        entry_id = item.get("entryId", {}).get("S")
        return MalformedEntry(read_whole_part(item, "sequence"), entry_id)


def _parse(item: Item) -> Entry:
    currency = Currency(read_text(item, "currency"))
    rate = read_optional_text(item, "lockedFxRate")
    words = read_optional_text(item, "description")
    salt = read_optional_text(item, "descriptionSalt")
    if words is not None and salt is None:
        raise ValueError("a description without its salt")
    return Entry(
        version=read_number(item, "version"),
        wallet_id=WalletId(read_text(item, "walletId")),
        sequence=read_number(item, "sequence"),
        entry_id=read_text(item, "entryId"),
        transaction_id=TransactionId(read_text(item, "transactionId")),
        user_id=UserId(read_text(item, "userId")),
        entry_type=EntryType(read_text(item, "entryType")),
        amount=Money(stored_units(read_text(item, "amount")), currency),
        balance_after=Money(stored_units(read_text(item, "balanceAfter")), currency),
        locked_fx_rate=None if rate is None else Rate(stored_units(rate)),
        description=None if words is None or salt is None else Description(words, salt),
        description_commitment=read_optional_text(item, "descriptionCommitment"),
        transaction_hash=read_optional_text(item, "transactionHash"),
        created_at=stored_instant(read_text(item, "createdAt")),
        previous_hash=read_text(item, "previousHash"),
        hash=read_text(item, "hash"),
    )
