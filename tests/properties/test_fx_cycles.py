"""For any table and any spread, no cycle of two or three quotes gains a unit."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import event, given
from hypothesis import strategies as st

from novapay.domain.errors import FxAmountTooSmall, FxPairUnavailable
from novapay.domain.money import DECIMALS, Currency, Money, Rate
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.rates import SPREAD_BPS_MAX, RateTable
from novapay.domain.wallet import UserId
from tests.support.domain import EUR, NOW, id_of

OTHERS = [Currency(code) for code in ("USD", "JPY", "IDR", "KWD")]

prices = st.one_of(
    st.sampled_from(
        [Decimal(text) for text in ("1", "3", "0.3", "1.08695652", "164.34", "19255.1")]
    ),
    st.builds(
        lambda digits, exponent: Decimal(digits).scaleb(exponent),
        st.integers(1, 10**14),
        st.integers(-18, 0),
    ),
)
tables = st.builds(
    lambda chosen: RateTable(EUR, dict(zip(OTHERS, chosen, strict=True)), date(2026, 4, 7)),
    st.tuples(*[prices] * len(OTHERS)),
)
amounts = st.one_of(st.sampled_from([1, 3, 10**8, 10**14, 10**20 - 1]), st.integers(1, 10**20 - 1))
cycles = st.lists(st.sampled_from([EUR, *OTHERS]), min_size=2, max_size=3, unique=True)
spreads = st.one_of(st.just(0), st.integers(0, SPREAD_BPS_MAX))


@given(tables, cycles, spreads, amounts)
def test_no_cycle_of_quotes_gains_a_unit(
    table: RateTable, cycle: list[Currency], spread_bps: int, units: int
) -> None:
    have = Money(units, cycle[0])

    for source, target in pairwise([*cycle, cycle[0]]):
        try:
            rate = table.rate(source=source, target=target, spread_bps=spread_bps)
            have = _lock(have, target, rate).to_amount
        except (FxPairUnavailable, FxAmountTooSmall) as refusal:
            event(refusal.code)
            return  # Whoever is refused half-way has gained nothing either.

    event("went round")
    assert have.currency == cycle[0]
    assert have.units <= units


@given(tables, st.permutations([EUR, *OTHERS]), spreads)
def test_there_and_back_are_never_worth_more_than_one(
    table: RateTable, order: list[Currency], spread_bps: int
) -> None:
    source, target, *_ = order
    try:
        there = table.rate(source=source, target=target, spread_bps=spread_bps)
        back = table.rate(source=target, target=source, spread_bps=spread_bps)
    except FxPairUnavailable:
        return

    assert there.units * back.units <= 10 ** (2 * DECIMALS)


def _lock(have: Money, target: Currency, rate: Rate) -> Quote:
    return Quote.lock(
        quote_id=QuoteId(id_of("quote")),
        user_id=UserId(id_of("user")),
        from_amount=have,
        to_currency=target,
        rate=rate,
        now=NOW,
    )
