"""What a transaction's row says, and the hash that its entries carry of it."""

from dataclasses import fields, replace
from typing import Any

import pytest

from novapay.domain.entry import TransactionId
from novapay.domain.metadata import Metadata
from novapay.domain.money import Rate
from novapay.domain.transaction import Facts, Transaction, TransactionStatus, TransactionType
from tests.support.domain import EUR, NOW, id_of

NOT_SEALED = {
    "status": "only what is COMPLETED has entries",
    "created_at": "each entry has it",
    "description": "the entries have its commitment, so that it may be erased",
    "failure_code": "only what is COMPLETED has entries",
    "failure_detail": "only what is COMPLETED has entries",
    "entries": "they are checked one by one",
    "reversed_units": "it grows after the entries were posted; its reversals are checked",
    "reversals": "they are added after the entries were posted; each of them names it",
}
"""The fields of a row that the hash does not cover, each with the reason."""

ROW = Transaction(
    transaction_id=TransactionId(id_of("transaction")),
    transaction_type=TransactionType.TRANSFER,
    status=TransactionStatus.COMPLETED,
    created_at=NOW,
)
OTHER: dict[str, Any] = {
    "transaction_id": id_of("another transaction"),
    "transaction_type": TransactionType.DEPOSIT,
    "currency": EUR,
    "fx_rate": Rate.parse("0.5"),
    "metadata": Metadata.of({"order": "17"}, "5a" * 16),
    "expires_at": NOW,
}
"""Another value of a field than the row's; for all others, a text."""
OF_A_HOLD = {"expires_at", "payee_user_id", "payee_wallet_id"}
"""What the hash covers of a hold only: no other row has it, see `domain.agreement`."""


def test_every_field_is_sealed_or_has_a_reason_why_not() -> None:
    sealed = {"transaction_id", "transaction_type", *Facts.__annotations__} - {"description"}

    assert sealed.isdisjoint(NOT_SEALED)
    assert sealed | set(NOT_SEALED) == {field.name for field in fields(Transaction)}


@pytest.mark.parametrize(
    "name", sorted(field.name for field in fields(Transaction) if field.name not in NOT_SEALED)
)
def test_the_hash_is_another_for_every_other_fact(name: str) -> None:
    row = replace(ROW, transaction_type=TransactionType.HOLD) if name in OF_A_HOLD else ROW
    other = replace(row, **{name: OTHER.get(name, "something")})

    assert other.hash(description_commitment=None) != row.hash(description_commitment=None)


def test_the_hash_is_another_for_other_words() -> None:
    hashes = {ROW.hash(description_commitment=it) for it in (None, "ab" * 32, "cd" * 32)}

    assert len(hashes) == 3
