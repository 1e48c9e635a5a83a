"""The hash chain: its bytes, which never change, and every kind of tampering."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from novapay.domain.chain import (
    ChainReport,
    MalformedEntry,
    TamperReason,
    canonical_bytes,
    canonical_json,
    entry_hash,
    verify_chain,
    well_formed,
)
from novapay.domain.entry import Description, Entry, TransactionId
from novapay.domain.errors import InvariantViolated
from novapay.domain.fault import Fault, FaultKind, Place
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.instants import CLOCK_TOLERANCE
from novapay.domain.money import Money, Rate
from novapay.domain.quote import QuoteId
from novapay.domain.reference import Reference
from novapay.domain.transaction import Draft, Facts, TransactionType
from novapay.domain.wallet import (
    GENESIS,
    SYSTEM_USER,
    UserId,
    Wallet,
    WalletId,
    WalletKind,
)
from tests.support.domain import (
    CREDIT,
    DEBIT,
    EUR,
    NOW,
    USD,
    a_history,
    a_wallet,
    id_of,
    money,
    rehashed,
)

# These vectors are the promise of docs/ledger-format.md: if one has to change, that is version 3.
FIRST_BYTES = (
    b'{"amount":"1000.00000000","balanceAfter":"1000.00000000",'
    b'"createdAt":"2026-04-07T10:01:00.000000Z","currency":"USD","descriptionCommitment":null,'
    b'"entryId":"11111111-1111-4111-8111-111111111111","entryType":"CREDIT","lockedFxRate":null,'
    b'"previousHash":"GENESIS","sequence":1,'
    b'"transactionId":"22222222-2222-4222-8222-222222222222",'
    b'"userId":"33333333-3333-4333-8333-333333333333","version":1,'
    b'"walletId":"44444444-4444-4444-8444-444444444444"}'
)
FIRST_HASH = "6e3b47fdd3838417c5ac28ab15e893da096496c15de782ade06abcfaa9ec8a46"
SECOND_HASH = "8ecafa7f8a4b6aa3625e6c0c32d29f4b7ad8d958523b3987f8973dc0e4a10ce8"
COMMITMENT = "0f339e5a6d83f15e431f86808675fe972e3bb1cd01de0489cc2ef7312ef7cc50"

FIRST = Entry(
    version=1,
    wallet_id=WalletId("44444444-4444-4444-8444-444444444444"),
    sequence=1,
    entry_id="11111111-1111-4111-8111-111111111111",
    transaction_id=TransactionId("22222222-2222-4222-8222-222222222222"),
    user_id=UserId("33333333-3333-4333-8333-333333333333"),
    entry_type=CREDIT,
    amount=money("1000"),
    balance_after=money("1000"),
    locked_fx_rate=None,
    description=None,
    description_commitment=None,
    transaction_hash=None,
    created_at=datetime(2026, 4, 7, 10, 1, tzinfo=UTC),
    previous_hash="GENESIS",
    hash=FIRST_HASH,
)
SECOND = replace(
    FIRST,
    sequence=2,
    entry_id="55555555-5555-4555-8555-555555555555",
    transaction_id=TransactionId("66666666-6666-4666-8666-666666666666"),
    entry_type=DEBIT,
    amount=money("99.99999999"),
    balance_after=money("900.00000001"),
    locked_fx_rate=Rate.parse("0.92"),
    description=Description("Miete für Mai ☂", "000102030405060708090a0b0c0d0e0f"),
    description_commitment=COMMITMENT,
    created_at=datetime(2026, 4, 7, 10, 1, 0, 1, tzinfo=UTC),
    previous_hash=FIRST_HASH,
    hash=SECOND_HASH,
)

# A transfer with everything that a transaction can say, and the sender's entry of it.
TRANSACTION_HASH = "2ce19166e4fd0b945f8c3ffc0ab7d67751781ce9ec4bea914241eada5293fb81"
FOURTH_HASH = "97069b87c74d4085c8fa772971af0b72e99c9b25b0a9da840f2f24c41b76712f"
TRANSACTION = Draft(
    TransactionId("88888888-8888-4888-8888-888888888888"),
    TransactionType.TRANSFER,
    Facts(
        amount_text="0.5",
        currency=USD,
        sender_wallet_id=FIRST.wallet_id,
        sender_user_id=FIRST.user_id,
        recipient_wallet_id=WalletId("99999999-9999-4999-8999-999999999999"),
        recipient_user_id=UserId("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"),
        fx_rate=Rate.parse("0.92"),
        fx_quote_id=QuoteId("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"),
        linked_transaction_id=TransactionId("cccccccc-cccc-4ccc-8ccc-cccccccccccc"),
        idempotency_key=IdempotencyKey("rent-2026-04"),
        reference=Reference("invoice 42"),
    ),
    SECOND.description,
)
FOURTH = replace(
    SECOND,
    version=2,
    sequence=3,
    entry_id="dddddddd-dddd-4ddd-8ddd-dddddddddddd",
    transaction_id=TRANSACTION.transaction_id,
    transaction_hash=TRANSACTION_HASH,
    amount=money("0.5"),
    balance_after=money("899.50000001"),
    previous_hash=SECOND_HASH,
    hash=FOURTH_HASH,
)


def test_the_bytes_of_version_1_are_fixed() -> None:
    assert canonical_bytes(FIRST) == FIRST_BYTES


def test_the_hashes_of_version_1_are_fixed() -> None:
    assert entry_hash(FIRST) == sha256(FIRST_BYTES).hexdigest() == FIRST_HASH
    assert entry_hash(SECOND) == SECOND_HASH


def test_the_hashes_of_version_2_are_fixed() -> None:
    assert TRANSACTION.hash() == TRANSACTION_HASH
    assert entry_hash(FOURTH) == FOURTH_HASH


def test_the_commitment_to_a_description_is_fixed() -> None:
    salt, text = "000102030405060708090a0b0c0d0e0f", "Miete für Mai ☂"

    assert Description(text, salt).commitment() == COMMITMENT
    assert sha256((salt + text).encode()).hexdigest() == COMMITMENT


def test_an_outsider_needs_json_and_sha256_only() -> None:
    shown = {
        "version": 1,
        "walletId": "44444444-4444-4444-8444-444444444444",
        "sequence": 2,
        "entryId": "55555555-5555-4555-8555-555555555555",
        "transactionId": "66666666-6666-4666-8666-666666666666",
        "userId": "33333333-3333-4333-8333-333333333333",
        "entryType": "DEBIT",
        "amount": "99.99999999",
        "currency": "USD",
        "balanceAfter": "900.00000001",
        "lockedFxRate": "0.92000000",
        "descriptionCommitment": COMMITMENT,
        "createdAt": "2026-04-07T10:01:00.000001Z",
        "previousHash": FIRST_HASH,
    }

    document = json.dumps(shown, sort_keys=True, separators=(",", ":"))

    assert sha256(document.encode()).hexdigest() == SECOND_HASH


def test_the_vectors_are_a_valid_chain_of_both_versions() -> None:
    head = a_wallet(
        wallet_id=FIRST.wallet_id,
        user_id=FIRST.user_id,
        holding="899.50000001",
        sequence=3,
        head_hash=FOURTH_HASH,
        posted_at=FOURTH.created_at,
    )

    report = verify_chain([FIRST, SECOND, FOURTH], head, now=FOURTH.created_at)

    assert report == ChainReport(valid=True, entries_checked=3, head_hash=FOURTH_HASH)


AMOUNTS = ("10", "20", "30", "40", "50")
LATER = NOW + timedelta(minutes=1)
"""When histories are checked: each entry is a second after the one before it."""


def check(entries: list[Entry], head: Wallet) -> ChainReport:
    return verify_chain(entries, head, now=LATER)


def assert_broken(
    report: ChainReport,
    reason: TamperReason,
    *,
    at: str | None,
    sequence: int,
) -> None:
    assert report.valid is False
    assert (report.reason, report.tampered_at, report.sequence) == (reason, at, sequence)


@pytest.mark.parametrize("length", [0, 1, 2, 50])
def test_an_untouched_history_is_valid(length: int) -> None:
    entries, head = a_history(*["10"] * length)

    report = check(entries, head)

    assert report == ChainReport(valid=True, entries_checked=length, head_hash=head.head_hash)


STALE = {
    "version": 3,
    "wallet_id": id_of("another wallet"),
    "entry_id": id_of("another entry"),
    "transaction_id": id_of("another transaction"),
    "user_id": id_of("another user"),
    "entry_type": DEBIT,
    "amount": money("30.00000001"),
    "balance_after": money("60.00000001"),
    "locked_fx_rate": Rate.parse("1"),
    "description": Description("another text", "5a17" * 8),
    "description_commitment": "ab" * 32,
    "transaction_hash": "ab" * 32,
    "created_at": datetime(2026, 4, 7, 10, 0, 3, 1, tzinfo=UTC),
    "previous_hash": "ab" * 32,
    "hash": "ab" * 32,
}
"""Another value for every field of an entry; `sequence` is where it is stored."""


def test_every_field_of_an_entry_is_tampered_with() -> None:
    assert {field.name for field in fields(Entry)} == {*STALE, "sequence"}


@pytest.mark.parametrize("name", STALE)
@pytest.mark.parametrize("index", [0, 2, 4])
def test_a_changed_field_is_caught_at_its_entry(name: str, index: int) -> None:
    entries, head = a_history(*AMOUNTS, descriptions=True)
    changes: dict[str, Any] = {name: STALE[name]}
    entries[index] = replace(entries[index], **changes)

    report = check(entries, head)

    assert not report.valid
    assert report.tampered_at == entries[index].entry_id
    assert report.sequence == index + 1
    assert report.entries_checked == index


@pytest.mark.parametrize("name", sorted({*STALE} - {"description", "hash", "version"}))
def test_a_changed_field_is_caught_even_with_a_hash_that_fits(name: str) -> None:
    entries, head = a_history(*AMOUNTS, descriptions=True)
    changes: dict[str, Any] = {name: STALE[name]}
    entries[2] = rehashed(entries[2], **changes)

    report = check(entries, head)

    # Where the entry by itself is still in order, the next one does not follow it any more.
    assert not report.valid
    assert report.sequence in {3, 4}


@pytest.mark.parametrize(
    ("index", "entry_index"),
    [(0, 1), (1, 2), (2, 3), (3, 4)],
)
def test_a_deleted_entry_is_caught_at_the_one_after_it(index: int, entry_index: int) -> None:
    entries, head = a_history(*AMOUNTS)
    after = entries[entry_index]
    del entries[index]

    report = check(entries, head)

    assert_broken(report, TamperReason.MISSING_ENTRY, at=after.entry_id, sequence=entry_index + 1)


def test_a_deleted_last_entry_is_caught() -> None:
    entries, head = a_history(*AMOUNTS)
    entries.pop()

    report = check(entries, head)

    assert_broken(report, TamperReason.MISSING_ENTRY, at=entries[-1].entry_id, sequence=5)


def test_a_deleted_history_is_caught() -> None:
    _, head = a_history(*AMOUNTS)

    report = check([], head)

    assert_broken(report, TamperReason.MISSING_ENTRY, at=None, sequence=1)


@pytest.mark.parametrize(("left", "right"), [(0, 1), (1, 2), (1, 3), (3, 4), (0, 4)])
def test_two_swapped_entries_are_caught_at_the_first(left: int, right: int) -> None:
    entries, head = a_history(*["10"] * 5)
    entries[left], entries[right] = (
        replace(entries[right], sequence=left + 1),
        replace(entries[left], sequence=right + 1),
    )

    report = check(entries, head)

    assert_broken(report, TamperReason.BROKEN_LINK, at=entries[left].entry_id, sequence=left + 1)


@pytest.mark.parametrize("index", [0, 2, 4])
def test_an_inserted_entry_is_caught(index: int) -> None:
    entries, head = a_history(*AMOUNTS)
    before = entries[index - 1].hash if index else GENESIS
    forged = rehashed(entries[index], entry_id=id_of("forged"), previous_hash=before)
    moved = [replace(entry, sequence=entry.sequence + 1) for entry in entries[index:]]

    report = check([*entries[:index], forged, *moved], head)

    assert not report.valid
    assert report.sequence in {index + 1, index + 2}


def test_an_inserted_entry_under_a_number_of_its_own_is_caught_there() -> None:
    entries, head = a_history(*AMOUNTS)
    zeroth = rehashed(entries[0], entry_id=id_of("forged"), sequence=0)

    report = check([zeroth, *entries], head)

    assert_broken(report, TamperReason.MISSING_ENTRY, at=zeroth.entry_id, sequence=0)


def test_an_entry_beyond_the_head_is_caught_however_well_it_is_forged() -> None:
    entries, head = a_history(*AMOUNTS)
    forged = rehashed(
        entries[-1],
        entry_id=id_of("forged"),
        sequence=6,
        previous_hash=head.head_hash,
        balance_after=head.balance.plus(entries[-1].amount.units),
    )

    report = check([*entries, forged], head)

    assert_broken(report, TamperReason.BEYOND_HEAD, at=forged.entry_id, sequence=6)


def test_a_rewritten_tail_is_caught_by_the_head() -> None:
    entries, head = a_history(*AMOUNTS)
    rewritten, previous_hash = entries[:2], entries[1].hash
    for entry in entries[2:]:
        told = replace(entry.amount, units=entry.amount.units + (entry.sequence == 3))
        forged = rehashed(
            entry,
            amount=told,
            balance_after=rewritten[-1].balance_after.plus(told.units),
            previous_hash=previous_hash,
        )
        rewritten.append(forged)
        previous_hash = forged.hash

    report = check(rewritten, head)

    assert_broken(report, TamperReason.HEAD_MISMATCH, at=entries[-1].entry_id, sequence=5)


def test_a_last_entry_that_does_not_add_up_is_caught_there() -> None:
    entries, head = a_history(*AMOUNTS)
    entries[4] = rehashed(entries[4], amount=money("51"))

    report = check(entries, head)

    assert_broken(report, TamperReason.WRONG_BALANCE, at=entries[4].entry_id, sequence=5)


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (lambda head: replace(head, balance=head.balance.plus(1)), TamperReason.BALANCE_MISMATCH),
        (lambda head: replace(head, balance=head.balance.plus(-1)), TamperReason.BALANCE_MISMATCH),
        (lambda head: replace(head, head_hash="ab" * 32), TamperReason.HEAD_MISMATCH),
        (lambda head: replace(head, head_hash=GENESIS), TamperReason.HEAD_MISMATCH),
        (lambda head: replace(head, sequence=4), TamperReason.BEYOND_HEAD),
        (lambda head: replace(head, sequence=0), TamperReason.BEYOND_HEAD),
        (lambda head: replace(head, sequence=6), TamperReason.MISSING_ENTRY),
        (
            lambda head: replace(head, balance=replace(head.balance, currency=EUR)),
            TamperReason.WRONG_BALANCE,
        ),
    ],
)
def test_a_changed_wallet_is_caught(
    tamper: Callable[[Wallet], Wallet], reason: TamperReason
) -> None:
    entries, head = a_history(*AMOUNTS)

    report = check(entries, tamper(head))

    assert not report.valid
    assert report.reason is reason


def rewritten(entries: list[Entry], head: Wallet, number: int, **fields: Any) -> ChainReport:
    """Check a history in which one entry was changed, and all that hangs on it made to fit.

    So does an insider who writes to all tables: what is left to catch is what no posting makes.
    """
    chain, balance = list(entries[: number - 1]), Money(0, head.currency)
    balance = chain[-1].balance_after if chain else balance
    previous_hash = chain[-1].hash if chain else GENESIS
    for entry in entries[number - 1 :]:
        changed = replace(entry, **(fields if entry.sequence == number else {}))
        balance = balance.plus(changed.entry_type.signed(changed.amount.units))
        chain.append(rehashed(changed, balance_after=balance, previous_hash=previous_hash))
        previous_hash = chain[-1].hash
    moved = replace(head, balance=balance, head_hash=previous_hash, posted_at=chain[-1].created_at)
    return check(chain, moved)


LAST = len(AMOUNTS)
MICROSECOND = timedelta(microseconds=1)


def test_a_history_rewritten_as_it_was_is_valid() -> None:
    assert rewritten(*a_history(*AMOUNTS), 2).valid


@pytest.mark.parametrize("units", [0, -1, -20 * 10**8])
@pytest.mark.parametrize("number", [1, 3, LAST])
def test_an_amount_that_is_not_above_zero_is_caught(number: int, units: int) -> None:
    entries, head = a_history(*AMOUNTS)

    report = rewritten(entries, head, number, amount=Money(units, USD))

    at = entries[number - 1].entry_id
    assert_broken(report, TamperReason.WRONG_AMOUNT, at=at, sequence=number)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_balance_below_zero_is_caught_at_a_client(number: int) -> None:
    entries, head = a_history(*AMOUNTS)

    report = rewritten(entries, head, number, entry_type=DEBIT, amount=money("30.00000001"))

    assert not report.valid
    assert (report.reason, report.sequence) == (TamperReason.BELOW_ZERO, number)


@pytest.mark.parametrize("kind", [WalletKind.SETTLEMENT, WalletKind.LIQUIDITY])
def test_a_system_wallet_may_be_below_zero(kind: WalletKind) -> None:
    entries, head = a_history(*AMOUNTS)
    entries = [replace(entry, user_id=SYSTEM_USER) for entry in entries]
    system = replace(head, kind=kind, user_id=SYSTEM_USER)

    assert rewritten(entries, system, 1, entry_type=DEBIT).valid


def test_a_float_of_payroll_may_not() -> None:
    entries, head = a_history(*AMOUNTS)
    entries = [replace(entry, user_id=SYSTEM_USER) for entry in entries]
    float_wallet = replace(head, kind=WalletKind.PAYROLL_FLOAT, user_id=SYSTEM_USER)

    report = rewritten(entries, float_wallet, 1, entry_type=DEBIT)

    assert report.reason is TamperReason.BELOW_ZERO


def test_a_client_that_passes_for_a_system_wallet_is_caught() -> None:
    entries, head = a_history(*AMOUNTS)

    report = check(entries, replace(head, kind=WalletKind.SETTLEMENT))

    assert report.reason is TamperReason.MALFORMED_WALLET


@pytest.mark.parametrize("number", [2, 3, LAST])
def test_time_that_runs_backwards_is_caught(number: int) -> None:
    entries, head = a_history(*AMOUNTS)
    before = entries[number - 2].created_at

    report = rewritten(entries, head, number, created_at=before - MICROSECOND)

    at = entries[number - 1].entry_id
    assert_broken(report, TamperReason.WRONG_TIME, at=at, sequence=number)


def test_a_first_entry_before_its_wallet_is_caught() -> None:
    entries, head = a_history(*AMOUNTS)

    report = rewritten(entries, head, 1, created_at=head.created_at - MICROSECOND)

    assert (report.reason, report.sequence) == (TamperReason.WRONG_TIME, 1)


def test_two_entries_of_one_instant_are_in_order() -> None:
    entries, head = a_history(*AMOUNTS)

    assert rewritten(entries, head, 3, created_at=entries[1].created_at).valid


@pytest.mark.parametrize(
    ("ahead", "is_caught"),
    [
        (timedelta(), False),
        (CLOCK_TOLERANCE, False),
        (CLOCK_TOLERANCE + MICROSECOND, True),
        (timedelta(days=365 * 73), True),
    ],
)
def test_time_that_lies_ahead_is_caught(ahead: timedelta, *, is_caught: bool) -> None:
    entries, head = a_history(*AMOUNTS)

    report = rewritten(entries, head, LAST, created_at=LATER + ahead)

    assert report.valid is not is_caught
    assert report.reason is (TamperReason.WRONG_TIME if is_caught else None)


@pytest.mark.parametrize("by", [MICROSECOND, -MICROSECOND, timedelta(seconds=4)])
def test_a_wallet_that_is_not_dated_as_its_last_entry_is_caught(by: timedelta) -> None:
    entries, head = a_history(*AMOUNTS)

    report = check(entries, replace(head, posted_at=head.posted_at + by))

    assert_broken(
        report, TamperReason.TIME_MISMATCH, at=entries[-1].entry_id, sequence=len(entries)
    )


def test_a_wallet_without_entries_is_dated_as_it_was_opened() -> None:
    assert check([], a_wallet(posted_at=NOW)).reason is TamperReason.TIME_MISMATCH
    assert check([], a_wallet()).valid


def test_a_wallet_that_is_opened_ahead_is_caught() -> None:
    ahead = LATER + CLOCK_TOLERANCE + MICROSECOND

    report = check([], a_wallet(created_at=ahead, posted_at=ahead))

    assert report.reason is TamperReason.WRONG_TIME


@pytest.mark.parametrize(
    ("salt", "text"),
    [
        ("5a17" * 8 + "pay", "ment 3"),
        ("5a17" * 8 + "payment 3", ""),
        ("5a17" * 7 + "5a1", "7payment 3"),
        ("", "5a17" * 8 + "payment 3"),
    ],
)
def test_words_that_were_moved_into_the_salt_or_out_of_it_are_caught(salt: str, text: str) -> None:
    entries, head = a_history(*AMOUNTS, descriptions=True)
    moved = Description(text, salt)
    assert moved.commitment() == entries[2].description_commitment
    entries[2] = replace(entries[2], description=moved)

    report = check(entries, head)

    assert_broken(report, TamperReason.WRONG_DESCRIPTION, at=entries[2].entry_id, sequence=3)


@pytest.mark.parametrize("salt", ["5A17" * 8, "5a17" * 7 + "5a1g", "5a17" * 7 + "5a1\n", " " * 32])
def test_a_salt_of_other_characters_is_caught(salt: str) -> None:
    words = Description("rent", salt)
    entries, head = a_history(*AMOUNTS)
    commitment = words.commitment()

    report = rewritten(entries, head, 3, description=words, description_commitment=commitment)

    assert (report.reason, report.sequence) == (TamperReason.WRONG_DESCRIPTION, 3)


def test_a_balance_without_any_history_is_caught() -> None:
    report = check([], a_wallet(holding="1"))

    assert_broken(report, TamperReason.BALANCE_MISMATCH, at=None, sequence=0)
    assert report.head_hash == GENESIS
    assert not check([], a_wallet(head_hash="ab" * 32)).valid


def test_a_broken_chain_names_the_head_that_it_was_held_against() -> None:
    entries, head = a_history(*AMOUNTS)

    assert check(entries[1:], head).head_hash == head.head_hash


@pytest.mark.parametrize("left", [0, 1])
def test_a_client_may_spend_down_to_nothing_by_the_smallest_amount(left: int) -> None:
    entries, head = a_history("0.00000002", "0.00000001")

    report = rewritten(entries, head, 2, entry_type=DEBIT, amount=Money(2 - left, USD))

    assert report.valid


def test_fields_are_in_the_order_of_their_names() -> None:
    assert canonical_json({"b": None, "a": "é", "c": 1}) == b'{"a":"\\u00e9","b":null,"c":1}'


def test_a_broken_chain_is_a_fault_of_its_place() -> None:
    report = ChainReport(
        valid=False, entries_checked=2, head_hash="", sequence=3, reason=TamperReason.WRONG_HASH
    )

    fault = report.fault(FaultKind.WALLET, "W")

    assert fault == Fault(Place(FaultKind.WALLET, "W", 3), "wrong-hash")


def test_a_record_that_cannot_be_read_is_a_violation() -> None:
    with pytest.raises(InvariantViolated) as violated:
        well_formed(MalformedEntry(7, None), "it cannot be read", wallet_id="W")

    assert violated.value.what == "it cannot be read"
    assert violated.value.facts == {"wallet_id": "W", "sequence": "7"}
    assert well_formed(FIRST, "it cannot be read") is FIRST


def test_what_cannot_be_read_is_caught_where_it_stands() -> None:
    entries, head = a_history(*AMOUNTS)
    unread = MalformedEntry(3, entries[2].entry_id)

    report = verify_chain([*entries[:2], unread, *entries[3:]], head, now=LATER)

    assert_broken(report, TamperReason.MALFORMED_ENTRY, at=unread.entry_id, sequence=3)


def test_an_unknown_version_is_not_believed() -> None:
    entries, head = a_history(*AMOUNTS)
    entries[2] = rehashed(entries[2], version=3)

    report = check(entries, head)

    assert_broken(report, TamperReason.UNKNOWN_VERSION, at=entries[2].entry_id, sequence=3)


@pytest.mark.parametrize("fields", [{"version": 1}, {"transaction_hash": None}])
def test_an_entry_has_the_transaction_s_hash_from_version_2_on(fields: dict[str, Any]) -> None:
    entries, head = a_history(*AMOUNTS)
    entries[2] = rehashed(entries[2], **fields)

    report = check(entries, head)

    assert_broken(report, TamperReason.MALFORMED_ENTRY, at=entries[2].entry_id, sequence=3)


@pytest.mark.parametrize("words", [Description("rent", "0" * 32), Description("other", "5a17" * 8)])
def test_a_changed_description_or_salt_is_caught(words: Description) -> None:
    entries, head = a_history(*AMOUNTS, descriptions=True)
    entries[2] = replace(entries[2], description=words)

    report = check(entries, head)

    assert_broken(report, TamperReason.WRONG_DESCRIPTION, at=entries[2].entry_id, sequence=3)


def test_a_description_added_later_is_caught() -> None:
    entries, head = a_history(*AMOUNTS)
    entries[2] = replace(entries[2], description=Description("a gift", "5a17" * 8))

    report = check(entries, head)

    assert_broken(report, TamperReason.WRONG_DESCRIPTION, at=entries[2].entry_id, sequence=3)


@pytest.mark.parametrize("erased", [{2}, {0, 1, 2, 3, 4}])
def test_an_erased_description_leaves_the_chain_valid(erased: set[int]) -> None:
    entries, head = a_history(*AMOUNTS, descriptions=True)
    kept = [
        replace(entry, description=None) if index in erased else entry
        for index, entry in enumerate(entries)
    ]

    report = check(kept, head)

    assert report.valid
    assert report.entries_checked == 5


def test_the_instant_is_bound_to_the_microsecond() -> None:
    later = replace(FIRST, created_at=FIRST.created_at + timedelta(microseconds=1))

    assert entry_hash(later) != entry_hash(FIRST)
