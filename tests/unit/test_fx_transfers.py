"""Transfers that use a quote up: the order of the checks, one commit, and rivals for the quote."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import EUR, USD, Account, Bank, Told
from localstack.memory.tables import PREFIX
from localstack.memory.wire import Wire, first
from novapay.domain.entry import TransactionId
from novapay.domain.errors import FxQuoteNotFound, WalletNotFound
from novapay.domain.money import Currency
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.wallet import UserId, WalletKind, system_shard_of, system_wallet_id
from novapay.domain.wallet_status import StatusAction
from novapay.schema import TABLES, Table, table_name
from novapay.usecases.consume_quote import consume_quote
from tests.support.domain import id_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GBP = Currency("GBP")
JPY = Currency("JPY")
BDT = Currency("BDT")
A_SECOND_AGO = "2026-04-07T09:59:59.000000Z"
THEIRS = TransactionId(id_of("their transfer"))
STRANGER = UserId(id_of("stranger"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A sender with 100 USD, a recipient of EUR, and the sender's quote for 10 USD."""

    bank: Bank
    sender: Account
    recipient: Account
    quote: Quote
    keys: Iterator[str] = field(default_factory=lambda: map(str, itertools.count()))

    def ask(
        self,
        amount: str = "10",
        *,
        sender: Account | None = None,
        recipient: Account | None = None,
        quote: Quote | None = None,
        key: str | None = None,
    ) -> Told:
        """Ask for the transfer, or for one that differs from it; under a fresh key as a rule."""
        return self.bank.transfer(
            sender or self.sender,
            recipient or self.recipient,
            amount,
            key=key or next(self.keys),
            fx_quote_id=(quote or self.quote).quote_id,
        )

    def set(self, table: str, key: str, **change: Any) -> None:
        """Change an item's field behind the bank's back."""
        ((name, value),) = change.items()
        self.bank.client.update_item(
            TableName=table_name(PREFIX, table),
            Key={next(iter(TABLES[Table(table)].key)): {"S": key}},
            UpdateExpression="SET #field = :value",
            ExpressionAttributeNames={"#field": name},
            ExpressionAttributeValues={":value": value},
        )

    def status(self) -> str:
        return str(read_books(self.bank.client).quotes[self.quote.quote_id]["status"])

    def assert_untouched(self) -> None:
        """The quote is as good as ever, and the sender has all the money."""
        books = read_books(self.bank.client)
        books.assert_sound()
        assert books.quotes[self.quote.quote_id]["status"] == "ACTIVE"
        assert books.balance(self.sender.wallet_id) == "100.00000000"


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


@pytest.fixture
def exchange(bank: Bank) -> Exchange:
    sender, recipient = bank.account(holding="100"), bank.account(EUR)
    return Exchange(bank, sender, recipient, bank.quote(sender, EUR, "10"))


