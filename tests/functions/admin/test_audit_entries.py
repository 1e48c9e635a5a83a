"""GET /admin/ledger/entries/{walletId}."""

import pytest

from localstack.memory.bank import Account
from localstack.memory.desk import Desk


def test_entries_come_newest_first(desk: Desk, holder: Account) -> None:
    page = desk.call("audit_entries", walletId=holder.wallet_id).body

    assert [(it["entryType"], it["amount"]) for it in page["entries"]] == [
        ("DEBIT", "40.00000000"),
        ("CREDIT", "100.00000000"),
    ]
    assert (page["total"], page["limit"], page["offset"], page["next"]) == (2, 50, 0, None)


def test_a_page_leads_to_the_next(desk: Desk, holder: Account) -> None:
    page = desk.call("audit_entries", walletId=holder.wallet_id, limit="1").body

    assert [it["sequence"] for it in page["entries"]] == [2]
    assert page["next"] == "?limit=1&offset=1"


@pytest.mark.parametrize(("limit", "status"), [("0", 400), ("1", 200), ("100", 200), ("101", 400)])
def test_a_page_has_bounds(desk: Desk, holder: Account, limit: str, status: int) -> None:
    assert desk.call("audit_entries", walletId=holder.wallet_id, limit=limit).status == status
