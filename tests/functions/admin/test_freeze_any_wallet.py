"""POST /admin/wallets/{walletId}/freeze"""

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account
from localstack.memory.desk import TOKENS, Desk


def test_the_wallet_says_so_and_both_logs_say_who_did_it(desk: Desk) -> None:
    account: Account = desk.bank.account()

    answer = desk.call("freeze_any_wallet", token=TOKENS["grace"], walletId=account.wallet_id)

    assert (answer.status, answer.body["status"]) == (200, "FROZEN")
    assert answer.body["statusChanges"] == 1
    books = read_books(desk.bank.client)
    books.assert_sound()
    record = books.changes[account.wallet_id][-1]
    assert (record["action"], record["actor"]) == ("freeze", "operator:grace")
    [line] = desk.log()
    assert (line.actor, line.action) == ("grace", "freeze_any_wallet")
    assert (line.target, line.status) == (account.wallet_id, 200)


def test_who_is_no_operator_freezes_nothing(desk: Desk, holder: Account) -> None:
    answer = desk.call("freeze_any_wallet", token="nobody's", walletId=holder.wallet_id)

    assert answer.status == 401
    assert read_books(desk.bank.client).wallets[holder.wallet_id]["status"] == "ACTIVE"


def test_a_system_wallet_is_not_frozen(desk: Desk, holder: Account) -> None:
    deposit = desk.call("list_wallet_transactions", walletId=holder.wallet_id).body
    settlement_id = deposit["transactions"][-1]["senderWalletId"]

    answer = desk.call("freeze_any_wallet", walletId=settlement_id)

    assert (answer.status, answer.body["code"]) == (404, "wallet-not-found")
