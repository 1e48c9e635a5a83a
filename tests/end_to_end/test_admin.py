"""What operators do: they look at everything, and everything that they do can be looked at."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from localstack.memory.intruder import Intruder
from localstack.memory.tables import every_byte
from novapay.http.errors import Unauthorized
from tests.support.client import Client, Holder, Reply, new_id
from tests.support.local_stack import Stack

OPERATOR = "local"
WRONG_TOKEN = "not-an-operators-token-but-as-long-as-one"
LOG_GROUPS = "/aws/lambda/novapay-local-"


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at the console, with a token that is right or wrong."""

    client: Client
    token: str

    def get(self, path: str) -> Reply:
        return self.client.send(f"GET {path}", headers=[("x-admin-token", self.token)])

    def see(self, path: str) -> Any:
        reply = self.get(path)
        assert reply.status == 200, reply.body
        return reply.body

    def calls_logged(self) -> int:
        total: int = self.see("/admin/audit-logs?limit=1")["total"]
        return total


@pytest.fixture
def operator(client: Client, stack: Stack) -> Operator:
    return Operator(client, stack.admin_token)


@pytest.fixture
def stranger(client: Client) -> Operator:
    return Operator(client, WRONG_TOKEN)


@dataclass(frozen=True, slots=True)
class Story:
    """A transfer and those between whom it was made."""

    sender: Holder
    recipient: Holder
    transaction_id: str

    def paths(self) -> dict[str, str]:
        """Return the admin endpoints of the contract, each with the operation behind it."""
        wallet_id = self.sender.wallet_id
        return {
            "inspect_wallet": f"/admin/wallets/{wallet_id}",
            "reveal_account_number": f"/admin/wallets/{wallet_id}/account-number",
            "inspect_transaction": f"/admin/transactions/{self.transaction_id}",
            "audit_transaction": f"/admin/ledger/verify/{self.transaction_id}",
            "audit_chain": f"/admin/ledger/chain/{wallet_id}",
            "audit_entries": f"/admin/ledger/entries/{wallet_id}",
            "list_audit_logs": "/admin/audit-logs?limit=50&offset=0",
        }


@pytest.fixture
def story(client: Client) -> Story:
    sender, recipient = client.open_wallet(holding="100"), client.open_wallet()
    reply = client.transfer(sender, recipient, "40")
    assert reply.status == 201
    return Story(sender, recipient, reply.body["transactionId"])


def test_an_operator_sees_wallet_transaction_entries_and_checks(
    operator: Operator, story: Story
) -> None:
    seen = {name: operator.see(path) for name, path in story.paths().items()}

    assert seen["inspect_wallet"]["balance"] == "60.00000000"
    assert seen["inspect_wallet"]["accountNumber"] == "••••001"
    assert seen["reveal_account_number"] == {
        "id": story.sender.wallet_id,
        "accountNumber": "ACC-001",
    }
    assert seen["inspect_transaction"]["status"] == "COMPLETED"
    assert seen["inspect_transaction"]["amount"] == "40"
    assert seen["audit_transaction"] == {"balanced": True}
    assert seen["audit_chain"]["valid"] is True
    assert seen["audit_chain"]["headHash"] == seen["inspect_wallet"]["headHash"]
    assert [it["entryType"] for it in seen["audit_entries"]["entries"]] == ["DEBIT", "CREDIT"]
    assert set(seen["list_audit_logs"]) >= {"logs", "total"}


def test_each_call_is_in_the_log_and_the_log_is_whole(operator: Operator, story: Story) -> None:
    before = operator.calls_logged()
    for path in story.paths().values():
        operator.see(path)

    page = operator.see("/admin/audit-logs?limit=8")

    actions = [it["action"] for it in reversed(page["logs"])]
    assert actions == ["list_audit_logs", *story.paths()]
    assert page["total"] == before + 8
    assert {it["actor"] for it in page["logs"]} == {OPERATOR}
    assert {it["status"] for it in page["logs"]} == {200}
    targets = {it["target"] for it in page["logs"]}
    assert targets == {story.sender.wallet_id, story.transaction_id, None}
    assert operator.see("/admin/audit-logs/chain")["valid"] is True


def test_a_wrong_token_is_denied_and_leaves_no_line_in_the_log(
    operator: Operator, stranger: Operator, story: Story
) -> None:
    before = operator.calls_logged()

    replies = [stranger.get(path) for path in story.paths().values()]

    for reply in replies:
        assert_is_denied(reply)
    assert operator.calls_logged() == before + 1


def test_without_a_token_nothing_is_shown(client: Client, story: Story) -> None:
    for path in story.paths().values():
        assert_is_denied(client.send(f"GET {path}"))


