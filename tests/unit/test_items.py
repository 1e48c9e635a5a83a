"""Attributes as DynamoDB gives them: what is no number of ours is no number."""

import pytest

from novapay.store.items import DIGITS_MAX, Malformed, number, read_number


def test_a_number_of_as_many_digits_as_a_key_takes_is_read() -> None:
    largest = 10**DIGITS_MAX - 1

    assert read_number({"sequence": number(largest)}, "sequence") == largest


@pytest.mark.parametrize(
    "value", [number(10**DIGITS_MAX), {"N": "1.5"}, {"N": "1E3"}, {"S": "7"}, {}]
)
def test_what_is_no_whole_number_or_has_more_digits_is_malformed(value: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        read_number({"sequence": value}, "sequence")


def test_a_number_that_is_absent_is_malformed() -> None:
    with pytest.raises(Malformed):
        read_number({}, "sequence")
