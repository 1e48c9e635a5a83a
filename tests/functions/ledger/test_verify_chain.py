"""GET /ledger/wallets/{walletId}/chain

Each kind of tampering is done straight in DynamoDB and caught at the right entry.
"""

from collections.abc import Callable
from typing import Any

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.auditor import HASHED
from localstack.memory.bank import Account
from localstack.memory.intruder import Intruder, forged
from localstack.memory.wire import Call, Wire
from novapay.domain.caller import Caller
from novapay.domain.wallet import UserId
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import id_of
from tests.support.printed import Printed

OPERATION = "ledger/verify_chain"
METRIC = "ledger_invariant_violations_total"
LENGTH = 5


@pytest.fixture
def alice(api: Api) -> Account:
    """Return an account with five entries, each with a description."""
    alice, bob = api.bank.account(holding="100"), api.bank.account()
    for number in range(1, LENGTH):
        assert api.bank.transfer(alice, bob, "10", key=str(number), description="rent").code == "ok"
    return alice


@pytest.fixture
def entry_ids(api: Api, alice: Account) -> list[str]:
    """Return the ids of alice's entries before anybody touched them."""
    return [entry["entryId"] for entry in api.books().chains[alice.wallet_id]]


def user(user_id: UserId) -> Caller:
    """Return a caller with a user's token."""
    return Caller(user_id, user_id)


def verify(api: Api, account: Account) -> Reply:
    reply = api.call(OPERATION, path={"walletId": account.wallet_id})
    assert reply.status == 200
    return reply


def test_an_untouched_history_is_valid(
    api: Api, alice: Account, printed: Callable[[], Printed]
) -> None:
    head = api.sound_books().wallets[alice.wallet_id]

    reply = verify(api, alice)

    assert reply.body == {"valid": True, "entriesChecked": 5, "headHash": head["headHash"]}
    assert printed().metrics[METRIC] == 0


def test_a_wallet_without_history_is_valid(api: Api) -> None:
    reply = verify(api, api.bank.account())

    assert reply.body == {"valid": True, "entriesChecked": 0, "headHash": "GENESIS"}


def test_an_unknown_wallet_is_not_found(api: Api) -> None:
    reply = api.call(OPERATION, path={"walletId": id_of("nobody")})

    assert (reply.status, reply.code) == (404, "wallet-not-found")


ANOTHER: dict[str, Any] = {
    "amount": "10.00000001",
    "balanceAfter": "1.00000000",
    "createdAt": "2026-04-07T10:00:00.000001Z",
    "currency": "EUR",
    "descriptionCommitment": "ab" * 32,
    "entryId": id_of("another entry"),
    "entryType": "CREDIT",
    "lockedFxRate": "1.00000000",
    "previousHash": "ab" * 32,
    "transactionId": id_of("another transaction"),
    "userId": id_of("another user"),
    "version": 3,
}
"""Another value for every hashed field; the rest are the key that an entry is stored under."""


def test_every_hashed_field_is_tampered_with() -> None:
    assert set(ANOTHER) == set(HASHED) - {"walletId", "sequence"}


@pytest.mark.parametrize("name", [*ANOTHER, "hash", "description", "descriptionSalt"])
def test_a_changed_field_is_caught_at_its_entry(
    *,
    api: Api,
    alice: Account,
    entry_ids: list[str],
    intruder: Intruder,
    name: str,
    printed: Callable[[], Printed],
) -> None:
    value = ANOTHER.get(name, "ab" * 32)
    intruder.change("ledger", alice.wallet_id, 3, **{name: value})

    body = verify(api, alice).body

    assert body["valid"] is False
    assert (body["sequence"], body["entriesChecked"]) == (3, 2)
    assert body["tamperedAt"] == (value if name == "entryId" else entry_ids[2])
    assert body["reason"]
    assert printed().metrics[METRIC] == 1


@pytest.mark.parametrize("name", ["amount", "balanceAfter", "createdAt", "userId", "hash"])
def test_a_field_that_is_gone_is_caught_at_its_entry(
    api: Api, alice: Account, entry_ids: list[str], intruder: Intruder, name: str
) -> None:
    entry = intruder.get("ledger", alice.wallet_id, 3)
    del entry[name]
    intruder.put("ledger", entry)

    body = verify(api, alice).body

    assert (body["reason"], body["tamperedAt"]) == ("malformed-entry", entry_ids[2])


@pytest.mark.parametrize(
    ("number", "tampered"), [(1, 1), (3, 3), (4, 4)], ids=["first", "middle", "last but one"]
)
def test_a_deleted_entry_is_caught_at_the_one_after_it(
    *,
    api: Api,
    alice: Account,
    entry_ids: list[str],
    intruder: Intruder,
    number: int,
    tampered: int,
) -> None:
    intruder.delete("ledger", alice.wallet_id, number)

    body = verify(api, alice).body

    assert (body["reason"], body["tamperedAt"]) == ("missing-entry", entry_ids[tampered])


