"""Random mixes of exchanges and transfers: each currency's sum stays zero, liquidity included."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from localstack.memory.auditor import assert_trial_balance_is_zero, read_books
from localstack.memory.bank import EUR, USD, Account, Bank
from localstack.memory.dynamodb import dynamodb_in_memory
from novapay.domain.errors import FxAmountTooSmall
from novapay.domain.money import Currency
from novapay.domain.quote import Quote
from novapay.domain.rates import RateTable

JPY = Currency("JPY")
OPENED = (USD, USD, EUR, EUR, JPY)
EIGHT_DECIMALS = Decimal("1e-8")
DIGITS = 60

people = st.integers(0, len(OPENED) - 1)
pairs = st.tuples(people, people)
amounts = st.one_of(
    st.sampled_from(["0.00000001", "0.00000003", "1", "33.33333333", "100", "999.99999999"]),
    st.integers(1, 10**13).map(lambda units: f"{Decimal(units).scaleb(-8):.8f}"),
)
rates = st.one_of(
    st.just("0.5"),
    st.sampled_from(["0.5", "0.92", "1", "0.00000001", "151.2", "0.33333333"]),
    st.integers(1, 10**12).map(lambda units: f"{Decimal(units).scaleb(-8):.8f}"),
)


@dataclass(frozen=True, slots=True)
class TodaysRate:
    """A provider with one pair and its rate."""

    source: Currency
    target: Currency
    text: str

    def table(self) -> RateTable:
        return RateTable(self.source, {self.target: Decimal(self.text)}, published_on=None)


@dataclass(slots=True)
class Mix:
    """A bank, its people, the quotes that they got, and what each of them must have."""

    bank: Bank
    people: list[Account]
    have: list[Decimal]
    quotes: list[tuple[int, Quote, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    count: int = 0

    def key(self) -> str:
        self.count += 1
        return f"key-{self.count}"

    def pay(self, sender: int, recipient: int, amount: str) -> None:
        """Transfer without a quote: between two wallets of one currency, or not at all."""
        payer, payee = self.people[sender], self.people[recipient]
        told = self.bank.transfer(payer, payee, amount, key=self.key())
        fits = payer.currency == payee.currency and sender != recipient
        if fits and Decimal(amount) <= self.have[sender]:
            assert told.code == "ok"
            self.move(sender, recipient, Decimal(amount), Decimal(amount))
        else:
            assert told.code in {"same-wallet", "fx-quote-required", "insufficient-funds"}

    def quote(self, sender: int, currency: Currency, amount: str, rate: str) -> bool:
        """Lock a rate, and return whether there is something to exchange."""
        try:
            holder = self.people[sender]
            provider = TodaysRate(holder.currency, currency, rate)
            quote = self.bank.quote(holder, currency, amount, provider=provider)
        except FxAmountTooSmall:
            assert exchanged(amount, rate) == 0
            return False
        assert Decimal(str(quote.to_amount)) == exchanged(amount, rate) > 0
        self.quotes.append((sender, quote, amount))
        return True

    def quote_and_exchange(self, sender: int, recipient: int, amount: str, rate: str) -> None:
        """Do what most people do: use the quote that they have just got."""
        currency = self.people[recipient].currency
        if self.quote(sender, currency, amount, rate):
            self.exchange(-1, recipient, 0)

    def exchange(self, chosen: int, recipient: int, seconds: int) -> None:
        """Use one of the quotes, after a while, whatever became of it."""
        if not self.quotes:
            return
        sender, quote, amount = self.quotes[chosen % len(self.quotes)]
        self.bank.clock.advance(timedelta(seconds=seconds))
        told = self.bank.transfer(
            self.people[sender],
            self.people[recipient],
            amount,
            key=self.key(),
            fx_quote_id=quote.quote_id,
        )
        assert told.code == self.expected(sender, recipient, quote, Decimal(amount))
        if told.code == "ok":
            self.used.add(quote.quote_id)
            self.move(sender, recipient, Decimal(amount), Decimal(str(quote.to_amount)))

    def expected(self, sender: int, recipient: int, quote: Quote, amount: Decimal) -> str:
        if sender == recipient:
            return "same-wallet"
        if self.people[recipient].currency != quote.to_amount.currency:
            return "fx-quote-currency-mismatch"
        if quote.quote_id in self.used:
            return "fx-quote-used"
        if self.bank.clock.now() >= quote.expires_at:
            return "fx-quote-expired"
        return "ok" if amount <= self.have[sender] else "insufficient-funds"

    def move(self, sender: int, recipient: int, given_: Decimal, got: Decimal) -> None:
        self.have[sender] -= given_
        self.have[recipient] += got


Step = Callable[[Mix], object]

steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda pair, amount: lambda mix: mix.pay(*pair, amount), pairs, amounts),
    st.builds(
        lambda pair, amount, rate: lambda mix: mix.quote_and_exchange(*pair, amount, rate),
        pairs.filter(lambda pair: OPENED[pair[0]] != OPENED[pair[1]]),
        amounts,
        rates,
    ),
    st.builds(
        lambda chosen, recipient, seconds: lambda mix: mix.exchange(chosen, recipient, seconds),
        st.integers(0, 9),
        people,
        st.sampled_from([0, 1, 60]),
    ),
)


def exchanged(amount: str, rate: str) -> Decimal:
    """Return what an amount is worth, rounded down, by another library than ours."""
    with localcontext() as context:
        context.prec = DIGITS
        return (Decimal(amount) * Decimal(rate)).quantize(EIGHT_DECIMALS, ROUND_DOWN)


@settings(max_examples=10)
@given(st.lists(steps, min_size=12, max_size=24))
def test_every_currency_sums_to_zero_whatever_is_exchanged(mix_of: list[Step]) -> None:
    with dynamodb_in_memory() as client:
        bank = Bank(client)
        accounts = [bank.account(currency, holding="1000") for currency in OPENED]
        mix = Mix(bank, accounts, [Decimal(1_000)] * len(OPENED))

        for step in mix_of:
            step(mix)
            assert_trial_balance_is_zero(client)

        books = read_books(client)
        books.assert_sound()
        balances = [Decimal(books.balance(account.wallet_id)) for account in accounts]
        assert balances == mix.have
