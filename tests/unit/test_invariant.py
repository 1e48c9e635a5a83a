"""The double-entry invariant of one transaction, checked from what is stored."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from novapay.domain.chain import MalformedEntry
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.invariant import Imbalance, imbalance_of
from novapay.domain.money import Rate
from tests.support.domain import (
    CREDIT,
    DEBIT,
    EUR,
    a_leg,
    a_wallet,
    id_of,
    money,
    post_all,
    rehashed,
)


def check(
    entries: Sequence[Entry | MalformedEntry | None], *, locked: Rate | None = None
) -> Imbalance | None:
    """Return what is wrong with entries that must be of the transaction of every leg here."""
    transaction_id = TransactionId(id_of("transaction"))
    return imbalance_of(entries, transaction_id=transaction_id, locked=locked)


@pytest.fixture
def entries() -> list[Entry]:
    """Return the entries of a posting with one debit and two credits."""
    alice, bob, carol = a_wallet("alice", "100"), a_wallet("bob"), a_wallet("carol")
    posting = post_all(
        a_leg(alice, DEBIT, "10"),
        a_leg(bob, CREDIT, "4"),
        a_leg(carol, CREDIT, "6"),
        wallets=[alice, bob, carol],
    )
    return list(posting.entries)


def test_a_transaction_as_it_was_posted_is_balanced(entries: list[Entry]) -> None:
    assert check(entries) is None


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_missing_entry_is_named(entries: list[Entry], index: int) -> None:
    found: list[Entry | None] = [*entries]
    found[index] = None

    assert check(found) is Imbalance.MISSING_ENTRY


@pytest.mark.parametrize("index", [0, 1, 2])
def test_an_entry_that_cannot_be_read_is_named(entries: list[Entry], index: int) -> None:
    found: list[Entry | MalformedEntry] = [*entries]
    found[index] = MalformedEntry(1, None)

    assert check(found) is Imbalance.MALFORMED_ENTRY


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_changed_amount_is_named(entries: list[Entry], index: int) -> None:
    entries[index] = replace(entries[index], amount=money("9"))

    assert check(entries) is Imbalance.CHANGED_ENTRY


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_changed_amount_with_a_hash_that_fits_is_not_balanced(
    entries: list[Entry], index: int
) -> None:
    entries[index] = rehashed(entries[index], amount=money("9"))

    assert check(entries) is Imbalance.UNEQUAL_SIDES


def test_another_currency_with_a_hash_that_fits_is_not_balanced(entries: list[Entry]) -> None:
    entries[0] = rehashed(entries[0], amount=money("10", EUR))

    assert check(entries) is Imbalance.UNEQUAL_SIDES


def test_an_entry_of_another_transaction_does_not_count(entries: list[Entry]) -> None:
    entries[1] = rehashed(entries[1], transaction_id=TransactionId(id_of("another transaction")))

    assert check(entries) is Imbalance.MISSING_ENTRY


def test_a_transaction_without_entries_is_not_balanced() -> None:
    assert check([]) is Imbalance.MISSING_ENTRY


class TestAcrossCurrencies:
    """An exchange: 100.00 at 0.92 is 92.00."""

    RATE = Rate.parse("0.92")

    @pytest.fixture
    def entries(self) -> list[Entry]:
        alice, bob = a_wallet("alice", "100"), a_wallet("bob", currency=EUR)
        dollars, euros = a_wallet("dollars"), a_wallet("euros", "92", currency=EUR)
        posting = post_all(
            a_leg(alice, DEBIT, "100", locked_fx_rate=self.RATE),
            a_leg(bob, CREDIT, "92", locked_fx_rate=self.RATE),
            a_leg(dollars, CREDIT, "100"),
            a_leg(euros, DEBIT, "92"),
            wallets=[alice, bob, dollars, euros],
        )
        return list(posting.entries[:2])

    def test_the_second_entry_is_the_first_at_the_locked_rate(self, entries: list[Entry]) -> None:
        assert check(entries, locked=self.RATE) is None

    @pytest.mark.parametrize("index", [0, 1])
    def test_a_rewritten_amount_is_not(self, entries: list[Entry], index: int) -> None:
        # One unit more to give would be rounded down to the same amount to get.
        entries[index] = rehashed(entries[index], amount=entries[index].amount.plus(2))

        assert check(entries, locked=self.RATE) is Imbalance.UNEQUAL_SIDES

    @pytest.mark.parametrize("index", [0, 1])
    def test_a_rewritten_rate_is_not(self, entries: list[Entry], index: int) -> None:
        entries[index] = rehashed(entries[index], locked_fx_rate=Rate.parse("0.93"))

        assert check(entries, locked=self.RATE) is Imbalance.UNEQUAL_SIDES

    @pytest.mark.parametrize("index", [0, 1])
    def test_half_an_exchange_is_not(self, entries: list[Entry], index: int) -> None:
        del entries[index]

        assert check(entries, locked=self.RATE) is Imbalance.UNEQUAL_SIDES

    def test_two_debits_are_not(self, entries: list[Entry]) -> None:
        entries[1] = rehashed(entries[1], entry_type=DEBIT)

        assert check(entries, locked=self.RATE) is Imbalance.UNEQUAL_SIDES

    @pytest.mark.parametrize("got", ["0.92000000", "0.92000001"])
    def test_one_that_was_rounded_half_to_even_is_as_right_as_one_rounded_down(
        self, got: str
    ) -> None:
        alice, bob = a_wallet("alice", "100"), a_wallet("bob", currency=EUR)
        dollars, euros = a_wallet("dollars"), a_wallet("euros", "92", currency=EUR)
        given = "1.00000001"  # At 0.92 it is 0.9200000092.
        posting = post_all(
            a_leg(alice, DEBIT, given, locked_fx_rate=self.RATE),
            a_leg(bob, CREDIT, got, locked_fx_rate=self.RATE),
            a_leg(dollars, CREDIT, given),
            a_leg(euros, DEBIT, got),
            wallets=[alice, bob, dollars, euros],
        )

        assert check(posting.entries[:2], locked=self.RATE) is None