def test_a_deleted_last_entry_is_caught(
    api: Api, alice: Account, entry_ids: list[str], intruder: Intruder
) -> None:
    intruder.delete("ledger", alice.wallet_id, 5)

    body = verify(api, alice).body

    assert (body["reason"], body["sequence"]) == ("missing-entry", 5)
    assert body["tamperedAt"] == entry_ids[3]


def test_two_swapped_entries_are_caught(
    api: Api, alice: Account, entry_ids: list[str], intruder: Intruder
) -> None:
    third = intruder.get("ledger", alice.wallet_id, 3)
    fourth = intruder.get("ledger", alice.wallet_id, 4)
    intruder.put("ledger", {**third, "sequence": 4})
    intruder.put("ledger", {**fourth, "sequence": 3})

    body = verify(api, alice).body

    assert (body["valid"], body["sequence"]) == (False, 3)
    assert body["tamperedAt"] == entry_ids[3]


@pytest.mark.parametrize("sequence", [6, 7, 1_000_000])
def test_an_entry_beyond_the_head_is_caught(
    api: Api, alice: Account, intruder: Intruder, sequence: int
) -> None:
    last = intruder.get("ledger", alice.wallet_id, 5)
    extra = forged(last, sequence=sequence, entryId=id_of("forged"), previousHash=last["hash"])
    intruder.put("ledger", extra)

    body = verify(api, alice).body

    assert (body["reason"], body["tamperedAt"]) == ("beyond-head", id_of("forged"))


@pytest.mark.parametrize("sequence", [0, -1, -1_000_000])
def test_an_entry_before_the_first_is_caught(
    api: Api, alice: Account, intruder: Intruder, sequence: int
) -> None:
    first = intruder.get("ledger", alice.wallet_id, 1)
    intruder.put("ledger", forged(first, sequence=sequence, entryId=id_of("forged")))

    body = verify(api, alice).body

    assert body["valid"] is False
    assert body["tamperedAt"] == id_of("forged")


@pytest.mark.parametrize("sequence", [0.5, 2.5, 5.5])
def test_an_entry_between_two_numbers_is_caught(
    api: Api, alice: Account, intruder: Intruder, sequence: float
) -> None:
    entry = intruder.get("ledger", alice.wallet_id, 3)
    intruder.put("ledger", {**entry, "sequence": sequence, "entryId": id_of("forged")})

    body = verify(api, alice).body

    assert body["valid"] is False
    assert body["tamperedAt"] == id_of("forged")


def test_a_rewritten_tail_is_caught(api: Api, alice: Account, intruder: Intruder) -> None:
    third, fourth, fifth = (intruder.get("ledger", alice.wallet_id, n) for n in (3, 4, 5))
    third = forged(third, amount="5.00000000", balanceAfter="85.00000000")
    fourth = forged(fourth, balanceAfter="75.00000000", previousHash=third["hash"])
    fifth = forged(fifth, balanceAfter="65.00000000", previousHash=fourth["hash"])
    for entry in (third, fourth, fifth):
        intruder.put("ledger", entry)

    assert verify(api, alice).body["reason"] == "head-mismatch"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"balance": "60.00000001"}, "balance-mismatch"),
        ({"balance": "1000000.00000000"}, "balance-mismatch"),
        ({"headHash": "ab" * 32}, "head-mismatch"),
        ({"sequence": 4}, "beyond-head"),
        ({"sequence": 6}, "missing-entry"),
        ({"currency": "EUR"}, "wrong-balance"),
        ({"userId": id_of("a thief")}, "wrong-owner"),
        ({"postedAt": "2026-04-07T10:00:00.000001Z"}, "time-mismatch"),
        ({"postedAt": "2099-01-01T00:00:00.000000Z"}, "wrong-time"),
        ({"createdAt": "2026-04-07T10:00:00.000001Z"}, "wrong-time"),
        ({"kind": "settlement"}, "malformed-wallet"),
        ({"balance": "lots"}, "malformed-wallet"),
        ({"balance": 60}, "malformed-wallet"),
    ],
)
def test_a_changed_wallet_is_caught(
    api: Api, alice: Account, intruder: Intruder, fields: dict[str, Any], reason: str
) -> None:
    intruder.change("wallets", alice.wallet_id, **fields)

    body = verify(api, alice).body

    assert (body["valid"], body["reason"]) == (False, reason)


