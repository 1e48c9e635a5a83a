"""POST /admin/wallets/{walletId}/unfreeze"""

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account
from localstack.memory.desk import TOKENS, Desk
from novapay.domain.wallet_status import StatusAction


def test_the_wallet_says_so_and_both_logs_say_who_did_it(desk: Desk) -> None:
    account: Account = desk.bank.account()
    desk.bank.change_status(account, StatusAction.FREEZE)

    answer = desk.call("unfreeze_any_wallet", token=TOKENS["grace"], walletId=account.wallet_id)

    assert (answer.status, answer.body["status"]) == (200, "ACTIVE")
    assert answer.body["statusChanges"] == 2
    books = read_books(desk.bank.client)
    books.assert_sound()
    record = books.changes[account.wallet_id][-1]
    assert (record["action"], record["actor"]) == ("unfreeze", "operator:grace")
    [line] = desk.log()
    assert (line.actor, line.action) == ("grace", "unfreeze_any_wallet")
    assert (line.target, line.status) == (account.wallet_id, 200)