class TestOneCommit:
    """Both sides, the house's two and the quote: all of it or nothing."""

    def test_it_has_twelve_writes_after_two_reads(self, exchange: Exchange) -> None:
        with Wire(exchange.bank.client) as wire:
            told = exchange.ask()

        assert told.code == "ok"
        assert wire.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
        writes = [
            (verb, write["TableName"].removeprefix(f"{PREFIX}-"))
            for item in wire.calls[-1].request["TransactItems"]
            for verb, write in item.items()
        ]
        assert sorted(writes) == [
            ("Put", "idempotency"),
            *[("Put", "ledger")] * 4,
            *[("Put", "transfers")] * 2,
            *[("Put", "wallets")] * 2,
            ("Update", "quotes"),
            *[("Update", "wallets")] * 2,
        ]

    def test_later_ones_move_the_same_liquidity_wallets_on(self, exchange: Exchange) -> None:
        bank, sender = exchange.bank, exchange.sender
        for _ in range(3):
            assert exchange.ask(quote=bank.quote(sender, EUR, "10")).code == "ok"

        books = read_books(bank.client)
        books.assert_sound()
        shard = system_shard_of(sender.wallet_id)
        assert books.balance(system_wallet_id(WalletKind.LIQUIDITY, USD, shard)) == "30.00000000"
        assert books.balance(system_wallet_id(WalletKind.LIQUIDITY, EUR, shard)) == "-27.60000000"
        assert books.balance(exchange.recipient.wallet_id) == "27.60000000"

    def test_a_replay_is_one_read(self, exchange: Exchange) -> None:
        told = exchange.ask(key="k")

        with Wire(exchange.bank.client) as wire:
            again = exchange.ask(key="k")

        assert again == replace(told, replayed=True)
        assert wire.operations == ["BatchGetItem"]

    def test_it_is_counted_apart_from_domestic_ones(self, exchange: Exchange) -> None:
        exchange.ask()

        assert exchange.bank.meter.counts["fx_transfers_completed"] == 1
        assert exchange.bank.meter.counts["transfers_completed"] == 0

    def test_ones_own_money_can_be_exchanged(self, exchange: Exchange) -> None:
        opened = exchange.bank.open_wallet(exchange.sender.user_id, EUR)
        euros = replace(exchange.sender, wallet_id=opened.facts["walletId"], currency=EUR)

        assert exchange.ask(recipient=euros).code == "ok"


class TestTheSixtiethSecond:
    """The instant of the decision counts."""

    @pytest.mark.parametrize(
        ("seconds", "code"),
        [
            (0.0, "ok"),
            (59.999, "ok"),
            (60.0, "fx-quote-expired"),
            (60.001, "fx-quote-expired"),
        ],
    )
    def test_before_it_the_quote_is_used_and_at_it_refused(
        self, exchange: Exchange, seconds: float, code: str
    ) -> None:
        exchange.bank.clock.advance(timedelta(seconds=seconds))

        assert exchange.ask().code == code
        assert exchange.status() == ("USED" if code == "ok" else "ACTIVE")
        read_books(exchange.bank.client).assert_sound()

    def test_the_commit_itself_looks_at_the_expiry_that_is_stored(self, exchange: Exchange) -> None:
        def end_it_early() -> None:
            exchange.set("quotes", exchange.quote.quote_id, expiresAt={"S": A_SECOND_AGO})

        with Wire(exchange.bank.client, before=first("TransactWriteItems", end_it_early)):
            told = exchange.ask()

        assert told.code == "fx-quote-expired"
        exchange.assert_untouched()

    def test_a_sender_whose_last_entry_is_from_a_clock_ahead_of_ours_can_still_use_it(
        self, exchange: Exchange
    ) -> None:
        exchange.bank.clock.advance(timedelta(seconds=5))
        exchange.bank.deposit(exchange.sender, "1")
        exchange.bank.clock.advance(timedelta(seconds=-5))

        assert exchange.ask().code == "ok"
        read_books(exchange.bank.client).assert_sound()


Spoiler = Callable[[Exchange], None]


def used(exchange: Exchange) -> None:
    assert exchange.ask().code == "ok"


def expired(exchange: Exchange) -> None:
    exchange.bank.clock.advance(timedelta(seconds=60))


def broke(exchange: Exchange) -> None:
    assert exchange.bank.withdraw(exchange.sender, "85").code == "ok"
    assert exchange.bank.withdraw(exchange.sender, "5.00000001").code == "ok"


def closed(exchange: Exchange) -> None:
    balance = read_books(exchange.bank.client).balance(exchange.recipient.wallet_id)
    if balance != "0.00000000":
        assert exchange.bank.withdraw(exchange.recipient, balance).code == "ok"
    assert exchange.bank.change_status(exchange.recipient, StatusAction.CLOSE).code == "ok"


