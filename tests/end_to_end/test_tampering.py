"""Somebody rewrites history straight in DynamoDB; the chain says where, and the verify says no."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

import pytest

from localstack.memory.intruder import Intruder, Item, forged, forged_job
from tests.end_to_end.conftest import PREFIX
from tests.support.client import Client, Holder, new_id
from tests.support.local_stack import Stack
from tests.support.payday import Payday

LENGTH = 6
LATER = "2099-01-01T00:00:00.000000Z"


@dataclass(frozen=True, slots=True)
class History:
    """A wallet with six entries, and what can be done to it behind the API's back."""

    intruder: Intruder
    holder: Holder

    def entry(self, sequence: int) -> Item:
        return self.intruder.get("ledger", self.holder.wallet_id, sequence)

    def change(self, sequence: int, **fields: Any) -> None:
        self.intruder.change("ledger", self.holder.wallet_id, sequence, **fields)

    def forge(self, sequence: int, **fields: Any) -> None:
        """Change an entry and make its hash fit."""
        self.intruder.put("ledger", forged(self.entry(sequence), **fields))

    def move_words(self, sequence: int) -> None:
        """Move the first words of a description into its salt: together they hash as before."""
        entry = self.entry(sequence)
        salt, words = entry["descriptionSalt"], entry["description"]
        self.change(sequence, descriptionSalt=salt + words[:4], description=words[4:])

    def delete(self, sequence: int) -> None:
        self.intruder.delete("ledger", self.holder.wallet_id, sequence)

    def swap(self, one: int, other: int) -> None:
        first, second = self.entry(one), self.entry(other)
        self.intruder.put("ledger", {**second, "sequence": one})
        self.intruder.put("ledger", {**first, "sequence": other})

    def insert(self, sequence: float) -> None:
        """Add an entry that follows the one before it as it should."""
        before = self.entry(ceil(sequence) - 1)
        balance = float(before["balanceAfter"]) + float(before["amount"])
        added = forged(
            before,
            sequence=sequence,
            balanceAfter=f"{balance:.8f}",
            previousHash=before["hash"],
        )
        self.intruder.put("ledger", added)

    def insert_and_move_up(self, sequence: int) -> None:
        """Add an entry in the middle, and give those after it the next number."""
        for number in range(LENGTH, sequence - 1, -1):
            self.intruder.put("ledger", forged(self.entry(number), sequence=number + 1))
        self.insert(sequence)

    def rewrite_from(self, sequence: int) -> None:
        """Double each amount from here on, and recompute balances, links and hashes."""
        before = self.entry(sequence - 1)
        for number in range(sequence, LENGTH + 1):
            entry = self.entry(number)
            amount = 2 * float(entry["amount"])
            balance = float(before["balanceAfter"]) + amount
            before = forged(
                entry,
                amount=f"{amount:.8f}",
                balanceAfter=f"{balance:.8f}",
                previousHash=before["hash"],
            )
            self.intruder.put("ledger", before)

    def change_wallet(self, **fields: Any) -> None:
        self.intruder.change("wallets", self.holder.wallet_id, **fields)


@pytest.fixture(scope="module")
def holder(stack: Stack) -> Holder:
    """Return the holder of a wallet that got 10 six times, the third time with a description."""
    client = Client(stack.api_url)
    payer, holder = client.open_wallet(holding="100"), client.open_wallet()
    for number in range(1, LENGTH + 1):
        words = {"description": "the third"} if number == 3 else {}
        assert client.transfer(payer, holder, "10", **words).status == 201
    return holder


@pytest.fixture
def history(client: Client, intruder: Intruder, holder: Holder) -> History:
    """Return that wallet's history, whole again whatever was done to it before."""
    assert client.chain(holder)["valid"] is True
    return History(intruder, holder)


Crime = Callable[[History], None]