def test_the_first_entry_that_no_longer_fits_the_wallet_is_named(
    api: Api, alice: Account, entry_ids: list[str], intruder: Intruder
) -> None:
    intruder.change("wallets", alice.wallet_id, createdAt="2026-04-07T10:00:00.000001Z")

    assert verify(api, alice).body["tamperedAt"] == entry_ids[0]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"amount": "0.00000000", "balanceAfter": "70.00000000"}, "wrong-amount"),
        ({"amount": "-10.00000000", "balanceAfter": "80.00000000"}, "wrong-amount"),
        ({"amount": "70.00000001", "balanceAfter": "-0.00000001"}, "below-zero"),
        ({"createdAt": "2026-04-07T09:59:59.999999Z"}, "wrong-time"),
        ({"createdAt": "2026-04-07T10:00:05.000001Z"}, "wrong-time"),
        ({"createdAt": "2099-01-01T00:00:00.000000Z"}, "wrong-time"),
    ],
)
def test_what_no_posting_makes_is_caught_though_all_hashes_fit(
    *,
    api: Api,
    alice: Account,
    entry_ids: list[str],
    intruder: Intruder,
    fields: dict[str, str],
    reason: str,
) -> None:
    last = forged(intruder.get("ledger", alice.wallet_id, LENGTH), **fields)
    intruder.put("ledger", last)
    intruder.change(
        "wallets",
        alice.wallet_id,
        balance=last["balanceAfter"],
        headHash=last["hash"],
        postedAt=last["createdAt"],
    )

    body = verify(api, alice).body

    assert (body["valid"], body["reason"]) == (False, reason)
    assert (body["sequence"], body["tamperedAt"]) == (LENGTH, entry_ids[-1])


@pytest.mark.parametrize("words", [0, 1, 4])
def test_words_that_were_moved_into_the_salt_are_caught(
    *, api: Api, alice: Account, entry_ids: list[str], intruder: Intruder, words: int
) -> None:
    entry = intruder.get("ledger", alice.wallet_id, 3)
    salt, text = entry["descriptionSalt"], entry["description"]
    moved = {"descriptionSalt": salt + text[:words], "description": text[words:]}
    intruder.change("ledger", alice.wallet_id, 3, **moved)

    body = verify(api, alice).body

    assert body["valid"] is (words == 0)
    assert body.get("tamperedAt") == (entry_ids[2] if words else None)


@pytest.mark.parametrize("left", [[1, 2, 3, 4, 5], [1], [5]])
def test_a_wallet_that_is_gone_while_its_entries_are_there_is_tampering(
    *,
    api: Api,
    alice: Account,
    intruder: Intruder,
    left: list[int],
    printed: Callable[[], Printed],
) -> None:
    intruder.delete("wallets", alice.wallet_id)
    for number in {1, 2, 3, 4, 5} - set(left):
        intruder.delete("ledger", alice.wallet_id, number)
    printed()

    body = verify(api, alice).body

    assert (body["valid"], body["reason"]) == (False, "missing-wallet")
    assert printed().metrics[METRIC] == 1


def test_a_wallet_that_is_gone_is_shown_to_its_entries_user_only(
    api: Api, alice: Account, intruder: Intruder
) -> None:
    intruder.delete("wallets", alice.wallet_id)
    path = {"walletId": alice.wallet_id}
    holder, stranger = user(alice.user_id), user(UserId(id_of("a stranger")))

    assert api.call(OPERATION, path=path, caller=holder).body["reason"] == "missing-wallet"
    refused = api.call(OPERATION, path=path, caller=stranger)
    assert (refused.status, refused.code) == (404, "wallet-not-found")


def test_a_wallet_that_cannot_be_read_is_shown_to_its_entries_user(
    api: Api, alice: Account, intruder: Intruder
) -> None:
    intruder.change("wallets", alice.wallet_id, balance="lots")

    reply = api.call(OPERATION, path={"walletId": alice.wallet_id}, caller=user(alice.user_id))

    assert reply.body["reason"] == "malformed-wallet"


def test_an_erased_description_leaves_the_chain_valid(
    api: Api, alice: Account, intruder: Intruder
) -> None:
    for number in range(2, LENGTH + 1):
        entry = intruder.get("ledger", alice.wallet_id, number)
        del entry["description"], entry["descriptionSalt"]
        intruder.put("ledger", entry)

    assert verify(api, alice).body["valid"] is True


def test_a_description_without_its_salt_is_caught(
    api: Api, alice: Account, intruder: Intruder
) -> None:
    entry = intruder.get("ledger", alice.wallet_id, 3)
    del entry["descriptionSalt"]
    intruder.put("ledger", entry)

    assert verify(api, alice).body["sequence"] == 3