def test_a_flood_of_wrong_tokens_keeps_no_operator_out(
    operator: Operator, client: Client, story: Story
) -> None:
    path = story.paths()["inspect_wallet"]
    strangers = [Operator(client, f"wrong-token-{number}") for number in range(24)]

    with ThreadPoolExecutor(4) as pool:
        denied = pool.map(lambda stranger: stranger.get(path).status, strangers)
        seen = [operator.get(path).status for _ in range(10)]

    assert set(seen) == {200}
    assert set(denied) == {401}


def assert_is_denied(reply: Reply) -> None:
    assert reply.status == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.body["code"], reply.body["retryable"]) == ("unauthorized", False)
    assert reply.body["detail"] == Unauthorized().detail
    assert reply.headers["strict-transport-security"]
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_every_currency_adds_up_to_zero(operator: Operator, story: Story) -> None:
    trial_balance = operator.see("/admin/trial-balance")

    assert trial_balance["balanced"] is True
    assert {it["sum"] for it in trial_balance["currencies"]} <= {"0.00000000"}
    assert "USD" in {it["currency"] for it in trial_balance["currencies"]}


def test_a_line_of_the_log_cannot_be_changed_unseen(
    operator: Operator, story: Story, intruder: Intruder
) -> None:
    operator.see(story.paths()["reveal_account_number"])
    [line] = operator.see("/admin/audit-logs?limit=1")["logs"]
    intruder.change("audit", "admin", line["sequence"], action="inspect_wallet")

    report = operator.see("/admin/audit-logs/chain")

    assert report["valid"] is False
    assert (report["tamperedAt"], report["sequence"]) == (line["id"], line["sequence"])
    assert report["reason"] == "wrong-hash"


def test_a_line_of_the_log_cannot_be_removed_unseen(operator: Operator, intruder: Intruder) -> None:
    operator.see("/admin/trial-balance")
    [line] = operator.see("/admin/audit-logs?limit=1")["logs"]
    intruder.delete("audit", "admin", line["sequence"])

    report = operator.see("/admin/audit-logs/chain")

    assert (report["valid"], report["reason"]) == (False, "missing-entry")
    intruder.restore()
    assert operator.see("/admin/audit-logs/chain")["valid"] is True


def test_no_function_prints_a_token_or_an_account_number(
    client: Client, operator: Operator, stranger: Operator, story: Story, stack: Stack
) -> None:
    _do_a_bit_of_everything(client, story)
    for path in story.paths().values():
        operator.see(path)
        stranger.get(path)

    printed = _all_that_was_printed(stack)

    written = {name for name, lines in printed.items() if lines}
    names = {"create_wallet", "create_transfer", "create_quote", "create_job", *story.paths()}
    assert written >= {f"{LOG_GROUPS}{name}" for name in names}
    everything = "\n".join(printed.values())
    for secret in (stack.admin_token, WRONG_TOKEN, "ACC-001", "ACC-SECRET-7741"):
        assert secret not in everything


def test_no_table_holds_an_account_number_that_can_be_read(
    client: Client, operator: Operator, story: Story, stack: Stack
) -> None:
    _do_a_bit_of_everything(client, story)
    operator.see(f"/admin/wallets/{story.sender.wallet_id}/account-number")

    stored = every_byte(stack.client("dynamodb"), "novapay-local")

    assert b"\n7741\n" in stored
    for number in (b"ACC-001", b"ACC-SECRET"):
        assert number not in stored


def _do_a_bit_of_everything(client: Client, story: Story) -> None:
    """Send what holds secrets where they are wanted, where they are wrong, and where not."""
    opened = {"userId": new_id(), "currency": "USD", "accountNumber": "ACC-SECRET-7741"}
    assert client.send("POST /accounts/wallets", opened, key=new_id()).status == 201
    assert client.send("POST /accounts/wallets", {**opened, "currency": "?"}).status == 400
    assert client.quote(story.sender, "EUR", "10").status == 201
    job = {
        "employerId": story.sender.user_id,
        "sourceWalletId": story.sender.wallet_id,
        "sourceUserId": story.sender.user_id,
        "jobName": "April",
        "items": [
            {
                "employeeUserId": story.recipient.user_id,
                "recipientWalletId": story.recipient.wallet_id,
                "amount": "1",
            }
        ],
    }
    assert client.send("POST /payroll/jobs", job).status == 201


def _all_that_was_printed(stack: Stack) -> dict[str, str]:
    """Return the log of each function as it is now, by the name of its group."""
    logs = stack.client("logs")
    groups = [
        group["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=LOG_GROUPS
        )
        for group in page["logGroups"]
    ]
    return {group: "\n".join(_messages(logs, group)) for group in groups}


def _messages(logs: Any, group: str) -> list[str]:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return [event["message"] for page in pages for event in page["events"]]
