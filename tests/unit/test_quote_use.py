"""Quotes are locked, looked at and used up: by one clock, from one answer, once."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import EUR, Bank, Told
from localstack.memory.clocks import ManualClock
from localstack.memory.wire import Wire, every, first, lose_the_answer
from novapay.domain.caller import TRUSTED
from novapay.domain.entry import TransactionId
from novapay.domain.errors import (
    FxAmountTooSmall,
    FxPairUnavailable,
    FxQuoteExpired,
    FxQuoteNotFound,
    FxQuoteUsed,
    FxRateUnavailable,
    IdempotencyKeyReused,
    StoreUnavailable,
)
from novapay.domain.money import Currency
from novapay.domain.quote import QuoteId, QuoteStatus
from novapay.domain.rates import RateTable
from novapay.providers.fx_rates import FixedRates
from novapay.usecases.consume_quote import consume_quote
from novapay.usecases.get_quote import get_quote
from tests.support.domain import id_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BDT = Currency("BDT")
CHF = Currency("CHF")
OURS = TransactionId(id_of("our transfer"))
THEIRS = TransactionId(id_of("their transfer"))


class SlowProvider:
    """Knows what the local table knows, and takes five seconds to say so."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def table(self) -> RateTable:
        self._clock.advance(timedelta(seconds=5))
        return FixedRates().table()


@dataclass
class Provider:
    """Knows what the local table knows, as of a date, until it is down; counts who asks."""

    published_on: date | None = None
    is_down: bool = False
    asked: int = 0

    def table(self) -> RateTable:
        self.asked += 1
        if self.is_down:
            raise FxRateUnavailable
        return replace(FixedRates().table(), published_on=self.published_on)


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


class TestLocking:
    """From the provider's answer on, for sixty seconds."""

    def test_the_time_that_the_provider_took_is_not_taken_from_the_client(self, bank: Bank) -> None:
        asked_at = bank.clock.now()

        quote = bank.quote(bank.account(), EUR, "10", provider=SlowProvider(bank.clock))

        assert quote.expires_at == asked_at + timedelta(seconds=5 + 60)

    def test_it_is_one_write_and_is_counted(self, bank: Bank) -> None:
        account = bank.new_account()

        with Wire(bank.client) as wire:
            quote = bank.quote(account, EUR, "10")

        assert wire.operations == ["TransactWriteItems"]
        assert get_quote(bank.resources, quote.quote_id, TRUSTED) == (quote, bank.clock.now())
        assert bank.meter.counts["quotes_created"] == 1

    def test_without_rates_nothing_is_stored_and_the_failure_is_counted(self, bank: Bank) -> None:
        with pytest.raises(FxRateUnavailable):
            bank.quote(bank.new_account(), EUR, "10", provider=Provider(is_down=True))

        assert not read_books(bank.client).quotes
        assert bank.meter.counts["fx_rate_failures"] == 1
        assert bank.meter.counts["quotes_created"] == 0

    @pytest.mark.parametrize("days", [-1, 0, 5])
    def test_five_days_old_rates_are_taken(self, bank: Bank, days: int) -> None:
        published_on = bank.clock.now().date() - timedelta(days=days)

        quote = bank.quote(bank.new_account(), EUR, "10", provider=Provider(published_on))

        assert str(quote.rate) == "0.92000000"

    @pytest.mark.parametrize("days", [-2, 6, 365])
    def test_older_ones_are_a_failure_of_the_provider(self, bank: Bank, days: int) -> None:
        published_on = bank.clock.now().date() - timedelta(days=days)

        with pytest.raises(FxRateUnavailable, match=str(published_on)):
            bank.quote(bank.new_account(), EUR, "10", provider=Provider(published_on))

        assert not read_books(bank.client).quotes
        assert bank.meter.counts["fx_rate_failures"] == 1

    def test_a_pair_that_there_is_not_is_refused_and_no_failure(self, bank: Bank) -> None:
        for _ in range(6):
            with pytest.raises(FxPairUnavailable):
                bank.quote(bank.new_account(), CHF, "10")

        assert not read_books(bank.client).quotes
        assert bank.meter.counts["fx_rate_failures"] == 0
        assert bank.meter.counts["refused_fx_pair_unavailable"] == 6

    def test_the_spread_is_in_the_rate_and_so_in_the_amount(self, bank: Bank) -> None:
        told = bank.ask_for_quote(bank.new_account(), EUR, "2000", spread_bps=50)

        assert (told.facts["rate"], told.facts["toAmount"]) == ("0.91540000", "1830.80000000")

    def test_what_rounds_to_nothing_is_not_stored(self, bank: Bank) -> None:
        with pytest.raises(FxAmountTooSmall):
            bank.quote(bank.new_account(BDT), EUR, "0.00000001")

        assert not read_books(bank.client).quotes


