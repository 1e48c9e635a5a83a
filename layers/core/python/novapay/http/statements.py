"""Answers a statement in the form that the client asks for: JSON, or CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from aws_lambda_powertools.event_handler import Response

from novapay.domain.statement import Period, Statement
from novapay.http.pagination import PAGE_SIZE_DEFAULT, headers
from novapay.http.responses import reply
from novapay.http.schemas.statement import (
    COLUMNS,
    CSV_PAGE_SIZE,
    StatementBody,
    cells_of,
    query_of,
)
from novapay.http.spreadsheet import CSV, csv_response


class Asked(TypedDict):
    """What of the statement is wanted."""

    period: Period
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one answer; `limit` is None where the client leaves it to us."""

    is_csv: bool
    period: Period
    limit: int | None
    offset: int

    @property
    def page_size(self) -> int:
        return self.limit or (CSV_PAGE_SIZE if self.is_csv else PAGE_SIZE_DEFAULT)

    def asked(self) -> Asked:
        """Return what of the statement is wanted."""
        return Asked(period=self.period, limit=self.page_size, offset=self.offset)

    def response(self, statement: Statement) -> Response[str]:
        """Return the statement in this form."""
        limit = {} if self.limit is None else {"limit": self.limit}
        told = headers(
            limit=self.page_size,
            offset=self.offset,
            total=statement.total,
            query={**query_of(self.period), **limit},
        )
        if not self.is_csv:
            body = StatementBody.of(
                statement, self.period, limit=self.page_size, offset=self.offset
            )
            return reply(body, headers=told)
        balances = {
            "x-opening-balance": str(statement.opening),
            "x-closing-balance": str(statement.closing),
        }
        rows = (cells_of(row) for row in statement.rows)
        return csv_response(
            COLUMNS, rows, has_header=self.offset == 0, headers={**told, **balances}
        )


def form_of(event: Mapping[str, Any], period: Period, *, limit: int | None, offset: int) -> Form:
    """Return the form that a request asks for: CSV where its Accept header names that."""
    lines = event.get("headers") or {}
    accepted = next((value for name, value in lines.items() if name.lower() == "accept"), "")
    return Form(CSV in str(accepted).lower(), period, limit, offset)
