"""Amounts, rates and currencies: what is accepted, and how they are printed and rounded."""

from collections.abc import Callable

import pytest

from novapay.domain.currencies import HISTORIC_CODES
from novapay.domain.errors import InvalidAmount, InvalidCurrency
from novapay.domain.money import (
    Currency,
    Money,
    Rate,
    format_units,
    known_currency,
    parse_currency,
    stored_units,
)
from tests.support.domain import EUR, USD


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("1", 100_000_000),
        ("100", 10_000_000_000),
        ("100.00", 10_000_000_000),
        ("0.1", 10_000_000),
        ("0.00000001", 1),
        ("1.23456789", 123_456_789),
        ("007", 700_000_000),
        ("999999999999", 99_999_999_999_900_000_000),
        ("999999999999.99999999", 99_999_999_999_999_999_999),
        ("000000000001", 100_000_000),
    ],
)
def test_an_amount_is_read_to_the_last_of_8_decimals(text: str, units: int) -> None:
    assert Money.parse(text, USD) == Money(units, USD)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0.0",
        "0.00000000",
        "000000000000",
        "0.000000001",
        "1.123456789",
        "1000000000000",
        "0000000000001",
        "-1",
        "+1",
        "-0",
        "1e2",
        "1E2",
        "1e-2",
        ".5",
        "5.",
        ".",
        "1.2.3",
        "1,5",
        "1,000",
        "1_000",
        " 1",
        "1 ",
        "1\n",
        "\n1",
        "1\x00",
        "1\u00a0",
        "\uff11",
        "١٢٣",
        "१",
        "1.\u0665",
        "²",
        "½",
        "0x10",
        "0b1",
        "NaN",
        "nan",
        "Infinity",
        "inf",
        "-inf",
        "ten",
        "$5",
        "5 USD",
        "null",
        "true",
        "9" * 10_000,
    ],
)
def test_what_is_not_a_plain_decimal_above_zero_is_no_amount(text: str) -> None:
    with pytest.raises(InvalidAmount):
        Money.parse(text, USD)


@pytest.mark.parametrize(
    ("units", "text"),
    [
        (0, "0.00000000"),
        (1, "0.00000001"),
        (-1, "-0.00000001"),
        (90_000_000_000, "900.00000000"),
        (-150_000_000, "-1.50000000"),
        (10**20 * 3 + 7, "3000000000000.00000007"),
    ],
)
def test_money_is_printed_with_all_8_decimals_and_read_back(units: int, text: str) -> None:
    assert format_units(units) == text
    assert str(Money(units, USD)) == text
    assert stored_units(text) == units


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.0", "1.000000000", "01.00000000", "-0.00000000", "+1.00000000", "1e8",
     "\uff11.00000000", "1.00000000\n", " 1.00000000", "--1.00000000", ".00000000"],
)  # fmt: skip
def test_a_stored_amount_has_one_spelling(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"^not (an amount with 8 decimals|the canonical spelling of an amount)$"
    ):
        stored_units(text)


def test_adding_keeps_the_currency_and_the_last_decimal() -> None:
    third = Money.parse("0.33333333", USD)

    assert str(third.plus(third.units).plus(third.units)) == "0.99999999"
    assert third.plus(-third.units) == Money.zero(USD)


@pytest.mark.parametrize(
    ("amount", "rate", "converted"),
    [
        ("2000", "0.92", "1840.00000000"),
        ("100", "1", "100.00000000"),
        ("1", "0.00000001", "0.00000001"),
        ("0.1", "0.3", "0.03000000"),
        # Whatever is beyond the eighth decimal is dropped.
        ("0.00000001", "0.5", "0.00000000"),
        ("0.00000001", "0.99999999", "0.00000000"),
        ("0.00000003", "0.5", "0.00000001"),
        ("0.00000007", "0.5", "0.00000003"),
        ("1.00000003", "0.5", "0.50000001"),
        ("33.33333333", "1.08695652", "36.23188399"),
        ("999999999999.99999999", "117.5", "117499999999999.99999882"),
        ("999999999999.99999999", "999999999999.99999999", "999999999999999999980000.00000000"),
    ],
)
def test_a_conversion_is_rounded_down_once(amount: str, rate: str, converted: str) -> None:
    given = Money.parse(amount, USD)

    got = Rate.parse(rate).convert(given, EUR)

    assert got.currency == EUR
    assert str(got) == converted


@pytest.mark.parametrize(
    ("amount", "rate", "right", "wrong"),
    [
        # What quotes gave when they rounded half to even is still right: down, up, to the even.
        ("2000", "0.92", ["1840.00000000"], ["1839.99999999", "1840.00000001"]),
        ("0.00000003", "0.5", ["0.00000001", "0.00000002"], ["0.00000000", "0.00000003"]),
        ("0.00000005", "0.5", ["0.00000002"], ["0.00000001", "0.00000003"]),
        ("0.00000007", "0.5", ["0.00000003", "0.00000004"], ["0.00000002", "0.00000005"]),
        ("0.00000005", "0.49", ["0.00000002"], ["0.00000001", "0.00000003"]),
        ("0.00000005", "0.51", ["0.00000002", "0.00000003"], ["0.00000001", "0.00000004"]),
        ("333.33333333", "0.33333333", ["111.11110999", "111.11111000"], ["111.11111001"]),
    ],
)
def test_what_was_converted_is_rounded_down_or_as_it_was_before(
    amount: str, rate: str, right: list[str], wrong: list[str]
) -> None:
    given, at = Money.parse(amount, USD), Rate.parse(rate)

    assert [at.converts(given, Money(stored_units(it), EUR)) for it in right] == [True] * len(right)
    assert not any(at.converts(given, Money(stored_units(it), EUR)) for it in wrong)


@pytest.mark.parametrize("text", ["0", "-1", "1e2", "1.123456789", ""])
def test_a_rate_is_as_strict_as_an_amount(text: str) -> None:
    with pytest.raises(InvalidAmount):
        Rate.parse(text)


def test_a_rate_is_printed_with_all_8_decimals() -> None:
    assert str(Rate.parse("0.92")) == "0.92000000"


@pytest.mark.parametrize("code", ["USD", "EUR", "GBP", "BDT", "JPY", "XCG", "ZWG", "SLE", "VED"])
def test_an_iso_4217_code_is_a_currency(code: str) -> None:
    assert parse_currency(code) == code
    assert known_currency(code) == code


@pytest.mark.parametrize("code", sorted(HISTORIC_CODES))
def test_a_historic_currency_is_known_and_no_longer_taken(code: str) -> None:
    assert known_currency(code) == code
    with pytest.raises(InvalidCurrency):
        parse_currency(code)


@pytest.mark.parametrize(
    "code", ["", "usd", "Usd", "US", "USDX", "USD ", " USD", "USD\n", "XXX", "XTS", "XAU", "ABC",
             "\uff35\uff33\uff24", "$"],
)  # fmt: skip
@pytest.mark.parametrize("parse", [parse_currency, known_currency])
def test_anything_else_is_no_currency(parse: Callable[[str], Currency], code: str) -> None:
    with pytest.raises(InvalidCurrency):
        parse(code)