class TestUnderAKey:
    """The first answer again, without another quote and without asking the provider."""

    def test_a_replay_is_the_same_quote(self, bank: Bank) -> None:
        account, provider = bank.new_account(), Provider()
        told = bank.ask_for_quote(account, EUR, "10", key="k", provider=provider)
        bank.clock.advance(timedelta(hours=23))

        with Wire(bank.client) as wire:
            again = bank.ask_for_quote(account, EUR, "10", key="k", provider=provider)

        assert again == replace(told, replayed=True)
        assert provider.asked == 1
        assert wire.operations == ["BatchGetItem"]
        assert len(read_books(bank.client).quotes) == 1
        assert bank.meter.counts["replays"] == 1
        assert bank.meter.counts["quotes_created"] == 1

    def test_a_replay_needs_no_provider(self, bank: Bank) -> None:
        account, provider = bank.new_account(), Provider()
        told = bank.ask_for_quote(account, EUR, "10", key="k", provider=provider)
        provider.is_down = True

        again = bank.ask_for_quote(account, EUR, "10", key="k", provider=provider)

        assert again == replace(told, replayed=True)

    def test_another_payload_is_refused_without_asking(self, bank: Bank) -> None:
        account, provider = bank.new_account(), Provider()
        bank.ask_for_quote(account, EUR, "10", key="k", provider=provider)

        with pytest.raises(IdempotencyKeyReused):
            bank.ask_for_quote(account, EUR, "11", key="k", provider=provider)

        assert provider.asked == 1

    def test_after_a_day_it_is_a_new_request(self, bank: Bank) -> None:
        account = bank.new_account()
        bank.ask_for_quote(account, EUR, "10", key="k")
        bank.clock.advance(timedelta(hours=24, seconds=1))

        assert not bank.ask_for_quote(account, EUR, "10", key="k").replayed
        assert len(read_books(bank.client).quotes) == 2

    def test_a_failure_of_the_provider_leaves_the_key_free(self, bank: Bank) -> None:
        account, provider = bank.new_account(), Provider(is_down=True)
        with pytest.raises(FxRateUnavailable):
            bank.ask_for_quote(account, EUR, "10", key="k", provider=provider)
        provider.is_down = False

        told = bank.ask_for_quote(account, EUR, "10", key="k", provider=provider)

        assert (told.code, told.replayed) == ("ok", False)

    @pytest.mark.parametrize(
        ("source", "target", "amount", "code"),
        [
            ("USD", "CHF", "10", "fx-pair-unavailable"),
            ("BDT", "EUR", "0.00000001", "fx-amount-too-small"),
        ],
    )
    def test_a_refusal_is_kept(
        self, bank: Bank, source: str, target: str, amount: str, code: str
    ) -> None:
        account, provider = bank.new_account(Currency(source)), Provider()
        told = bank.ask_for_quote(account, Currency(target), amount, key="k", provider=provider)

        again = bank.ask_for_quote(account, Currency(target), amount, key="k", provider=provider)

        assert told.code == code
        assert again == replace(told, replayed=True)
        assert provider.asked == 1

    def test_of_two_at_once_both_get_one_quote(self, bank: Bank) -> None:
        account = bank.new_account()
        first_told: list[Told] = []

        def be_quicker() -> None:
            first_told.append(bank.ask_for_quote(account, EUR, "10", key="k"))

        with Wire(bank.client, before=first("TransactWriteItems", be_quicker)):
            told = bank.ask_for_quote(account, EUR, "10", key="k")

        assert told == replace(first_told[0], replayed=True)
        assert len(read_books(bank.client).quotes) == 1

    @pytest.mark.parametrize("key", [None, "k"])
    def test_a_lost_answer_may_be_asked_for_again_with_a_key_and_without(
        self, bank: Bank, key: str | None
    ) -> None:
        account = bank.new_account()
        with (
            Wire(bank.client, after=every("TransactWriteItems", lose_the_answer)),
            pytest.raises(StoreUnavailable),
        ):
            bank.ask_for_quote(account, EUR, "10", key=key)

        told = bank.ask_for_quote(account, EUR, "10", key=key)

        assert (told.code, told.replayed) == ("ok", key is not None)


