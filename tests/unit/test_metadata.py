"""A client's own pairs of text: how they are committed to, and how they are erased."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from novapay.domain.metadata import Metadata, metadata_bytes

SALT = "0123456789abcdef" * 2
PAIRS = {"order": "4711", "guest": "Zoë"}
METADATA = Metadata.of(PAIRS, SALT)


def test_the_commitment_is_a_salted_hash_of_the_sorted_pairs() -> None:
    document = json.dumps(PAIRS, sort_keys=True, separators=(",", ":"))

    assert METADATA.commitment == sha256((SALT + document).encode("ascii")).hexdigest()
    assert METADATA.is_as_committed


def test_the_order_of_the_pairs_means_nothing() -> None:
    assert Metadata.of(dict(reversed(PAIRS.items())), SALT).commitment == METADATA.commitment


@pytest.mark.parametrize(
    "changed",
    [
        replace(METADATA, pairs={**PAIRS, "order": "4712"}),
        replace(METADATA, pairs={"order": "4711"}),
        replace(METADATA, salt="f" * 32),
        replace(METADATA, commitment="f" * 64),
        replace(METADATA, pairs=None),
        replace(METADATA, salt=None),
    ],
)
def test_a_change_is_noticed(changed: Metadata) -> None:
    assert not changed.is_as_committed


def test_pairs_that_were_erased_with_their_salt_leave_the_commitment() -> None:
    erased = replace(METADATA, pairs=None, salt=None)

    assert erased.is_as_committed
    assert erased.commitment == METADATA.commitment


def test_another_salt_hides_the_same_pairs_behind_another_commitment() -> None:
    assert Metadata.of(PAIRS, "f" * 32).commitment != METADATA.commitment


def test_the_size_counts_names_and_values_in_utf_8() -> None:
    assert metadata_bytes({"a": "ë", "bc": ""}) == 1 + 2 + 2
