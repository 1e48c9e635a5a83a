"""The posting engine: balances, chains and refusals, from values alone."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from novapay.domain.chain import entry_hash
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    InsufficientFunds,
    InvariantViolated,
    Refusal,
    UnbalancedPosting,
    WalletInactive,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.instants import CLOCK_TOLERANCE, format_instant
from novapay.domain.money import Rate
from novapay.domain.posting import Leg, movement
from novapay.domain.wallet import GENESIS, UserId, Wallet, WalletStatus
from tests.support.domain import (
    CREDIT,
    DEBIT,
    EUR,
    NOW,
    USD,
    a_leg,
    a_system_wallet,
    a_wallet,
    id_of,
    post_all,
)


def test_a_pair_moves_the_amount_and_begins_both_chains() -> None:
    alice, bob = a_wallet("alice", "100"), a_wallet("bob", "0.5")

    posting = post_all(a_leg(alice, DEBIT, "40"), a_leg(bob, CREDIT, "40"), wallets=[alice, bob])

    debit, credit = posting.entries
    assert (str(debit.balance_after), str(credit.balance_after)) == ("60.00000000", "40.50000000")
    assert (debit.sequence, credit.sequence) == (1, 1)
    assert debit.previous_hash == credit.previous_hash == GENESIS
    assert posting.before == {alice.wallet_id: alice, bob.wallet_id: bob}
    assert posting.after[alice.wallet_id] == replace(
        alice, balance=debit.balance_after, sequence=1, head_hash=debit.hash, posted_at=NOW
    )


def test_an_entry_says_all_of_its_leg() -> None:
    alice, bob = a_wallet("alice", "100"), a_wallet("bob")
    words = Description("rent", "5a17" * 8)
    rate = Rate.parse("0.92")

    posting = post_all(
        a_leg(alice, DEBIT, "40", description=words, locked_fx_rate=rate),
        a_leg(bob, CREDIT, "40"),
        wallets=[alice, bob],
    )

    told, plain = posting.entries
    assert (told.wallet_id, told.user_id) == (alice.wallet_id, alice.user_id)
    assert (told.version, told.transaction_id) == (2, id_of("transaction"))
    assert (told.entry_type, told.amount) == (DEBIT, replace(told.amount, units=4_000_000_000))
    assert (told.locked_fx_rate, told.description) == (rate, words)
    assert told.description_commitment == words.commitment()
    assert (plain.locked_fx_rate, plain.description, plain.description_commitment) == (None,) * 3
    assert all(entry.hash == entry_hash(entry) for entry in posting.entries)


def test_several_legs_on_one_wallet_are_chained_in_their_order() -> None:
    float_, alice, bob = a_wallet("float", "100"), a_wallet("alice"), a_wallet("bob")

    posting = post_all(
        a_leg(float_, DEBIT, "30"),
        a_leg(alice, CREDIT, "30"),
        a_leg(float_, DEBIT, "70"),
        a_leg(bob, CREDIT, "70"),
        wallets=[float_, alice, bob],
    )

    first, _, second, _ = posting.entries
    assert (first.sequence, second.sequence) == (1, 2)
    assert second.previous_hash == first.hash
    assert [str(e.balance_after) for e in (first, second)] == ["70.00000000", "0.00000000"]
    assert posting.after[float_.wallet_id].sequence == 2
    assert posting.after[float_.wallet_id].head_hash == second.hash


def test_a_chain_goes_on_where_the_wallet_stands() -> None:
    alice, bob = a_wallet("alice", "100", sequence=41, head_hash="ab" * 32), a_wallet("bob")

    posting = post_all(a_leg(alice, DEBIT, "1"), a_leg(bob, CREDIT, "1"), wallets=[alice, bob])

    assert posting.entries[0].sequence == 42
    assert posting.entries[0].previous_hash == "ab" * 32


@pytest.mark.parametrize("pairs", [1, 12, 100])
def test_a_posting_has_any_number_of_legs(pairs: int) -> None:
    payer = a_wallet("payer", "1000")
    payees = [a_wallet(f"payee {number}") for number in range(pairs)]
    legs = [
        leg for payee in payees for leg in (a_leg(payer, DEBIT, "7"), a_leg(payee, CREDIT, "7"))
    ]

    posting = post_all(*legs, wallets=[payer, *payees])

    assert len(posting.entries) == 2 * pairs
    assert posting.after[payer.wallet_id].sequence == pairs
    assert posting.after[payer.wallet_id].balance.units == (1000 - 7 * pairs) * 10**8
    assert {str(posting.after[payee.wallet_id].balance) for payee in payees} == {"7.00000000"}


def test_one_debit_may_pay_many_credits() -> None:
    alice, bob, carol = a_wallet("alice", "100"), a_wallet("bob"), a_wallet("carol")

    posting = post_all(
        a_leg(alice, DEBIT, "100"),
        a_leg(bob, CREDIT, "99.99999999"),
        a_leg(carol, CREDIT, "0.00000001"),
        wallets=[alice, bob, carol],
    )

    assert [str(entry.balance_after) for entry in posting.entries] == [
        "0.00000000",
        "99.99999999",
        "0.00000001",
    ]


def test_wallets_without_a_leg_stay_out_of_it() -> None:
    alice, bob, carol = a_wallet("alice", "100"), a_wallet("bob"), a_wallet("carol")

    posting = post_all(
        a_leg(alice, DEBIT, "1"), a_leg(bob, CREDIT, "1"), wallets=[alice, bob, carol]
    )

    assert set(posting.after) == set(posting.before) == {alice.wallet_id, bob.wallet_id}


def test_each_currency_is_summed_by_itself() -> None:
    alice, bob = a_wallet("alice", "100"), a_wallet("bob", currency=EUR)
    dollars, euros = a_system_wallet("dollars"), a_system_wallet("euros", currency=EUR)

    posting = post_all(
        a_leg(alice, DEBIT, "100"),
        a_leg(bob, CREDIT, "92"),
        a_leg(dollars, CREDIT, "100"),
        a_leg(euros, DEBIT, "92"),
        wallets=[alice, bob, dollars, euros],
    )

    assert str(posting.after[euros.wallet_id].balance) == "-92.00000000"
    assert str(posting.after[bob.wallet_id].balance) == "92.00000000"


def test_debits_that_are_not_the_credits_are_refused() -> None:
    alice, bob = a_wallet("alice", "100"), a_wallet("bob")

    with pytest.raises(UnbalancedPosting) as refused:
        post_all(a_leg(alice, DEBIT, "10"), a_leg(bob, CREDIT, "10.00000001"), wallets=[alice, bob])

    facts = refused.value
    assert (facts.currency, facts.debits, facts.credits) == ("USD", "10.00000000", "10.00000001")


def test_two_currencies_do_not_make_up_for_each_other() -> None:
    alice, bob = a_wallet("alice", "100"), a_wallet("bob", currency=EUR)

    with pytest.raises(UnbalancedPosting):
        post_all(a_leg(alice, DEBIT, "10"), a_leg(bob, CREDIT, "10"), wallets=[alice, bob])


def test_two_debits_of_one_sum_are_not_balanced() -> None:
    alice, bob = a_wallet("alice", "100"), a_wallet("bob", "100")

    with pytest.raises(UnbalancedPosting):
        post_all(a_leg(alice, DEBIT, "10"), a_leg(bob, DEBIT, "10"), wallets=[alice, bob])


ALICE, BOB = a_wallet("alice", "100"), a_wallet("bob")
STRANGER = UserId(id_of("stranger"))


@pytest.mark.parametrize(
    ("alice", "debit", "bob", "credit", "refusal"),
    [
        (ALICE, {"user_id": STRANGER}, BOB, {}, WalletOwnerMismatch(ALICE.wallet_id, STRANGER)),
        (ALICE, {}, BOB, {"user_id": STRANGER}, WalletOwnerMismatch(BOB.wallet_id, STRANGER)),
        (replace(ALICE, status=WalletStatus.CLOSED), {}, BOB, {}, WalletInactive(ALICE.wallet_id)),
        (ALICE, {}, replace(BOB, status=WalletStatus.CLOSED), {}, WalletInactive(BOB.wallet_id)),
        (
            *(a_wallet("alice", "100", currency=EUR), {}, BOB, {}),
            CurrencyMismatch(ALICE.wallet_id, EUR, USD),
        ),
        (
            *(ALICE, {}, a_wallet("bob", currency=EUR), {}),
            CurrencyMismatch(BOB.wallet_id, EUR, USD),
        ),
        (
            *(a_wallet("alice", "9.99999999"), {}, BOB, {}),
            InsufficientFunds(ALICE.wallet_id, "10.00000000", "9.99999999"),
        ),
    ],
)
def test_a_leg_that_its_wallet_does_not_take_is_refused(
    alice: Wallet,
    debit: dict[str, UserId],
    bob: Wallet,
    credit: dict[str, UserId],
    refusal: Refusal,
) -> None:
    legs = [a_leg(ALICE, DEBIT, "10", **debit), a_leg(BOB, CREDIT, "10", **credit)]

    with pytest.raises(type(refusal), match=f"^{re.escape(refusal.detail)}$"):
        post_all(*legs, wallets=[alice, bob])


def test_the_last_unit_may_be_spent_and_not_one_more() -> None:
    alice, bob = a_wallet("alice", "10"), a_wallet("bob")

    posting = post_all(a_leg(alice, DEBIT, "10"), a_leg(bob, CREDIT, "10"), wallets=[alice, bob])
    with pytest.raises(InsufficientFunds) as refused:
        post_all(
            a_leg(alice, DEBIT, "10.00000001"),
            a_leg(bob, CREDIT, "10.00000001"),
            wallets=[alice, bob],
        )

    assert posting.after[alice.wallet_id].balance.units == 0
    facts = refused.value
    assert (facts.wallet_id, facts.needed, facts.available) == (
        alice.wallet_id,
        "10.00000001",
        "10.00000000",
    )


def test_a_client_may_not_borrow_from_a_later_leg() -> None:
    alice, bob = a_wallet("alice"), a_wallet("bob", "10")

    with pytest.raises(InsufficientFunds):
        post_all(
            a_leg(alice, DEBIT, "10"),
            a_leg(bob, CREDIT, "10"),
            a_leg(bob, DEBIT, "10"),
            a_leg(alice, CREDIT, "10"),
            wallets=[alice, bob],
        )


def test_a_system_wallet_may_fall_below_zero() -> None:
    alice, settlement = a_wallet("alice"), a_system_wallet()

    posting = post_all(
        a_leg(alice, CREDIT, "10"), a_leg(settlement, DEBIT, "10"), wallets=[alice, settlement]
    )

    assert str(posting.after[settlement.wallet_id].balance) == "-10.00000000"


def test_the_owner_may_be_left_unsaid() -> None:
    alice, bob = a_wallet("alice", "10"), a_wallet("bob")

    posting = post_all(
        a_leg(alice, DEBIT, "1", user_id=alice.user_id),
        a_leg(bob, CREDIT, "1", user_id=None),
        wallets=[alice, bob],
    )

    assert [entry.user_id for entry in posting.entries] == [alice.user_id, bob.user_id]


@pytest.mark.parametrize("missing", ["alice", "bob"])
def test_a_leg_on_a_wallet_that_is_not_there_is_not_found(missing: str) -> None:
    alice, bob = a_wallet("alice", "100"), a_wallet("bob")
    there = [wallet for wallet in (alice, bob) if wallet.wallet_id != id_of(missing)]

    with pytest.raises(WalletNotFound) as refused:
        post_all(a_leg(alice, DEBIT, "1"), a_leg(bob, CREDIT, "1"), wallets=there)

    assert refused.value.wallet_id == id_of(missing)


@pytest.mark.parametrize(
    ("alice_s", "bob_s", "posted_s"), [(-10, -5, 0), (0, 0, 0), (3, -5, 3), (3, 5, 5)]
)
def test_entries_share_one_instant_never_before_any_that_they_follow(
    alice_s: int, bob_s: int, posted_s: int
) -> None:
    alice = a_wallet("alice", "10", posted_at=NOW + timedelta(seconds=alice_s))
    bob = a_wallet("bob", posted_at=NOW + timedelta(seconds=bob_s))

    posting = post_all(
        a_leg(alice, DEBIT, "1"), a_leg(bob, CREDIT, "1"), wallets=[alice, bob], now=NOW
    )

    posted_at = NOW + timedelta(seconds=posted_s)
    assert {entry.created_at for entry in posting.entries} == {posted_at}
    assert {wallet.posted_at for wallet in posting.after.values()} == {posted_at}


@pytest.mark.parametrize("beyond", [timedelta(microseconds=1), timedelta(days=365 * 73)])
@pytest.mark.parametrize("name", ["alice", "bob"])
def test_a_wallet_whose_last_entry_lies_ahead_is_a_violation(name: str, beyond: timedelta) -> None:
    wallets = {"alice": a_wallet("alice", "10"), "bob": a_wallet("bob")}
    wallets[name] = replace(wallets[name], posted_at=NOW + CLOCK_TOLERANCE + beyond)
    alice, bob = wallets.values()

    with pytest.raises(InvariantViolated) as violated:
        post_all(a_leg(alice, DEBIT, "1"), a_leg(bob, CREDIT, "1"), wallets=[alice, bob], now=NOW)

    assert violated.value.what == "a wallet's last entry lies in the future"
    assert violated.value.facts == {
        "wallet_id": wallets[name].wallet_id,
        "posted_at": format_instant(wallets[name].posted_at),
    }


def test_a_wallet_without_a_leg_does_not_move_the_instant() -> None:
    alice, bob = a_wallet("alice", "10"), a_wallet("bob")
    ahead = a_wallet("ahead", posted_at=NOW + timedelta(hours=1))

    posting = post_all(
        a_leg(alice, DEBIT, "1"), a_leg(bob, CREDIT, "1"), wallets=[alice, bob, ahead], now=NOW
    )

    assert posting.entries[0].created_at == NOW


def test_the_ids_of_entries_follow_from_their_transaction_and_place() -> None:
    alice, bob = a_wallet("alice", "10"), a_wallet("bob")

    def entry_ids(name: str) -> list[str]:
        transaction_id = TransactionId(id_of(name))
        posting = post_all(
            a_leg(alice, DEBIT, "1", transaction_id=transaction_id),
            a_leg(bob, CREDIT, "1", transaction_id=transaction_id),
            wallets=[alice, bob],
        )
        return [entry.entry_id for entry in posting.entries]

    assert entry_ids("first") == entry_ids("first")
    assert len({*entry_ids("first"), *entry_ids("second")}) == 4


KEY = IdempotencyKey("the-clients-own")


@pytest.mark.parametrize(("key", "suffix"), [(None, ""), (KEY, f":{KEY}")])
def test_an_id_is_derived_from_transaction_place_and_key(
    key: IdempotencyKey | None, suffix: str
) -> None:
    payer, payees = a_wallet("payer", "10"), [a_wallet("alice"), a_wallet("bob")]
    legs = [
        a_leg(payer, DEBIT, "2", key=key),
        *(a_leg(payee, CREDIT, "1", key=key) for payee in payees),
    ]

    entries = post_all(*legs, wallets=[payer, *payees]).entries

    transaction_id = uuid.UUID(legs[0].transaction_id)
    assert [entry.entry_id for entry in entries] == [
        str(uuid.uuid5(transaction_id, f"entry:{index}{suffix}")) for index in range(3)
    ]


def test_a_movement_is_a_debit_of_the_source_and_a_credit_of_the_target() -> None:
    transaction_id, amount = TransactionId(id_of("transaction")), ALICE.balance
    words = Description("rent", "5a17" * 8)

    legs = movement(
        transaction_id,
        amount,
        source=ALICE.wallet_id,
        target=BOB.wallet_id,
        source_user=ALICE.user_id,
        target_user=BOB.user_id,
        description=words,
        key=KEY,
    )

    of_both: dict[str, Any] = {
        "transaction_id": transaction_id,
        "amount": amount,
        "description": words,
        "key": KEY,
    }
    assert legs == [
        Leg(wallet_id=ALICE.wallet_id, user_id=ALICE.user_id, entry_type=DEBIT, **of_both),
        Leg(wallet_id=BOB.wallet_id, user_id=BOB.user_id, entry_type=CREDIT, **of_both),
    ]


def test_the_place_within_a_transaction_does_not_depend_on_the_others_of_a_posting() -> None:
    alice, bob = a_wallet("alice", "10"), a_wallet("bob")

    def legs(name: str) -> list[Leg]:
        transaction_id = TransactionId(id_of(name))
        return [
            a_leg(alice, DEBIT, "1", transaction_id=transaction_id),
            a_leg(bob, CREDIT, "1", transaction_id=transaction_id),
        ]

    alone = post_all(*legs("b"), wallets=[alice, bob])
    together = post_all(*legs("a"), *legs("b"), wallets=[alice, bob])

    ids_alone = [entry.entry_id for entry in alone.entries]
    assert [entry.entry_id for entry in together.entries[2:]] == ids_alone


def test_nothing_given_is_changed() -> None:
    alice, bob = a_wallet("alice", "10"), a_wallet("bob")
    wallets = {alice.wallet_id: alice, bob.wallet_id: bob}
    before = dict(wallets)

    post_all(a_leg(alice, DEBIT, "1"), a_leg(bob, CREDIT, "1"), wallets=list(wallets.values()))

    assert wallets == before