CRIMES: dict[str, tuple[Crime, int, str]] = {
    "a changed amount": (lambda h: h.change(3, amount="11.00000000"), 3, "wrong-hash"),
    "a changed balance after": (lambda h: h.change(3, balanceAfter="31.00000000"), 3, "wrong-hash"),
    "a changed side": (lambda h: h.change(3, entryType="DEBIT"), 3, "wrong-hash"),
    "a changed instant": (lambda h: h.change(3, createdAt=LATER), 3, "wrong-hash"),
    "a changed user": (lambda h: h.change(3, userId=h.holder.wallet_id), 3, "wrong-hash"),
    "an added rate": (lambda h: h.change(3, lockedFxRate="2.00000000"), 3, "wrong-hash"),
    "changed words": (lambda h: h.change(3, description="a gift"), 3, "wrong-description"),
    "words moved into the salt": (lambda h: h.move_words(3), 3, "wrong-description"),
    "a changed hash": (lambda h: h.change(3, hash="0" * 64), 3, "wrong-hash"),
    "nonsense for an amount": (lambda h: h.change(3, amount="ten"), 3, "malformed-entry"),
    "a forged amount": (
        lambda h: h.forge(3, amount="11.00000000", balanceAfter="31.00000000"),
        4,
        "broken-link",
    ),
    "a forged balance": (lambda h: h.forge(3, balanceAfter="31.00000000"), 3, "wrong-balance"),
    "a forged version": (lambda h: h.forge(3, version=3), 3, "unknown-version"),
    "the first deleted": (lambda h: h.delete(1), 2, "missing-entry"),
    "one in the middle deleted": (lambda h: h.delete(3), 4, "missing-entry"),
    "two swapped": (lambda h: h.swap(2, 4), 2, "broken-link"),
    "one inserted at the end": (lambda h: h.insert(LENGTH + 1), LENGTH + 1, "beyond-head"),
    "one inserted in the middle": (lambda h: h.insert_and_move_up(4), 5, "broken-link"),
    "one squeezed between two": (lambda h: h.insert(3.5), 3, "malformed-entry"),
    "the tail rewritten": (lambda h: h.rewrite_from(4), LENGTH, "head-mismatch"),
    "all but the first rewritten": (lambda h: h.rewrite_from(2), LENGTH, "head-mismatch"),
    "the wallet's balance changed": (
        lambda h: h.change_wallet(balance="61.00000000"),
        LENGTH,
        "balance-mismatch",
    ),
    "the wallet's head changed": (
        lambda h: h.change_wallet(headHash="0" * 64),
        LENGTH,
        "head-mismatch",
    ),
    "the wallet dated ahead": (lambda h: h.change_wallet(postedAt=LATER), LENGTH, "wrong-time"),
    "the wallet dated otherwise": (
        lambda h: h.change_wallet(postedAt=h.entry(1)["createdAt"]),
        LENGTH,
        "time-mismatch",
    ),
    "the wallet's head put back": (
        lambda h: h.change_wallet(sequence=4, balance="40.00000000"),
        5,
        "beyond-head",
    ),
}
"""What is done, and the entry and the reason that the check must name."""


@pytest.mark.parametrize("crime", CRIMES)
def test_the_chain_names_the_place_of_a_crime(client: Client, history: History, crime: str) -> None:
    commit, sequence, reason = CRIMES[crime]

    commit(history)

    report = client.chain(history.holder)
    assert (report["valid"], report["sequence"], report["reason"]) == (False, sequence, reason)
    assert report["tamperedAt"] == history.entry(sequence)["entryId"]


def test_the_chain_misses_the_last_entry(client: Client, history: History) -> None:
    history.delete(LENGTH)

    report = client.chain(history.holder)

    assert report == {
        "valid": False,
        "tamperedAt": history.entry(LENGTH - 1)["entryId"],
        "sequence": LENGTH,
        "reason": "missing-entry",
        "entriesChecked": LENGTH - 1,
        "headHash": report["headHash"],
    }


def test_a_wallet_that_is_gone_while_its_entries_are_there_is_tampering(
    client: Client, history: History
) -> None:
    history.intruder.delete("wallets", history.holder.wallet_id)

    report = client.chain(history.holder)

    assert (report["valid"], report["reason"]) == (False, "missing-wallet")


