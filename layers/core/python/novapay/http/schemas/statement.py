"""A wallet's statement as clients read it, as JSON or as CSV."""

from datetime import datetime
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from novapay.domain.errors import FieldError, InvalidInput
from novapay.domain.instants import format_instant
from novapay.domain.statement import Period, Statement, StatementRow
from novapay.domain.transaction import TransactionType
from novapay.http.pagination import Limit, next_page
from novapay.http.schemas.fields import GivenInstant
from novapay.http.schemas.ledger import EntryBody
from novapay.http.schemas.pages import PageBody
from novapay.http.spreadsheet import words

CSV_PAGE_SIZE = 1000
"""How many entries a page of CSV has unless the client asks for fewer."""

From = Annotated[GivenInstant | None, Query(alias="from", description="Only from this instant on.")]
To = Annotated[GivenInstant | None, Query(alias="to", description="Only before this instant.")]
StatementLimit = Annotated[
    Limit | None,
    Query(description="How many a page has; at most 100. If it is left out, 50, and 1000 as CSV."),
]
COLUMNS = (
    *("createdAt", "sequence", "type", "entryType", "amount", "currency", "balanceAfter"),
    *("counterpartyWalletId", "reference", "description", "transactionId", "entryId"),
)


def period_of(begin: datetime | None, end: datetime | None) -> Period:
    """Return the period that a query asks for.

    Raises:
        InvalidInput: it ends before it begins.
    """
    if begin is not None and end is not None and end <= begin:
        raise InvalidInput(errors=(FieldError("/query/to", "must be after `from`"),))
    return Period(begin, end)


def query_of(period: Period) -> dict[str, str]:
    """Return a period as the parameters that ask for it."""
    ends = {"from": period.begin, "to": period.end}
    return {name: format_instant(it) for name, it in ends.items() if it is not None}


class StatementEntry(EntryBody):
    """An entry with what its transaction says; the hash of the entry is not over these."""

    type: TransactionType | None = Field(
        description="Why the money moved; null where the transaction is missing."
    )
    counterparty_wallet_id: str | None = Field(
        description="The other wallet of a movement between two; null where there is no single one."
    )
    reference: str | None = Field(description="The client's own name of the transaction, if any.")
    transaction_description: str | None = Field(
        description="The words of the transaction, as a payroll job's name; null without any."
    )

    @classmethod
    def of_row(cls, row: StatementRow) -> Self:
        transaction = row.transaction
        return cls(
            **dict(EntryBody.of(row.entry)),
            type=None if transaction is None else transaction.transaction_type,
            counterparty_wallet_id=row.counterparty,
            reference=None if transaction is None else transaction.reference,
            transaction_description=None if transaction is None else transaction.description,
        )


class StatementBody(PageBody[StatementEntry]):
    """A page of a wallet's entries, newest first; `next` leads to the page after it."""

    items: list[StatementEntry] = Field(alias="entries", description="The entries of the page.")
    opening_balance: str = Field(
        description="What the wallet held before the first entry of the period, with 8 decimals."
    )
    closing_balance: str = Field(
        description="What it held after the last entry of the period, with 8 decimals."
    )

    @classmethod
    def of(cls, statement: Statement, period: Period, *, limit: int, offset: int) -> Self:
        total = statement.total
        return cls(
            entries=[StatementEntry.of_row(row) for row in statement.rows],
            total=total,
            limit=limit,
            offset=offset,
            next=next_page(limit=limit, offset=offset, total=total, **query_of(period)),
            opening_balance=str(statement.opening),
            closing_balance=str(statement.closing),
        )


def cells_of(row: StatementRow) -> list[str]:
    """Return a row of the statement as CSV, a text for each of COLUMNS."""
    entry, transaction = row.entry, row.transaction
    own = None if entry.description is None else entry.description.text
    told = None if transaction is None else transaction.description
    return [
        format_instant(entry.created_at),
        str(entry.sequence),
        "" if transaction is None else transaction.transaction_type.value,
        entry.entry_type.value,
        str(entry.amount),
        entry.amount.currency,
        str(entry.balance_after),
        row.counterparty or "",
        words(None if transaction is None else transaction.reference),
        words(own or told),
        entry.transaction_id,
        entry.entry_id,
    ]
