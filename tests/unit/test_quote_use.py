"""Quotes are locked, looked at and used up: by one clock, from one answer, once."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from novapay.domain.caller import TRUSTED
from novapay.domain.entry import TransactionId
from novapay.domain.errors import (
    FxAmountTooSmall,
    FxQuoteExpired,
    FxQuoteNotFound,
    FxQuoteUsed,
    FxRateUnavailable,
)
from novapay.domain.money import Currency, Rate
from novapay.domain.quote import QuoteId, QuoteStatus
from novapay.providers.fx_rates import FixedRates
from novapay.usecases.consume_quote import consume_quote
from novapay.usecases.get_quote import get_quote
from tests.support.auditor import read_books
from tests.support.bank import EUR, Bank
from tests.support.clocks import ManualClock
from tests.support.domain import id_of
from tests.support.wire import Wire, first

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

    def rate(self, *, source: Currency, target: Currency) -> Rate:
        self._clock.advance(timedelta(seconds=5))
        return FixedRates().rate(source=source, target=target)


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
        assert get_quote(bank.store, quote.quote_id, TRUSTED) == (quote, bank.clock.now())
        assert bank.meter.counts["quotes_created"] == 1

    def test_without_a_rate_nothing_is_stored_and_the_failure_is_counted(self, bank: Bank) -> None:
        with pytest.raises(FxRateUnavailable):
            bank.quote(bank.new_account(), CHF, "10")

        assert not read_books(bank.client).quotes
        assert bank.meter.counts["fx_rate_failures"] == 1
        assert bank.meter.counts["quotes_created"] == 0

    def test_what_rounds_to_nothing_is_not_stored(self, bank: Bank) -> None:
        with pytest.raises(FxAmountTooSmall):
            bank.quote(bank.new_account(BDT), EUR, "0.00000001")

        assert not read_books(bank.client).quotes


class TestUsingUp:
    """For an internal service's transaction, once, in time."""

    @pytest.mark.parametrize("seconds", [0.0, 59.999])
    def test_in_time_it_is_used_by_the_transaction(self, bank: Bank, seconds: float) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")
        bank.clock.advance(timedelta(seconds=seconds))

        used = consume_quote(bank.store, quote.quote_id, OURS)

        stored, now = get_quote(bank.store, quote.quote_id, TRUSTED)
        assert used == stored
        assert (used.used_at, used.used_by) == (now, OURS)
        assert used.status(now) is QuoteStatus.USED
        assert bank.meter.counts["quotes_consumed"] == 1

    @pytest.mark.parametrize("seconds", [60.0, 60.001])
    def test_too_late_it_is_expired_and_stays_unused(self, bank: Bank, seconds: float) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")
        bank.clock.advance(timedelta(seconds=seconds))

        with pytest.raises(FxQuoteExpired):
            consume_quote(bank.store, quote.quote_id, OURS)

        assert get_quote(bank.store, quote.quote_id, TRUSTED) == (quote, bank.clock.now())
        assert bank.meter.counts["quotes_consumed"] == 0

    @pytest.mark.parametrize("seconds", [0, 60])
    def test_a_second_use_is_refused_by_the_first_ones_transaction_too(
        self, bank: Bank, seconds: int
    ) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")
        used = consume_quote(bank.store, quote.quote_id, OURS)
        bank.clock.advance(timedelta(seconds=seconds))

        for transaction_id in (OURS, THEIRS):
            with pytest.raises(FxQuoteUsed):
                consume_quote(bank.store, quote.quote_id, transaction_id)

        assert get_quote(bank.store, quote.quote_id, TRUSTED)[0] == used

    def test_of_two_at_once_one_gets_it(self, bank: Bank) -> None:
        quote = bank.quote(bank.new_account(), EUR, "10")

        def be_quicker() -> None:
            consume_quote(bank.store, quote.quote_id, THEIRS)

        with (
            Wire(bank.client, before=first("TransactWriteItems", be_quicker)),
            pytest.raises(FxQuoteUsed),
        ):
            consume_quote(bank.store, quote.quote_id, OURS)

        assert get_quote(bank.store, quote.quote_id, TRUSTED)[0].used_by == THEIRS

    def test_one_that_nobody_made_is_not_found(self, bank: Bank) -> None:
        unknown = QuoteId(bank.new_id())

        with pytest.raises(FxQuoteNotFound):
            consume_quote(bank.store, unknown, OURS)
        with pytest.raises(FxQuoteNotFound):
            get_quote(bank.store, unknown, TRUSTED)
