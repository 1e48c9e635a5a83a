"""What the log line of a request says of its body and of its answer."""

import json

import pytest

from novapay.http.logged_facts import ASKED, BODY_CHARACTERS_MAX, logged_facts, logged_ids
from tests.support.domain import id_of

SENDER, TRANSACTION = id_of("sender"), id_of("a transaction")


def test_a_transfer_is_found_by_its_wallets_its_id_and_its_code() -> None:
    asked = json.dumps({"senderWalletId": SENDER, "amount": "40", "description": "rent"})
    answered = json.dumps({"code": "insufficient-funds", "transactionId": TRANSACTION})

    assert logged_facts(asked, answered) == {
        "senderWalletId": SENDER,
        "code": "insufficient-funds",
        "transactionId": TRANSACTION,
    }


def test_a_broken_chain_is_found_by_its_verdict() -> None:
    report = {"valid": False, "sequence": 57, "reason": "wrong-hash", "headHash": "ab" * 32}

    facts = logged_facts(None, json.dumps(report))

    assert facts == {"valid": False, "sequence": 57, "reason": "wrong-hash"}


NO_IDS = [
    *("a\nb", "x" * 65, "é", "", {"a": 1}, ["a"], None, 1.5, 4111111111111111, True),
    *("4111111111111111", "DE89370400440532013000", "an-operators-token", f"{SENDER}\n"),
    *(SENDER.replace("-", ""), f"{{{SENDER}}}", f"urn:uuid:{SENDER}"),
]


@pytest.mark.parametrize("forged", NO_IDS, ids=repr)
def test_what_a_client_puts_in_the_place_of_an_id_is_logged_if_it_is_one(forged: object) -> None:
    for name in ASKED:
        assert logged_facts(json.dumps({name: forged}), None) == {}
        assert logged_ids({name: forged}) == {}
        assert logged_facts(json.dumps({name: SENDER.upper()}), None) == {name: SENDER}


@pytest.mark.parametrize("forged", ["a\nb", "x" * 65, "é", "", {"a": 1}, ["a"], None, 1.5])
def test_what_is_not_a_plain_value_is_not_logged(forged: object) -> None:
    assert logged_facts(None, json.dumps({"code": forged})) == {}


def test_a_path_says_its_ids_and_nothing_else() -> None:
    assert logged_ids({"walletId": SENDER, "asset": "app.js"}) == {"walletId": SENDER}
    assert logged_ids({}) == logged_ids(None) == {}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "not json",
        "{",
        "[" * 50_000,
        '{"senderWalletId": "a"' + " " * BODY_CHARACTERS_MAX + "}",
    ],
)
def test_a_body_that_is_no_short_object_says_nothing(body: str) -> None:
    assert logged_facts(body, body) == {}
