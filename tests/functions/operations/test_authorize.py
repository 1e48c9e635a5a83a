"""Before every request, where tokens say who is calling: the authorizer."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from localstack.memory.api import CONTEXT, sample_event
from novapay.domain.caller import Caller, Scope
from novapay.domain.errors import Unavailable
from novapay.domain.ports import TokenRefused
from novapay.domain.wallet import UserId
from novapay.wiring import tokens
from tests.support.printed import Printed

ADA = "0b8f2c1e-7a54-4d0b-9c36-51f0c7f1a001"
API = "arn:aws:execute-api:us-east-1:000000000000:10ca1a91"


class KnownTokens:
    """Knows one token; what happens with others is said by the test."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.asked: list[str] = []

    def caller_of(self, token: str) -> Caller:
        self.asked.append(token)
        if self.failure is not None:
            raise self.failure
        scopes = {Scope.PAYROLL, "openid", f"x {Scope.INTERNAL}"}
        return Caller(ADA, UserId(ADA), frozenset(scopes))


def authorize(patch: pytest.MonkeyPatch, known: KnownTokens) -> dict[str, Any]:
    patch.setattr(tokens, "tokens", lambda: known)
    module = importlib.import_module("functions.operations.authorize")
    answer: dict[str, Any] = module.handler(sample_event("operations/authorize"), CONTEXT)
    return answer


def test_a_good_token_opens_the_whole_stage_and_says_whose_it_is(
    monkeypatch: pytest.MonkeyPatch, printed: Callable[[], Printed]
) -> None:
    known = KnownTokens()

    answer = authorize(monkeypatch, known)

    [statement] = answer["policyDocument"]["Statement"]
    assert known.asked == [sample_event("operations/authorize")["authorizationToken"][7:]]
    assert answer["principalId"] == ADA
    assert answer["context"] == {"scope": "novapay:payroll"}
    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    assert statement["Resource"] == f"{API}/local/*"
    [line] = printed().log
    assert (line["message"], line["caller"]) == ("token accepted", ADA)


def test_a_refused_token_fails_with_the_one_word_that_is_a_401(
    monkeypatch: pytest.MonkeyPatch, printed: Callable[[], Printed]
) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(monkeypatch, KnownTokens(TokenRefused("ExpiredSignatureError")))

    output = printed()
    [line] = output.log
    assert (line["message"], line["reason"]) == ("token refused", "ExpiredSignatureError")
    assert output.metrics == {"tokens_refused": 1}
    assert sample_event("operations/authorize")["authorizationToken"][7:] not in output.text


def test_an_issuer_that_is_away_is_no_401(
    monkeypatch: pytest.MonkeyPatch, printed: Callable[[], Printed]
) -> None:
    with pytest.raises(Unavailable):
        authorize(monkeypatch, KnownTokens(Unavailable()))

    [line] = printed().log
    assert (line["level"], line["message"]) == ("ERROR", "failure")
