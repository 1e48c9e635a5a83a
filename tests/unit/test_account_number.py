"""What everybody may see of an account number."""

import pytest

from novapay.domain.account_number import EncryptedAccountNumber, ending_of


@pytest.mark.parametrize(
    ("account_number", "shown"),
    [
        ("A", "••••"),
        ("ACC1", "••••"),
        ("ACC-1", "••••1"),
        ("ACC-001", "••••001"),
        ("ACC-0001", "••••0001"),
        ("ACC-00001", "••••0001"),
        ("DE89370400440532013000", "••••3000"),
        ("x" * 60 + "1234", "••••1234"),
        ("", "••••"),
    ],
)
def test_at_most_the_last_four_are_shown_and_at_least_four_are_hidden(
    account_number: str, shown: str
) -> None:
    assert EncryptedAccountNumber(b"", ending_of(account_number)).masked == shown
