"""A wallet's item, which every movement of its money writes: how big it gets."""

from dataclasses import replace
from typing import Any

from moto import mock_aws

from localstack.memory.account_numbers import kms_in_memory
from novapay.domain.account_number import EncryptedAccountNumber
from novapay.domain.wallet import WalletKind
from novapay.store.tables import wallets
from tests.support.domain import a_wallet

WRITE_UNIT_BYTES = 1024
LONGEST_NUMBER = "~" * 64
AWS_DATA_KEY_BYTES = 184
"""What KMS on AWS returns for an encrypted data key of 32 bytes; the one in memory returns less."""

MEMORYS_DATA_KEY_BYTES = 96
LONGEST_ARN = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-" + "0" * 32
MEMORYS_ARN = "arn:aws:kms:us-east-1:123456789012:key/" + "0" * 36
LAST_SEQUENCE = 10**15 - 1
"""More entries than a thousand a second for thirty thousand years."""

BIGGEST_BALANCE = "999999999999.99999999"


def size_of(item: dict[str, Any]) -> int:
    """Return what DynamoDB bills an item by: its names and values, numbers at two digits a byte."""
    return sum(len(name) + _size_of_value(value) for name, value in item.items())


def _size_of_value(value: dict[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return (len(content) + 1) // 2 + 1
        case _:
            assert kind == "BOOL"
            return 1


def test_with_the_longest_account_number_it_costs_as_much_as_without() -> None:
    wallet = a_wallet(
        holding=BIGGEST_BALANCE, kind=WalletKind.CLIENT, sequence=LAST_SEQUENCE, head_hash="f" * 64
    )
    with mock_aws():
        number = kms_in_memory().encrypt(
            LONGEST_NUMBER, wallet_id=wallet.wallet_id, user_id=wallet.user_id
        )
    on_aws = (AWS_DATA_KEY_BYTES - MEMORYS_DATA_KEY_BYTES) + (len(LONGEST_ARN) - len(MEMORYS_ARN))
    padded = EncryptedAccountNumber(number.ciphertext + bytes(on_aws), number.ending)

    item = wallets.create(replace(wallet, account_number=padded)).request["Item"]

    assert LONGEST_NUMBER.encode() not in number.ciphertext
    assert size_of(item) <= WRITE_UNIT_BYTES