class TestTheOrderOfTheChecks:
    """Whether the quote fits comes first, then its use and its time, then the wallets."""

    @pytest.mark.parametrize(
        ("spoilers", "code"),
        [
            ((used, expired), "fx-quote-used"),
            ((used, closed), "fx-quote-used"),
            ((expired, broke), "fx-quote-expired"),
            ((expired, closed), "fx-quote-expired"),
            ((broke, closed), "insufficient-funds"),
        ],
        ids=[
            "used and expired",
            "used and closed",
            "expired and broke",
            "expired and closed",
            "broke and closed",
        ],
    )
    def test_of_two_reasons_the_first_is_named(
        self, exchange: Exchange, spoilers: tuple[Spoiler, ...], code: str
    ) -> None:
        for spoil in spoilers:
            spoil(exchange)

        assert exchange.ask().code == code
        read_books(exchange.bank.client).assert_sound()

    @pytest.mark.parametrize("spoil", [used, expired])
    def test_whose_quote_it_is_not_does_not_learn_what_became_of_it(
        self, exchange: Exchange, spoil: Spoiler
    ) -> None:
        spoil(exchange)
        other = exchange.bank.account(holding="100")

        assert exchange.ask(sender=other).code == "fx-quote-user-mismatch"

    def test_the_user_is_checked_before_currencies_and_those_before_the_amount(
        self, exchange: Exchange
    ) -> None:
        other, pounds = exchange.bank.account(holding="100"), exchange.bank.account(GBP)

        assert exchange.ask("11", sender=other, recipient=pounds).code == "fx-quote-user-mismatch"
        assert exchange.ask("11", recipient=pounds).code == "fx-quote-currency-mismatch"
        assert exchange.ask("11").code == "fx-quote-amount-mismatch"
        exchange.assert_untouched()

    def test_what_is_not_there_is_told_before_anything_is_decided(self, exchange: Exchange) -> None:
        unknown = replace(exchange.quote, quote_id=QuoteId(exchange.bank.new_id()))
        before = read_books(exchange.bank.client)

        with pytest.raises(WalletNotFound):
            exchange.ask(quote=unknown, recipient=exchange.bank.new_account(EUR))
        with pytest.raises(FxQuoteNotFound):
            exchange.ask(quote=unknown, recipient=exchange.sender)

        assert read_books(exchange.bank.client) == before


class TestRefusals:
    """Each is a result that moves nothing and leaves the quote as it was."""

    def test_it_has_two_writes_and_is_replayed(self, exchange: Exchange) -> None:
        dear = exchange.bank.quote(exchange.sender, EUR, "100.00000001")

        with Wire(exchange.bank.client) as wire:
            told = exchange.ask("100.00000001", quote=dear, key="k")

        assert told.code == "insufficient-funds"
        assert len(wire.calls[-1].request["TransactItems"]) == 2
        exchange.assert_untouched()
        exchange.bank.deposit(exchange.sender, "1")
        assert exchange.ask("100.00000001", quote=dear, key="k") == replace(told, replayed=True)
        assert exchange.ask("100.00000001", quote=dear).code == "ok"

    def test_a_quote_does_not_open_somebody_elses_wallet(self, exchange: Exchange) -> None:
        rich = exchange.bank.account(holding="100")

        theft = exchange.ask(sender=replace(rich, user_id=exchange.sender.user_id))
        misdirected = exchange.ask(recipient=replace(exchange.recipient, user_id=STRANGER))

        assert theft.code == misdirected.code == "wallet-owner-mismatch"
        exchange.assert_untouched()

    def test_a_quote_does_not_change_what_a_wallet_holds(self, exchange: Exchange) -> None:
        opened = exchange.bank.open_wallet(exchange.sender.user_id, GBP)
        pounds = replace(exchange.sender, wallet_id=opened.facts["walletId"])

        assert exchange.ask(sender=pounds).code == "currency-mismatch"
        assert exchange.ask(recipient=exchange.bank.account()).code == "fx-quote-currency-mismatch"
        exchange.assert_untouched()

    def test_one_wallet_cannot_exchange_with_itself(self, exchange: Exchange) -> None:
        assert exchange.ask(recipient=exchange.sender).code == "same-wallet"
        exchange.assert_untouched()

    def test_without_a_quote_one_is_asked_for(self, exchange: Exchange) -> None:
        bank, sender, recipient = exchange.bank, exchange.sender, exchange.recipient

        assert bank.transfer(sender, recipient, "10", key="k").code == "fx-quote-required"
        exchange.assert_untouched()

    def test_a_currency_that_neither_wallet_can_give_is_just_wrong(
        self, exchange: Exchange
    ) -> None:
        told = exchange.bank.transfer(
            exchange.sender, exchange.recipient, "10", key="k", currency=EUR
        )

        assert told.code == "currency-mismatch"
        exchange.assert_untouched()


