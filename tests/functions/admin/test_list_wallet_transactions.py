"""GET /admin/transactions?walletId=."""

from localstack.memory.bank import Account
from localstack.memory.desk import Desk


def test_a_wallets_transactions_come_newest_first(desk: Desk, holder: Account) -> None:
    page = desk.call("list_wallet_transactions", walletId=holder.wallet_id).body

    assert [it["type"] for it in page["transactions"]] == ["transfer", "deposit"]
    assert (page["total"], page["limit"], page["offset"]) == (2, 50, 0)
    assert page["next"] is None


def test_a_page_leads_to_the_next(desk: Desk, holder: Account) -> None:
    first = desk.call("list_wallet_transactions", walletId=holder.wallet_id, limit="1").body
    last = desk.call(
        "list_wallet_transactions", walletId=holder.wallet_id, limit="1", offset="1"
    ).body

    assert [it["type"] for it in first["transactions"]] == ["transfer"]
    assert first["next"] == f"?walletId={holder.wallet_id}&limit=1&offset=1"
    assert [it["type"] for it in last["transactions"]] == ["deposit"]
    assert last["next"] is None


def test_a_wallet_without_transactions_has_an_empty_page(desk: Desk) -> None:
    account = desk.bank.account()

    page = desk.call("list_wallet_transactions", walletId=account.wallet_id).body

    assert (page["transactions"], page["total"]) == ([], 0)
