"""Rows as CSV (RFC 4180) that a spreadsheet may open: no cell of it is a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

CSV = "text/csv"
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def words(text: str | None) -> str:
    """Return somebody's words as a cell; where they look like a formula, after an apostrophe.

    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    if text is None:
        return ""
    return f"'{text}" if text.lstrip().startswith(_BEGINS_A_FORMULA) else text


def csv_response(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    has_header: bool,
    headers: Mapping[str, str],
) -> Response[str]:
    """Return rows as a success.

    Args:
        columns: their names.
        rows: a text for each column.
        has_header: whether the names are the first line. They are on a list's first page, so that
            its pages, one after the other, are one file.
        headers: more headers of the response.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    if has_header:
        writer.writerow(columns)
    writer.writerows(rows)
    header = "present" if has_header else "absent"
    return Response(
        status_code=HTTPStatus.OK,
        content_type=f"{CSV}; charset=utf-8; header={header}",
        body=lines.getvalue(),
        headers=dict(headers),
    )
