"""Capacity units are computed as DynamoDB bills them."""

import pytest

from localstack.bench.units import consistent_read_units, item_bytes, transaction_write_units


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({}, 0),
        ({"id": {"S": "abc"}}, 5),
        ({"é": {"S": "ü"}}, 4),
        ({"n": {"N": "0"}}, 2),
        ({"n": {"N": "7"}}, 3),
        ({"n": {"N": "1200"}}, 3),
        ({"n": {"N": "-123"}}, 5),
        ({"b": {"BOOL": True}}, 2),
        ({"l": {"L": []}}, 4),
        ({"l": {"L": [{"S": "abc"}, {"BOOL": False}]}}, 1 + 3 + 4 + 2),
        ({"m": {"M": {"k": {"S": "v"}}}}, 1 + 3 + 1 + 2),
    ],
)
def test_an_item_is_its_names_and_its_values(item: dict[str, dict[str, object]], size: int) -> None:
    assert item_bytes(item) == size


@pytest.mark.parametrize(("letters", "units"), [(0, 2), (1022, 2), (1023, 4), (2046, 4), (2047, 6)])
def test_a_write_in_a_transaction_is_two_units_for_each_begun_kilobyte(
    letters: int, units: int
) -> None:
    assert transaction_write_units([{"id": {"S": "x" * letters}}]) == units


@pytest.mark.parametrize(("letters", "units"), [(0, 1), (4094, 1), (4095, 2)])
def test_a_consistent_read_is_one_unit_for_each_begun_4_kilobytes(letters: int, units: int) -> None:
    assert consistent_read_units([{"id": {"S": "x" * letters}}]) == units


def test_what_is_not_there_costs_a_unit_to_look_for() -> None:
    assert consistent_read_units([], absent=2) == 2