def test_a_wallet_that_is_dated_ahead_passes_its_date_to_nobody(
    client: Client, history: History
) -> None:
    payer = client.open_wallet(holding="10")
    history.change_wallet(postedAt=LATER)

    refused = client.transfer(payer, history.holder, "10")

    assert (refused.status, refused.code) == (500, "invariant-violated")
    assert history.intruder.get("wallets", payer.wallet_id)["sequence"] == 1
    assert client.chain(payer)["valid"] is True


def test_the_history_of_others_is_not_accused(client: Client, history: History) -> None:
    neighbour = client.open_wallet(holding="10")

    history.change(3, amount="11.00000000")

    assert client.chain(neighbour)["valid"] is True


@pytest.mark.parametrize(
    ("crime", "reason"),
    [
        (lambda h: h.forge(3, amount="11.00000000"), "unequal-sides"),
        (lambda h: h.forge(3, entryType="DEBIT"), "unequal-sides"),
        (lambda h: h.change(3, amount="11.00000000"), "changed-entry"),
        (lambda h: h.change(3, amount="ten"), "malformed-entry"),
        (lambda h: h.delete(3), "missing-entry"),
    ],
    ids=["forged amount", "forged side", "changed amount", "nonsense", "deleted"],
)
def test_a_tampered_transaction_does_not_verify(
    client: Client, history: History, crime: Crime, reason: str
) -> None:
    transaction_id = history.entry(3)["transactionId"]
    assert client.verify(transaction_id) == {"balanced": True}

    crime(history)

    assert client.verify(transaction_id) == {"balanced": False, "reason": reason}


@pytest.mark.parametrize("field", ["amount", "lockedFxRate"])
def test_an_exchange_that_is_not_at_the_locked_rate_does_not_verify(
    client: Client, intruder: Intruder, field: str
) -> None:
    sender, recipient = client.open_wallet(holding="10"), client.open_wallet("EUR")
    quote_id = client.quote(sender, "EUR", "10").body["id"]
    sent = client.transfer(sender, recipient, "10", fxQuoteId=quote_id).body
    entry = intruder.get("ledger", recipient.wallet_id, 1)

    intruder.put("ledger", forged(entry, **{field: "9.20000001"}))

    check = client.verify(sent["transactionId"])
    assert check == {"balanced": False, "reason": "unequal-sides"}


def test_an_account_number_of_another_wallet_is_not_shown(
    client: Client, intruder: Intruder
) -> None:
    mine, other = client.open_wallet(), client.open_wallet()
    stolen = intruder.get("wallets", other.wallet_id)["encryptedAccountNumber"]

    intruder.change("wallets", mine.wallet_id, encryptedAccountNumber=stolen)

    refused = client.send(f"GET /accounts/wallets/{mine.wallet_id}")
    assert (refused.status, refused.code) == (500, "invariant-violated")
    assert client.send(f"GET /accounts/wallets/user/{mine.user_id}").status == 500
    assert client.send(f"GET /accounts/wallets/{other.wallet_id}").status == 200


def test_a_forged_payroll_job_spends_nobodys_wallet_and_is_a_violation(
    stack: Stack, intruder: Intruder
) -> None:
    client = Client(stack.api_url)
    victim, thief = client.open_wallet(holding="5"), client.open_wallet()
    job_id = new_id()
    for item in forged_job(victim=victim, thief=thief, job_id=job_id):
        intruder.put("payroll", item)

    job = Payday(client, stack, PREFIX).finished(job_id)

    assert (job["status"], job["failureReason"]) == ("FAILED", "seal-broken")
    assert (client.balance(victim), client.balance(thief)) == ("5.00000000", "0.00000000")
    assert violations_logged(stack, job_id) == ["the seal of a payroll job is broken"]


def violations_logged(stack: Stack, job_id: str) -> list[str]:
    """Return what the step that funds jobs logged of this one's violations."""
    group = f"/aws/lambda/{PREFIX}-fund_job"
    found = stack.client("logs").filter_log_events(logGroupName=group)["events"]
    lines = [it["message"] for it in found if job_id in it["message"]]
    return [json.loads(line)["violated"] for line in lines if '"violated"' in line]
