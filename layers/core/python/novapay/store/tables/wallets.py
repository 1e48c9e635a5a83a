"""wallets: one item a wallet, moved only by an entry's commit and by a change of status.

The index `byUser` holds keys only, so that a change of balance never writes it. Only the last
characters of the account number are readable here; the whole number is a message of the AWS
Encryption SDK. Even with the longest number an item is smaller than a kilobyte, the unit in which
DynamoDB bills each write of a balance.

`isActive` is written beside `status` for functions of the version before, which may run beside
these for a while: they neither take from nor give to a wallet that is not active. An item without
`status` is of that version.
"""

from collections.abc import Iterator
from typing import Any

from novapay.domain.account_number import EncryptedAccountNumber
from novapay.domain.errors import InvariantViolated
from novapay.domain.instants import format_instant, stored_instant
from novapay.domain.money import Money, format_units, known_currency, stored_units
from novapay.domain.posting import Posting
from novapay.domain.trial_balance import BooksFault, Holding, Violation
from novapay.domain.wallet import UserId, Wallet, WalletId, WalletKind, WalletStatus
from novapay.schema import Index, Table
from novapay.store.client import Database, Key, Snapshot
from novapay.store.commit import Write
from novapay.store.items import (
    Item,
    Malformed,
    binary,
    boolean,
    number,
    read_binary,
    read_boolean,
    read_number,
    read_text,
    reader,
    text,
)

TABLE = Table.WALLETS
HOLDING_ATTRIBUTES = ("walletId", "kind", "currency", "balance", "sequence", "postedAt")
"""What a trial balance needs of a wallet."""


def key(wallet_id: WalletId) -> Key:
    return Key(TABLE, {"walletId": wallet_id})


def get_wallet(database: Database, wallet_id: WalletId) -> Wallet | None:
    """Return the wallet as it is now, or None. One read."""
    item = database.get(key(wallet_id))
    return None if item is None else parse(item)


def all_in(snapshot: Snapshot) -> dict[WalletId, Wallet]:
    """Return every wallet that a snapshot holds, by its id."""
    found = (parse(item) for item in snapshot.of_table(TABLE))
    return {wallet.wallet_id: wallet for wallet in found}


def list_wallet_ids(database: Database, user_id: UserId) -> list[WalletId]:
    """Return the ids of all wallets of a user, oldest first. The index lags by an instant."""
    items = database.query(
        TABLE,
        index=Index.WALLETS_BY_USER,
        condition="userId = :user",
        values={":user": text(user_id)},
    )
    return [WalletId(read_text(item, "walletId")) for item in items]


def scan_holdings(database: Database) -> Iterator[Holding | Violation]:
    """Yield what every wallet holds when it is read, or that it cannot be read."""
    for item in database.scan(TABLE, attributes=HOLDING_ATTRIBUTES):
        try:
            yield _holding(item)
        except InvariantViolated:
            yield Violation(WalletId(item["walletId"]["S"]), BooksFault.MALFORMED_WALLET)


def create(wallet: Wallet) -> Write:
    """Return the write that stores a new wallet."""
    return Write(
        TABLE,
        "Put",
        {"Item": _item(wallet), "ConditionExpression": "attribute_not_exists(walletId)"},
    )


def moves(posting: Posting) -> list[Write]:
    """Return the writes that move each of the posting's wallets on, if it is still as read."""
    return [_move(posting.before[wallet_id], after) for wallet_id, after in posting.after.items()]


def change_status(before: Wallet, after: Wallet) -> Write:
    """Return the write that gives a wallet another status, if it still has the one that was read.

    The record that is stored with it has a number of its own, so that a change to another status
    and back is noticed. Money may move meanwhile, so that a busy wallet can be frozen at once; but
    a wallet is closed only if no money has moved since it was read.
    """
    same_status = _same_status()
    names = {"#status": "status"}
    values = {
        ":next": text(after.status.value),
        ":nextActive": boolean(after.is_active),
        ":changes": number(after.status_changes),
        ":hash": text(after.status_hash),
        **_status_values(before),
    }
    if after.status is WalletStatus.CLOSED:
        same_status = _same_status("#sequence = :sequence")
        names["#sequence"] = "sequence"
        values[":sequence"] = number(before.sequence)
    return Write(
        TABLE,
        "Update",
        {
            "Key": key(after.wallet_id).item(),
            "UpdateExpression": (
                "SET #status = :next, isActive = :nextActive, statusChanges = :changes,"
                " statusHash = :hash"
            ),
            "ConditionExpression": same_status,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        },
    )


def check_empty(wallet_id: WalletId) -> Write:
    """Return the check that a wallet holds nothing, or is not there."""
    return Write(
        TABLE,
        "ConditionCheck",
        {
            "Key": key(wallet_id).item(),
            "ConditionExpression": "attribute_not_exists(walletId) OR balance = :zero",
            "ExpressionAttributeValues": {":zero": text(format_units(0))},
        },
    )


def reset(before: Wallet, after: Wallet) -> Write:
    """Return the write that puts a wallet where its last entry left it, after a restore.

    Args:
        before: as it was read.
        after: as it shall be.
    """
    return Write(
        TABLE,
        "Put",
        {
            "Item": _item(after),
            "ConditionExpression": "headHash = :before",
            "ExpressionAttributeValues": {":before": text(before.head_hash)},
        },
    )