def test_the_other_side_of_a_touched_entry_is_still_valid(
    api: Api, alice: Account, intruder: Intruder
) -> None:
    entry = intruder.get("ledger", alice.wallet_id, 3)
    transfer = api.books().transfers[entry["transactionId"]]
    intruder.delete("ledger", alice.wallet_id, 3)

    reply = api.call(OPERATION, path={"walletId": transfer["recipientWalletId"]})

    assert reply.body["valid"] is True


class TestStatus:
    """A status that the wallet's own log does not say is found, and so is a changed log."""

    @pytest.fixture
    def frozen(self, api: Api, alice: Account) -> Account:
        for action in (StatusAction.FREEZE, StatusAction.UNFREEZE, StatusAction.FREEZE):
            assert api.bank.change_status(alice, action).code == "ok"
        return alice

    def assert_found(self, api: Api, account: Account) -> None:
        body = verify(api, account).body
        assert (body["valid"], body["reason"]) == (False, "status-mismatch")

    def test_changes_of_status_are_valid(self, api: Api, frozen: Account) -> None:
        assert verify(api, frozen).body["valid"] is True

    def test_a_frozen_wallet_is_made_active_in_the_table(
        self, api: Api, frozen: Account, intruder: Intruder
    ) -> None:
        intruder.change("wallets", frozen.wallet_id, status="ACTIVE", isActive=True)
        self.assert_found(api, frozen)

    def test_a_wallet_is_frozen_in_the_table(
        self, api: Api, alice: Account, intruder: Intruder
    ) -> None:
        intruder.change("wallets", alice.wallet_id, status="FROZEN", isActive=False)
        self.assert_found(api, alice)

    def test_a_wallet_is_set_back_to_before_its_last_change(
        self, api: Api, frozen: Account, intruder: Intruder
    ) -> None:
        second = intruder.get("audit", f"wallet/{frozen.wallet_id}", 2)
        before = {"status": "ACTIVE", "isActive": True, "statusChanges": 2}
        intruder.change("wallets", frozen.wallet_id, **before, statusHash=second["hash"])
        self.assert_found(api, frozen)

    def test_a_wallet_is_set_back_to_before_all_changes(
        self, api: Api, frozen: Account, intruder: Intruder
    ) -> None:
        item = {**intruder.get("wallets", frozen.wallet_id), "status": "ACTIVE", "isActive": True}
        del item["statusChanges"], item["statusHash"]
        intruder.put("wallets", item)
        self.assert_found(api, frozen)

    @pytest.mark.parametrize("sequence", [1, 2, 3])
    def test_a_record_is_removed(
        self, api: Api, frozen: Account, intruder: Intruder, sequence: int
    ) -> None:
        intruder.delete("audit", f"wallet/{frozen.wallet_id}", sequence)
        self.assert_found(api, frozen)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *(("actor", "eve"), ("reason", "nothing"), ("reasonSalt", "00" * 16)),
            *(("action", "unfreeze"), ("occurredAt", "2026-04-07T09:00:00.000000Z")),
            *(("reasonCommitment", "00" * 32), ("version", 1), ("status", "FROZEN")),
        ],
    )
    def test_a_record_is_changed(
        self, api: Api, frozen: Account, intruder: Intruder, name: str, value: object
    ) -> None:
        intruder.change("audit", f"wallet/{frozen.wallet_id}", 3, **{name: value})
        self.assert_found(api, frozen)

    def test_the_log_of_another_wallet_is_put_in_its_place(
        self, api: Api, alice: Account, intruder: Intruder
    ) -> None:
        other = api.bank.account()
        api.bank.change_status(other, StatusAction.FREEZE)
        record = intruder.get("audit", f"wallet/{other.wallet_id}", 1)
        intruder.put("audit", {**record, "logName": f"wallet/{alice.wallet_id}"})
        frozen = {"status": "FROZEN", "isActive": False, "statusChanges": 1}
        intruder.change("wallets", alice.wallet_id, **frozen, statusHash=record["hash"])
        self.assert_found(api, alice)

    def test_an_erased_reason_breaks_nothing(
        self, api: Api, frozen: Account, intruder: Intruder
    ) -> None:
        record = intruder.get("audit", f"wallet/{frozen.wallet_id}", 1)
        del record["reason"], record["reasonSalt"]
        intruder.put("audit", record)

        assert verify(api, frozen).body["valid"] is True

    def test_a_change_while_the_log_is_read_is_no_forgery(self, api: Api, frozen: Account) -> None:
        thawed: list[str] = []

        def thaw(call: Call) -> None:
            is_log = call.operation == "Query" and call.request["TableName"].endswith("-audit")
            if is_log and not thawed:
                thawed.append(api.bank.change_status(frozen, StatusAction.UNFREEZE).code)

        with Wire(api.bank.client, before=thaw):
            assert verify(api, frozen).body["valid"] is True

        assert thawed == ["ok"]
