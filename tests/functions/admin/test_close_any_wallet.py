"""POST /admin/wallets/{walletId}/close"""

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account
from localstack.memory.desk import TOKENS, Desk


def test_the_wallet_says_so_and_both_logs_say_who_did_it(desk: Desk) -> None:
    account: Account = desk.bank.account()

    answer = desk.call("close_any_wallet", token=TOKENS["grace"], walletId=account.wallet_id)

    assert (answer.status, answer.body["status"]) == (200, "CLOSED")
    assert answer.body["statusChanges"] == 1
    books = read_books(desk.bank.client)
    books.assert_sound()
    record = books.changes[account.wallet_id][-1]
    assert (record["action"], record["actor"]) == ("close", "operator:grace")
    [line] = desk.log()
    assert (line.actor, line.action) == ("grace", "close_any_wallet")
    assert (line.target, line.status) == (account.wallet_id, 200)


def test_a_refused_call_is_a_line_too(desk: Desk, holder: Account) -> None:
    answer = desk.call("close_any_wallet", walletId=holder.wallet_id)

    assert (answer.status, answer.body["code"]) == (422, "wallet-not-empty")
    assert [(it.action, it.status) for it in desk.log()] == [("close_any_wallet", 422)]