def remove(wallet: Wallet) -> Write:
    """Return the write that deletes a system wallet whose entries are gone, after a restore."""
    return Write(
        TABLE,
        "Delete",
        {
            "Key": key(wallet.wallet_id).item(),
            "ConditionExpression": "headHash = :before",
            "ExpressionAttributeValues": {":before": text(wallet.head_hash)},
        },
    )


def _same_status(*others: str) -> str:
    """Return the condition that a wallet's status is as it was read, and all others hold.

    `_status_values` has its values.
    """
    stored = [*others, "#status = :status"]
    of_before = [*others, "attribute_not_exists(#status)", "isActive = :active"]
    return " OR ".join(" AND ".join(each) for each in (stored, of_before))


def _status_values(wallet: Wallet) -> Item:
    return {":status": text(wallet.status.value), ":active": boolean(wallet.is_active)}


def _move(before: Wallet, after: Wallet) -> Write:
    if before.kind is not WalletKind.CLIENT and before.sequence == 0:
        return create(after)
    return Write(
        TABLE,
        "Update",
        {
            "Key": key(after.wallet_id).item(),
            "UpdateExpression": (
                "SET balance = :balance, #sequence = :next, headHash = :head, postedAt = :posted"
            ),
            "ConditionExpression": _same_status("#sequence = :sequence"),
            "ExpressionAttributeNames": {"#sequence": "sequence", "#status": "status"},
            "ExpressionAttributeValues": {
                ":balance": text(str(after.balance)),
                ":next": number(after.sequence),
                ":head": text(after.head_hash),
                ":posted": text(format_instant(after.posted_at)),
                ":sequence": number(before.sequence),
                **_status_values(before),
            },
        },
    )


def _item(wallet: Wallet) -> Item:
    return {
        "walletId": text(wallet.wallet_id),
        "userId": text(wallet.user_id),
        "kind": text(wallet.kind.value),
        "currency": text(wallet.currency),
        "balance": text(str(wallet.balance)),
        "sequence": number(wallet.sequence),
        "headHash": text(wallet.head_hash),
        "status": text(wallet.status.value),
        "isActive": boolean(wallet.is_active),
        "createdAt": text(format_instant(wallet.created_at)),
        "postedAt": text(format_instant(wallet.posted_at)),
        **_status_changes_item(wallet),
        **_account_number_item(wallet.account_number),
    }


def _status_changes_item(wallet: Wallet) -> Item:
    if wallet.status_changes == 0:
        return {}
    return {
        "statusChanges": number(wallet.status_changes),
        "statusHash": text(wallet.status_hash),
    }


def _account_number_item(encrypted: EncryptedAccountNumber | None) -> Item:
    if encrypted is None:
        return {}
    return {
        "encryptedAccountNumber": binary(encrypted.ciphertext),
        "accountNumberEnding": text(encrypted.ending),
    }


@reader(TABLE, "walletId")
def parse(item: Item) -> Wallet:
    """Return the wallet of an item.

    Raises:
        InvariantViolated: the item is not in our format.
    """
    currency = known_currency(read_text(item, "currency"))
    return Wallet(
        wallet_id=WalletId(read_text(item, "walletId")),
        user_id=UserId(read_text(item, "userId")),
        kind=WalletKind(read_text(item, "kind")),
        balance=Money(stored_units(read_text(item, "balance")), currency),
        sequence=read_number(item, "sequence"),
        head_hash=read_text(item, "headHash"),
        status=_status(item),
        created_at=stored_instant(read_text(item, "createdAt")),
        posted_at=stored_instant(read_text(item, "postedAt")),
        account_number=_account_number(item),
        **_status_changes(item),
    )


def _status(item: Item) -> WalletStatus:
    is_active = read_boolean(item, "isActive")
    if "status" not in item:
        return WalletStatus.ACTIVE if is_active else WalletStatus.FROZEN
    status = WalletStatus(read_text(item, "status"))
    if (status is WalletStatus.ACTIVE) is not is_active:
        raise Malformed("isActive")
    return status


def _status_changes(item: Item) -> dict[str, Any]:
    if "statusChanges" not in item:
        return {}
    return {
        "status_changes": read_number(item, "statusChanges"),
        "status_hash": read_text(item, "statusHash"),
    }


@reader(TABLE, "walletId")
def _holding(item: Item) -> Holding:
    currency = known_currency(read_text(item, "currency"))
    return Holding(
        wallet_id=WalletId(read_text(item, "walletId")),
        kind=WalletKind(read_text(item, "kind")),
        balance=Money(stored_units(read_text(item, "balance")), currency),
        sequence=read_number(item, "sequence"),
        posted_at=stored_instant(read_text(item, "postedAt")),
    )


def _account_number(item: Item) -> EncryptedAccountNumber | None:
    if "encryptedAccountNumber" not in item:
        return None
    return EncryptedAccountNumber(
        read_binary(item, "encryptedAccountNumber"), read_text(item, "accountNumberEnding")
    )
