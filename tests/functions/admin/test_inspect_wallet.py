"""GET /admin/wallets/{walletId}."""

import pytest

from localstack.memory.bank import Account
from localstack.memory.desk import Desk


def test_a_clients_wallet_is_shown_with_the_end_of_its_chain(desk: Desk, holder: Account) -> None:
    wallet = desk.call("inspect_wallet", walletId=holder.wallet_id).body

    newest = desk.call("audit_entries", walletId=holder.wallet_id).body["entries"][0]
    assert wallet == {
        "id": holder.wallet_id,
        "userId": holder.user_id,
        "kind": "client",
        "currency": "USD",
        "balance": "60.00000000",
        "accountNumber": "••••001",
        "status": "ACTIVE",
        "isActive": True,
        "statusChanges": 0,
        "sequence": 2,
        "headHash": newest["hash"],
        "createdAt": "2026-04-07T10:00:00.000000Z",
        "postedAt": newest["createdAt"],
    }


def test_a_system_wallet_can_be_looked_at_too(desk: Desk, holder: Account) -> None:
    deposit = desk.call("list_wallet_transactions", walletId=holder.wallet_id).body
    settlement_id = deposit["transactions"][-1]["senderWalletId"]

    wallet = desk.call("inspect_wallet", walletId=settlement_id).body

    assert wallet["kind"] == "settlement"
    assert wallet["balance"] == "-100.00000000"
    assert wallet["accountNumber"] is None


def test_no_account_number_is_shown_or_printed_in_full(
    desk: Desk, holder: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = desk.call("inspect_wallet", walletId=holder.wallet_id)

    assert "ACC-001" not in str(answer) + capsys.readouterr().out + desk.stored_log()
