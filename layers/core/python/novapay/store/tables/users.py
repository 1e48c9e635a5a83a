"""users: one item a user, with how many wallets were opened for them.

The commit that opens a wallet also counts it, so the count cannot differ from the wallets, and two
requests at once cannot pass the limit. Wallets that are older than this table are not counted.
"""

from novapay.domain.wallet import UserId
from novapay.schema import Table
from novapay.store.client import Key, Snapshot
from novapay.store.commit import Write
from novapay.store.items import Item, number, read_number

TABLE = Table.USERS


def key(user_id: UserId) -> Key:
    return Key(TABLE, {"userId": user_id})


def wallets_opened(snapshot: Snapshot, user_id: UserId) -> int:
    """Return how many wallets were opened for a user."""
    item = snapshot.get(key(user_id))
    return 0 if item is None else read_number(item, "walletsOpened")


def count_wallet(user_id: UserId, *, wallets_max: int) -> Write:
    """Return the write that counts one more wallet, if the user still has fewer than may be."""
    return Write(
        TABLE,
        "Update",
        {
            "Key": key(user_id).item(),
            "UpdateExpression": "ADD walletsOpened :one",
            "ConditionExpression": "attribute_not_exists(userId) OR walletsOpened < :max",
            "ExpressionAttributeValues": {":one": number(1), ":max": number(wallets_max)},
        },
    )


def reset_count(user_id: UserId, *, before: int | None, after: int) -> Write:
    """Return the write that makes a user's count the number of wallets, after a restore.

    Args:
        user_id: whose count.
        before: as it was read; None if nothing is counted yet.
        after: as it shall be.
    """
    unchanged: Item = {"ConditionExpression": "attribute_not_exists(userId)"}
    if before is not None:
        unchanged = {
            "ConditionExpression": "walletsOpened = :before",
            "ExpressionAttributeValues": {":before": number(before)},
        }
    item = {**key(user_id).item(), "walletsOpened": number(after)}
    return Write(TABLE, "Put", {"Item": item, **unchanged})
