"""Whose token it is: by hash, in the same time for any token."""

import hmac
from hashlib import sha256

import pytest

from novapay.domain.operator import Operator, identify, token_hash

TOKENS = {"ada": "token of ada", "grace": "token of grace", "alan": "token of alan"}
OPERATORS = [Operator(name, token_hash(token)) for name, token in TOKENS.items()]


@pytest.mark.parametrize("name", TOKENS)
def test_each_operator_is_known_by_his_own_token(name: str) -> None:
    found = identify(TOKENS[name], OPERATORS)

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("token", ["", "token of", "token of ada ", "TOKEN OF ADA", "tökèn", "x"])
def test_no_other_token_is_anybodys(token: str) -> None:
    assert identify(token, OPERATORS) is None


def test_the_hash_is_not_a_token() -> None:
    assert identify(OPERATORS[0].token_sha256, OPERATORS) is None


def test_where_there_are_no_operators_no_token_is_valid() -> None:
    assert identify("", []) is None
    assert identify(TOKENS["ada"], []) is None


def test_a_token_is_kept_as_its_sha_256() -> None:
    assert token_hash("tökèn") == sha256("tökèn".encode()).hexdigest()


@pytest.mark.parametrize("token", [*TOKENS.values(), "nobody's"])
def test_every_token_is_compared_with_every_operators_in_constant_time(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def compare(given: str, known: str) -> bool:
        compared.append((given, known))
        return given == known

    monkeypatch.setattr(hmac, "compare_digest", compare)

    identify(token, OPERATORS)

    assert compared == [(token_hash(token), it.token_sha256) for it in OPERATORS]
