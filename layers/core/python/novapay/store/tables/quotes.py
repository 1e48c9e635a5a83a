"""quotes: locked rates, each used at most once.

One reserved key holds the simulated outage of the rate provider (simulation stacks only).
"""

from datetime import datetime

from novapay.domain.entry import TransactionId
from novapay.domain.instants import format_instant, stored_instant
from novapay.domain.money import Currency, Money, Rate, stored_units
from novapay.domain.quote import Quote, QuoteId, QuoteStatus
from novapay.domain.wallet import UserId
from novapay.schema import Table
from novapay.store.client import Database, Key, Snapshot
from novapay.store.commit import Write
from novapay.store.items import (
    Item,
    boolean,
    read_boolean,
    read_optional_text,
    read_text,
    reader,
    text,
)

TABLE = Table.QUOTES

_OUTAGE = QuoteId("simulated-provider-outage")


def key(quote_id: QuoteId) -> Key:
    return Key(TABLE, {"quoteId": quote_id})


def get_quote(database: Database, quote_id: QuoteId) -> Quote | None:
    """Return the quote, or None. One read."""
    item = database.get(key(quote_id))
    return None if item is None else parse(item)


def find(snapshot: Snapshot, quote_id: QuoteId) -> Quote | None:
    """Return the quote that a snapshot holds, or None."""
    item = snapshot.get(key(quote_id))
    return None if item is None else parse(item)


def create(quote: Quote) -> Write:
    """Return the write that stores a new quote."""
    return Write(
        TABLE,
        "Put",
        {"Item": _item(quote), "ConditionExpression": "attribute_not_exists(quoteId)"},
    )


def consume(quote: Quote, transaction_id: TransactionId, *, now: datetime) -> Write:
    """Return the write that marks the quote as used, if it is still active at `now`."""
    return Write(
        TABLE,
        "Update",
        {
            "Key": key(quote.quote_id).item(),
            "UpdateExpression": "SET #status = :used, usedAt = :now, usedByTransactionId = :by",
            "ConditionExpression": "#status = :active AND expiresAt > :now",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {
                ":used": text(QuoteStatus.USED.value),
                ":active": text(QuoteStatus.ACTIVE.value),
                ":now": text(format_instant(now)),
                ":by": text(transaction_id),
            },
        },
    )


def is_quote(item: Item) -> bool:
    """Return whether an item is a quote, and not the simulated outage."""
    return read_text(item, "quoteId") != _OUTAGE


def is_provider_down(database: Database) -> bool:
    """Return whether an outage of the rate provider is being simulated. One read."""
    item = database.get(key(_OUTAGE))
    return item is not None and read_boolean(item, "isDown")


def simulate_provider(*, is_down: bool) -> Write:
    """Return the write that begins or ends a simulated outage."""
    return Write(TABLE, "Put", {"Item": {**key(_OUTAGE).item(), "isDown": boolean(is_down)}})


def reset(before: Quote, after: Quote) -> Write:
    """Return the write that marks a quote as used or not used, after a restore.

    Args:
        before: as it was read.
        after: as it shall be.
    """
    if after.used_at is None:
        update = "SET #status = :status REMOVE usedAt, usedByTransactionId"
        used = {":status": text(QuoteStatus.ACTIVE.value)}
    else:
        update = "SET #status = :status, usedAt = :at, usedByTransactionId = :by"
        used = {
            ":status": text(QuoteStatus.USED.value),
            ":at": text(format_instant(after.used_at)),
            ":by": text(str(after.used_by)),
        }
    was = QuoteStatus.ACTIVE if before.used_at is None else QuoteStatus.USED
    return Write(
        TABLE,
        "Update",
        {
            "Key": key(before.quote_id).item(),
            "UpdateExpression": update,
            "ConditionExpression": "#status = :before",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {**used, ":before": text(was.value)},
        },
    )


def _item(quote: Quote) -> Item:
    return {
        "quoteId": text(quote.quote_id),
        "userId": text(quote.user_id),
        "status": text(QuoteStatus.ACTIVE.value),
        "rate": text(str(quote.rate)),
        "fromCurrency": text(quote.from_amount.currency),
        "fromAmount": text(str(quote.from_amount)),
        "toCurrency": text(quote.to_amount.currency),
        "toAmount": text(str(quote.to_amount)),
        "expiresAt": text(format_instant(quote.expires_at)),
    }


@reader(TABLE, "quoteId")
def parse(item: Item) -> Quote:
    """Return the quote of an item.

    Raises:
        InvariantViolated: the item is not in our format.
    """
    used_at = read_optional_text(item, "usedAt")
    used_by = read_optional_text(item, "usedByTransactionId")
    return Quote(
        quote_id=QuoteId(read_text(item, "quoteId")),
        user_id=UserId(read_text(item, "userId")),
        rate=Rate(stored_units(read_text(item, "rate"))),
        from_amount=_amount(item, "from"),
        to_amount=_amount(item, "to"),
        expires_at=stored_instant(read_text(item, "expiresAt")),
        used_at=None if used_at is None else stored_instant(used_at),
        used_by=None if used_by is None else TransactionId(used_by),
    )


def _amount(item: Item, side: str) -> Money:
    currency = Currency(read_text(item, f"{side}Currency"))
    return Money(stored_units(read_text(item, f"{side}Amount")), currency)
