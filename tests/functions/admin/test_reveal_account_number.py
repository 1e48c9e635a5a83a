"""GET /admin/wallets/{walletId}/account-number."""

import pytest

from localstack.memory.bank import Account
from localstack.memory.desk import TOKENS, Desk


def test_the_number_is_revealed_in_full_and_the_log_says_to_whom(
    desk: Desk, holder: Account
) -> None:
    answer = desk.call("reveal_account_number", token=TOKENS["grace"], walletId=holder.wallet_id)

    assert answer.body == {"id": holder.wallet_id, "accountNumber": "ACC-001"}
    [line] = [it for it in desk.log() if it.action == "reveal_account_number"]
    assert (line.actor, line.target, line.status) == ("grace", holder.wallet_id, 200)


def test_looking_at_a_wallet_reveals_nothing_and_is_another_line(
    desk: Desk, holder: Account
) -> None:
    desk.call("inspect_wallet", walletId=holder.wallet_id)

    assert [it.action for it in desk.log()] == ["inspect_wallet"]


def test_a_system_wallet_has_none_to_reveal(desk: Desk, holder: Account) -> None:
    deposit = desk.call("list_wallet_transactions", walletId=holder.wallet_id).body
    settlement_id = deposit["transactions"][-1]["senderWalletId"]

    answer = desk.call("reveal_account_number", walletId=settlement_id)

    assert (answer.status, answer.body["accountNumber"]) == (200, None)


def test_the_number_is_neither_printed_nor_kept_in_the_log(
    desk: Desk, holder: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.call("reveal_account_number", walletId=holder.wallet_id)

    assert "ACC-001" not in capsys.readouterr().out + desk.stored_log()