class TestUsingUp:
    """For an internal service's transaction, once, in time."""

    @pytest.mark.parametrize("seconds", [0.0, 59.999])
    def test_in_time_it_is_used_by_the_transaction(self, bank: Bank, seconds: float) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")
        bank.clock.advance(timedelta(seconds=seconds))

        used = consume_quote(bank.resources, quote.quote_id, OURS)

        stored, now = get_quote(bank.resources, quote.quote_id, TRUSTED)
        assert used == stored
        assert (used.used_at, used.used_by) == (now, OURS)
        assert used.status(now) is QuoteStatus.USED
        assert bank.meter.counts["quotes_consumed"] == 1

    @pytest.mark.parametrize("seconds", [60.0, 60.001])
    def test_too_late_it_is_expired_and_stays_unused(self, bank: Bank, seconds: float) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")
        bank.clock.advance(timedelta(seconds=seconds))

        with pytest.raises(FxQuoteExpired):
            consume_quote(bank.resources, quote.quote_id, OURS)

        assert get_quote(bank.resources, quote.quote_id, TRUSTED) == (quote, bank.clock.now())
        assert bank.meter.counts["quotes_consumed"] == 0

    @pytest.mark.parametrize("seconds", [0, 60, 86_400])
    def test_a_second_use_is_refused(self, bank: Bank, seconds: int) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")
        used = consume_quote(bank.resources, quote.quote_id, OURS)
        bank.clock.advance(timedelta(seconds=seconds))

        with pytest.raises(FxQuoteUsed):
            consume_quote(bank.resources, quote.quote_id, THEIRS)

        assert get_quote(bank.resources, quote.quote_id, TRUSTED)[0] == used

    @pytest.mark.parametrize("seconds", [0, 60, 86_400])
    def test_the_same_transaction_may_ask_again(self, bank: Bank, seconds: int) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")
        used = consume_quote(bank.resources, quote.quote_id, OURS)
        bank.clock.advance(timedelta(seconds=seconds))

        with Wire(bank.client) as wire:
            again = consume_quote(bank.resources, quote.quote_id, OURS)

        assert again == used
        assert wire.operations == ["GetItem"]
        assert bank.meter.counts["quotes_consumed"] == 1

    def test_a_transfer_that_used_it_may_ask_for_it_too(self, bank: Bank) -> None:
        sender, recipient = bank.account(holding="10"), bank.account(EUR)
        quote = bank.quote(sender, EUR, "10")
        told = bank.transfer(sender, recipient, "10", key="k", fx_quote_id=quote.quote_id)

        used = consume_quote(bank.resources, quote.quote_id, told.facts["transactionId"])

        assert used.used_by == told.facts["transactionId"]

    def test_asked_twice_at_once_by_one_transaction_both_get_it(self, bank: Bank) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")

        def be_quicker() -> None:
            consume_quote(bank.resources, quote.quote_id, OURS)

        with Wire(bank.client, before=first("TransactWriteItems", be_quicker)):
            used = consume_quote(bank.resources, quote.quote_id, OURS)

        assert used == get_quote(bank.resources, quote.quote_id, TRUSTED)[0]
        assert bank.meter.counts["quotes_consumed"] == 1

    def test_of_two_at_once_one_gets_it(self, bank: Bank) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")

        def be_quicker() -> None:
            consume_quote(bank.resources, quote.quote_id, THEIRS)

        with (
            Wire(bank.client, before=first("TransactWriteItems", be_quicker)),
            pytest.raises(FxQuoteUsed),
        ):
            consume_quote(bank.resources, quote.quote_id, OURS)

        assert get_quote(bank.resources, quote.quote_id, TRUSTED)[0].used_by == THEIRS

    def test_one_that_nobody_made_is_not_found(self, bank: Bank) -> None:
        unknown = QuoteId(bank.new_id())

        with pytest.raises(FxQuoteNotFound):
            consume_quote(bank.resources, unknown, OURS)
        with pytest.raises(FxQuoteNotFound):
            get_quote(bank.resources, unknown, TRUSTED)