class TestRivals:
    """Somebody else is quicker between our read and our commit."""

    def test_a_quote_that_was_used_meanwhile_is_refused(self, exchange: Exchange) -> None:
        def be_quicker() -> None:
            consume_quote(exchange.bank.resources, exchange.quote.quote_id, THEIRS)

        with Wire(exchange.bank.client, before=first("TransactWriteItems", be_quicker)):
            told = exchange.ask()

        assert told.code == "fx-quote-used"
        books = read_books(exchange.bank.client)
        books.assert_sound()
        assert books.balance(exchange.sender.wallet_id) == "100.00000000"
        assert books.quotes[exchange.quote.quote_id]["usedByTransactionId"] == THEIRS

    def test_a_wallet_that_moved_meanwhile_is_read_again(self, exchange: Exchange) -> None:
        def be_quicker() -> None:
            assert exchange.bank.withdraw(exchange.sender, "1").code == "ok"

        with Wire(exchange.bank.client, before=first("TransactWriteItems", be_quicker)) as wire:
            told = exchange.ask()

        assert (told.code, told.facts["senderBalance"]) == ("ok", "89.00000000")
        assert wire.operations.count("TransactWriteItems") == 3
        read_books(exchange.bank.client).assert_sound()

    def test_a_liquidity_wallet_that_came_to_be_meanwhile_is_read_again(
        self, exchange: Exchange
    ) -> None:
        neighbour = next(
            account
            for account in (exchange.bank.account(holding="1") for _ in range(200))
            if system_shard_of(account.wallet_id) == system_shard_of(exchange.sender.wallet_id)
        )
        quote = exchange.bank.quote(neighbour, EUR, "1")

        def be_quicker() -> None:
            assert exchange.ask("1", sender=neighbour, quote=quote).code == "ok"

        with Wire(exchange.bank.client, before=first("TransactWriteItems", be_quicker)):
            assert exchange.ask().code == "ok"

        read_books(exchange.bank.client).assert_sound()


class TestThereAndBack:
    """Between one user's own wallets no way round gains a unit."""

    @pytest.mark.parametrize(
        "way",
        [(USD, JPY, USD), (USD, JPY, EUR, USD), (EUR, GBP, USD, EUR), (BDT, USD, BDT)],
        ids="-".join,
    )
    def test_going_round_gains_nothing(self, bank: Bank, way: tuple[Currency, ...]) -> None:
        first_, *others = way
        start = bank.account(first_, holding="1000000")
        amount, at = "1000000", start
        for currency in others:
            if currency == first_:
                to = start
            else:
                opened = bank.open_wallet(start.user_id, currency)
                to = Account(opened.facts["walletId"], start.user_id, currency)
            quote = bank.quote(at, currency, amount)
            told = bank.transfer(at, to, amount, key=currency, fx_quote_id=quote.quote_id)
            assert told.code == "ok"
            amount, at = str(quote.to_amount), to

        books = read_books(bank.client)
        books.assert_sound()
        assert Decimal(books.balance(start.wallet_id)) <= 1_000_000
