"""What an operator sees of an account number."""

import pytest

from novapay.http.schemas.admin import masked


@pytest.mark.parametrize(
    ("account_number", "shown"),
    [
        ("A", "•"),
        ("ACC1", "••••"),
        ("ACC-1", "••••1"),
        ("ACC-001", "••••001"),
        ("ACC-0001", "••••0001"),
        ("DE89370400440532013000", "••••••••••••••••••3000"),
        ("", ""),
    ],
)
def test_at_most_the_last_four_are_shown_and_at_least_four_are_hidden(
    account_number: str, shown: str
) -> None:
    assert masked(account_number) == shown


def test_where_there_is_none_there_is_nothing_to_hide() -> None:
    assert masked(None) is None
