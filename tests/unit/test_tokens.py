"""Tokens are checked against an issuer that answers over HTTP on this machine."""

import hmac
import json
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.api_jws import PyJWS

from localstack.common.environment import AUDIENCE
from localstack.emulator.issuer import IssuerServer, _Handler
from novapay import clock
from novapay.domain.caller import Caller
from novapay.domain.errors import Unavailable
from novapay.domain.ports import TokenRefused
from novapay.domain.wallet import SYSTEM_USER, UserId
from novapay.providers.tokens import (
    CLOCK_SKEW_S,
    NEW_KEYS_EVERY_S,
    TOKEN_LIFE_S_MAX,
    IssuerTokens,
)
from tests.support.issuer import running_issuer

ADA = "0b8f2c1e-7a54-4d0b-9c36-51f0c7f1a001"


@pytest.fixture
def issuer() -> Iterator[IssuerServer]:
    with running_issuer() as server:
        yield server


@pytest.fixture
def tokens(issuer: IssuerServer) -> IssuerTokens:
    return of(issuer)


def of(issuer: IssuerServer, *, user_claim: str = "sub") -> IssuerTokens:
    return IssuerTokens(issuer.url, audience=AUDIENCE, user_claim=user_claim, now=clock.now)


def signed(issuer: IssuerServer, **changes: Any) -> str:
    """Return a good token with other claims; None leaves one out."""
    claims = issuer.claims_of(ADA, "novapay:payroll") | changes
    return issuer.keys.sign({name: value for name, value in claims.items() if value is not None})


def refusal_of(tokens: IssuerTokens, token: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        tokens.caller_of(token)
    return refused.value.reason


def test_a_token_is_its_user_with_its_scopes(issuer: IssuerServer, tokens: IssuerTokens) -> None:
    token = signed(issuer, scope="novapay:payroll openid")

    assert tokens.caller_of(token) == Caller(
        ADA, UserId(ADA), frozenset({"novapay:payroll", "openid"})
    )


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": None, "scp": ["a", "b"]}, {"a", "b"}),
        ({"scope": None}, set()),
        ({"scope": ""}, set()),
        ({"scope": None, "scp": None}, set()),
        ({"scope": 7}, set()),
        ({"scope": True}, set()),
        ({"scope": {"a": "b"}}, set()),
        ({"scope": ["a", 7]}, {"a"}),
        ({"scope": " a  b "}, {"a", "b"}),
        ({"scope": "a\tb c\nd e\xa0f"}, {"a\tb", "c\nd", "e\xa0f"}),
    ],
)
def test_scopes_may_be_a_list_or_missing(
    issuer: IssuerServer, tokens: IssuerTokens, claims: dict[str, Any], scopes: set[str]
) -> None:
    assert tokens.caller_of(signed(issuer, **claims)).scopes == scopes


def test_the_user_may_be_in_another_claim(issuer: IssuerServer) -> None:
    token = signed(issuer, sub="auth0|17", user=ADA.upper())

    assert of(issuer, user_claim="user").caller_of(token).user_id == ADA


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": SYSTEM_USER},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_is_refused(
    issuer: IssuerServer, tokens: IssuerTokens, claims: dict[str, Any]
) -> None:
    assert refusal_of(tokens, signed(issuer, **claims))


@pytest.mark.parametrize(
    ("claim", "after_s"), [("exp", -CLOCK_SKEW_S - 2), ("nbf", CLOCK_SKEW_S + 60)]
)
def test_a_token_that_is_no_more_or_not_yet_is_refused(
    issuer: IssuerServer, tokens: IssuerTokens, claim: str, after_s: int
) -> None:
    assert refusal_of(tokens, signed(issuer, **{claim: int(time.time()) + after_s}))


NOW_S = 1_800_000_000


@pytest.mark.parametrize(
    ("left_s", "is_taken"), [(0, True), (TOKEN_LIFE_S_MAX, True), (TOKEN_LIFE_S_MAX + 1, False)]
)
def test_a_token_ends_within_ten_years(issuer: IssuerServer, left_s: int, is_taken: bool) -> None:
    now = int(time.time())
    tokens = IssuerTokens(
        issuer.url,
        audience=AUDIENCE,
        user_claim="sub",
        now=lambda: datetime.fromtimestamp(now, UTC),
    )
    token = signed(issuer, exp=now + left_s)

    if is_taken:
        assert tokens.caller_of(token).user_id == ADA
    else:
        assert refusal_of(tokens, token) == "NoEnd"


@pytest.mark.parametrize(
    "end",
    [
        *(-1, 0, 10**13, 2**63, 10**400, 10**5000),
        *(float("nan"), float("inf"), float("-inf"), 4e9 + 0.5, 1e300, 4e9),
        *("4000000000", "never", "", True, False, [4_000_000_000], {"a": 1}),
    ],
    ids=lambda end: str(end)[:20] if not isinstance(end, int) else f"{end.bit_length()} bits",
)
def test_an_end_that_is_none_is_refused(
    issuer: IssuerServer, tokens: IssuerTokens, end: object
) -> None:
    claims = json.dumps({**issuer.claims_of(ADA), "exp": 0})
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        written = json.dumps(end)
    finally:
        sys.set_int_max_str_digits(limit)
    payload = claims.replace('"exp": 0', f'"exp": {written}').encode()

    assert refusal_of(tokens, signed_as_it_is(issuer, payload))


@pytest.mark.parametrize("claim", ["nbf", "iat"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), [], {}])
def test_a_time_that_is_none_is_refused_and_no_fault(
    issuer: IssuerServer, tokens: IssuerTokens, claim: str, value: object
) -> None:
    claims = json.dumps({**issuer.claims_of(ADA), claim: value}).encode()

    assert refusal_of(tokens, signed_as_it_is(issuer, claims))


def test_a_token_that_is_nested_without_end_is_refused(
    issuer: IssuerServer, tokens: IssuerTokens
) -> None:
    deep = ('{"a":' * 3000 + "1" + "}" * 3000).encode()

    assert refusal_of(tokens, signed_as_it_is(issuer, deep))


def test_clocks_may_differ_a_little(issuer: IssuerServer, tokens: IssuerTokens) -> None:
    now = int(time.time())
    late = signed(issuer, exp=now - CLOCK_SKEW_S + 10)
    early = signed(issuer, nbf=now + CLOCK_SKEW_S - 10, iat=now + CLOCK_SKEW_S - 10)

    assert tokens.caller_of(late).user_id == tokens.caller_of(early).user_id == ADA


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.", "ey.ey.ey", "\N{SNOWMAN}.a.b"])
def test_what_is_no_token_is_refused(tokens: IssuerTokens, text: str) -> None:
    assert refusal_of(tokens, text)


def test_a_changed_token_is_refused(issuer: IssuerServer, tokens: IssuerTokens) -> None:
    head, _, signature = signed(issuer).split(".")
    claims = issuer.claims_of(ADA, "novapay:internal")

    assert refusal_of(tokens, ".".join((head, encoded(claims), signature)))


def test_an_unsigned_token_is_refused(issuer: IssuerServer, tokens: IssuerTokens) -> None:
    [key] = issuer.keys.published()["keys"]
    head = encoded({"alg": "none", "typ": "JWT", "kid": key["kid"]})

    assert refusal_of(tokens, f"{head}.{encoded(issuer.claims_of(ADA))}.")


def test_a_public_key_is_no_shared_secret(issuer: IssuerServer, tokens: IssuerTokens) -> None:
    [key] = issuer.keys.published()["keys"]
    public = jwt.PyJWK(key).key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = encoded({"alg": "HS256", "typ": "JWT", "kid": key["kid"]})
    body = f"{head}.{encoded(issuer.claims_of(ADA))}"
    signature = hmac.new(public, body.encode(), sha256).digest()

    assert refusal_of(tokens, f"{body}.{_text(signature)}")


def test_a_key_that_the_issuer_has_not_published_is_refused(
    issuer: IssuerServer, tokens: IssuerTokens
) -> None:
    [key] = issuer.keys.published()["keys"]
    own = generate_private_key(public_exponent=65537, key_size=2048)
    claims = issuer.claims_of(ADA)
    for kid in (key["kid"], "mine"):
        forged = jwt.encode(
            claims, own, algorithm="RS256", headers={"kid": kid, "jku": "http://127.0.0.1:9/jwks"}
        )

        assert refusal_of(tokens, forged)


def test_a_new_key_is_found_and_the_old_one_still_good(
    issuer: IssuerServer, tokens: IssuerTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signed(issuer)
    tokens.caller_of(before)
    issuer.keys.rotate()
    after = signed(issuer)
    refusal_of(tokens, after)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + NEW_KEYS_EVERY_S + 1)

    assert tokens.caller_of(after).user_id == ADA
    assert tokens.caller_of(before).user_id == ADA


def test_unknown_keys_do_not_make_us_ask_the_issuer_each_time(
    issuer: IssuerServer, tokens: IssuerTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens.caller_of(signed(issuer))
    asked: list[str] = []
    answer = _Handler.do_GET

    def note(handler: _Handler) -> None:
        asked.append(handler.path)
        answer(handler)

    monkeypatch.setattr(_Handler, "do_GET", note)
    own = generate_private_key(public_exponent=65537, key_size=2048)

    for number in range(20):
        forged = jwt.encode({}, own, algorithm="RS256", headers={"kid": str(number)})
        assert refusal_of(tokens, forged)

    assert asked == []


def test_an_issuer_that_is_away_is_no_refusal(issuer: IssuerServer, tokens: IssuerTokens) -> None:
    token = signed(issuer)
    issuer.shutdown()
    issuer.server_close()

    with pytest.raises(Unavailable):
        tokens.caller_of(token)


def test_an_issuer_that_publishes_no_key_is_no_refusal(
    issuer: IssuerServer, tokens: IssuerTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed(issuer)
    monkeypatch.setattr(issuer.keys, "published", lambda: {"keys": []})

    with pytest.raises(Unavailable):
        tokens.caller_of(token)


def test_an_issuer_that_does_not_answer_is_asked_once(
    issuer: IssuerServer, tokens: IssuerTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def hang_up(handler: _Handler) -> None:
        asked.append(handler.path)
        handler.close_connection = True

    monkeypatch.setattr(_Handler, "do_GET", hang_up)

    with pytest.raises(Unavailable):
        tokens.caller_of(signed(issuer))

    assert len(asked) == 1


@pytest.mark.parametrize("name", ["https://id.example", "https://id.example/"])
def test_an_issuers_name_may_end_in_a_slash(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(_: str, address: str, **__: object) -> SimpleNamespace:
        asked.append(address)
        return SimpleNamespace(data=b"")

    monkeypatch.setattr(urllib3, "request", answer)

    with pytest.raises(Unavailable):
        IssuerTokens(name, audience=AUDIENCE, user_claim="sub", now=clock.now).caller_of("a.b.c")

    assert asked == ["https://id.example/.well-known/openid-configuration"]


def test_the_keys_of_an_issuer_on_a_safe_line_are_not_asked_for_on_an_open_one(
    issuer: IssuerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed(issuer, iss="https://id.example")
    document = {"issuer": "https://id.example", "jwks_uri": f"{issuer.url}/jwks"}
    found = SimpleNamespace(data=json.dumps(document).encode())
    monkeypatch.setattr(urllib3, "request", lambda *_, **__: found)
    safe = IssuerTokens("https://id.example", audience=AUDIENCE, user_claim="sub", now=clock.now)

    with pytest.raises(Unavailable):
        safe.caller_of(token)


def test_keys_that_are_known_outlast_an_issuer_that_is_away(
    issuer: IssuerServer, tokens: IssuerTokens
) -> None:
    token = signed(issuer)
    tokens.caller_of(token)
    issuer.shutdown()
    issuer.server_close()

    assert tokens.caller_of(token).user_id == ADA


def test_an_issuer_that_is_away_is_left_alone_for_a_while_and_what_is_known_of_it_stays_good(
    issuer: IssuerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = IssuerTokens(issuer.url, audience=AUDIENCE, user_claim="sub", now=clock.now)
    good = signed(issuer)
    tokens.caller_of(good)
    issuer.keys.rotate()
    unknown, asked = signed(issuer), []
    now = time.monotonic() + NEW_KEYS_EVERY_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: now)

    def hang_up(handler: _Handler) -> None:
        asked.append(handler.path)
        handler.close_connection = True

    with monkeypatch.context() as away:
        away.setattr(_Handler, "do_GET", hang_up)
        for _ in range(5):
            with pytest.raises(Unavailable):
                tokens.caller_of(unknown)
            assert tokens.caller_of(good).user_id == ADA
    assert asked == ["/jwks"]
    with pytest.raises(Unavailable):
        tokens.caller_of(unknown)

    tokens._breaker.reset_timeout = 0
    assert tokens.caller_of(unknown).user_id == ADA


COGNITO = {"aud": None, "token_use": "access", "client_id": AUDIENCE}


def test_an_access_token_of_cognito_names_its_client_as_the_audience(
    issuer: IssuerServer, tokens: IssuerTokens
) -> None:
    token = signed(issuer, **COGNITO, scope="openid novapay/internal")

    assert tokens.caller_of(token).scopes == {"openid", "novapay:internal"}


@pytest.mark.parametrize(
    "change",
    [{"client_id": "other"}, {"client_id": None}, {"token_use": "id"}, {"aud": "other"}],
    ids=["client", "no client", "id token", "audience"],
)
def test_other_tokens_of_cognito_are_refused(
    issuer: IssuerServer, tokens: IssuerTokens, change: dict[str, Any]
) -> None:
    assert refusal_of(tokens, signed(issuer, **COGNITO | change)) == "InvalidAudienceError"


def test_an_id_token_is_no_access_token_even_if_it_is_for_us(
    issuer: IssuerServer, tokens: IssuerTokens
) -> None:
    assert refusal_of(tokens, signed(issuer, token_use="id")) == "NoAccessToken"


NAMED = {"name": "Ada", "email": "ada@example.com", "email_verified": True}
ID_TOKENS: dict[str, dict[str, Any]] = {
    "Auth0": {**NAMED, "nickname": "ada", "picture": "https://x", "updated_at": "2026-01-01"},
    "Auth0, with a nonce": {**NAMED, "nonce": "n", "sid": "s"},
    "Okta": {"ver": 1, "amr": ["pwd"], "idp": "00o1", "auth_time": 1, "jti": "ID.x", **NAMED},
    "Okta, hybrid": {"ver": 1, "at_hash": "h", "nonce": "n", "idp": "00o1", "auth_time": 1},
    "Cognito": {"token_use": "id", "auth_time": 1, "cognito:username": "ada"},
    "Keycloak": {"typ": "ID", "azp": "web", "auth_time": 1, "sid": "s", "acr": "1", **NAMED},
    "Keycloak, at refresh": {"typ": "Refresh", "azp": "web", "scope": "openid"},
    "Keycloak, offline": {"typ": "Offline", "azp": "web", "scope": "openid offline_access"},
    "Keycloak, bound to a key": {"typ": "DPoP", "azp": "web", "scope": "openid"},
    "Entra ID": {"ver": "2.0", "tid": "t", "oid": "o", "rh": "r", "uti": "u", **NAMED},
    "Entra ID, with roles": {"ver": "2.0", "preferred_username": "ada", "roles": ["admin"]},
    "Entra ID, hybrid": {"ver": "2.0", "nonce": "n", "c_hash": "h", "aio": "a"},
    "Google": {"azp": "web", "at_hash": "h", "email": "ada@example.com", "hd": "example.com"},
    "with a state's hash": {"s_hash": "h"},
    "a nonce that is empty": {"nonce": None},
}
ACCESS_TOKENS: dict[str, dict[str, Any]] = {
    "Auth0": {"azp": "web", "scope": "openid profile", "gty": "password"},
    "Auth0, of a machine": {"azp": "job", "gty": "client-credentials"},
    "Okta": {"ver": 1, "jti": "AT.x", "cid": "web", "uid": "u", "scp": ["a"], "auth_time": 1},
    "Cognito": {"token_use": "access", "client_id": "web", "scope": "a", "auth_time": 1},
    "Keycloak": {"typ": "Bearer", "azp": "web", "scope": "openid", "sid": "s", **NAMED},
    "Keycloak, before 25": {"typ": "Bearer", "azp": "web", "nonce": "n", "scope": "openid"},
    "Entra ID": {"ver": "2.0", "azp": "web", "scp": "a", **NAMED, "preferred_username": "ada"},
    "Entra ID, first version": {"ver": "1.0", "appid": "web", "scp": "a", "amr": ["pwd"]},
    "Entra ID, of a machine": {"ver": "2.0", "azp": "job", "roles": ["payer"], "idtyp": "app"},
    "of few words": {},
}


def of_an_issuer(issuer: IssuerServer, claims: dict[str, Any], typ: str | None = "JWT") -> str:
    known = issuer.claims_of(ADA) | {"scope": None}
    all_claims = {name: value for name, value in known.items() if value is not None} | claims
    return signed_as_it_is(issuer, json.dumps(all_claims).encode(), typ)


@pytest.mark.parametrize("kind", ID_TOKENS)
@pytest.mark.parametrize("typ", ["JWT", None])
def test_an_id_token_of_no_issuer_is_taken(
    issuer: IssuerServer, tokens: IssuerTokens, kind: str, typ: str | None
) -> None:
    assert refusal_of(tokens, of_an_issuer(issuer, ID_TOKENS[kind], typ)) == "NoAccessToken"


@pytest.mark.parametrize("kind", ACCESS_TOKENS)
@pytest.mark.parametrize("typ", ["JWT", "jwt", None, "at+jwt", "AT+JWT", "application/at+jwt"])
def test_an_access_token_of_each_is_taken(
    issuer: IssuerServer, tokens: IssuerTokens, kind: str, typ: str | None
) -> None:
    assert tokens.caller_of(of_an_issuer(issuer, ACCESS_TOKENS[kind], typ)).user_id == ADA


def test_what_says_that_it_is_an_access_token_may_say_who_signed_in(
    issuer: IssuerServer, tokens: IssuerTokens
) -> None:
    claims = {**NAMED, "auth_time": 1, "nonce": "n"}

    assert tokens.caller_of(of_an_issuer(issuer, claims, "at+jwt")).user_id == ADA


@pytest.mark.parametrize(
    "typ",
    ["logout+jwt", "secevent+jwt", "dpop+jwt", "id+jwt", "refresh+jwt", "x", "application/jwt"],
)
def test_a_token_of_another_kind_is_refused(
    issuer: IssuerServer, tokens: IssuerTokens, typ: str
) -> None:
    assert refusal_of(tokens, of_an_issuer(issuer, {"scope": "a"}, typ)) == "NoAccessToken"


def test_a_token_may_be_for_several(issuer: IssuerServer, tokens: IssuerTokens) -> None:
    assert tokens.caller_of(signed(issuer, aud=["other", AUDIENCE])).user_id == ADA
    assert refusal_of(tokens, signed(issuer, aud=["other"]))
    assert refusal_of(tokens, signed(issuer, aud={AUDIENCE: 1}))


def test_an_address_that_speaks_for_another_issuer_is_not_believed(issuer: IssuerServer) -> None:
    port = issuer.server_address[1]
    elsewhere = IssuerTokens(
        f"http://localhost:{port}", audience=AUDIENCE, user_claim="sub", now=clock.now
    )

    with pytest.raises(Unavailable):
        elsewhere.caller_of(signed(issuer))


def signed_as_it_is(issuer: IssuerServer, payload: bytes, typ: str | None = "JWT") -> str:
    """Return a token with these bytes, which need be no claims; without a type if it is None."""
    kid, key = next(iter(issuer.keys._keys.items()))
    return PyJWS().encode(payload, key, algorithm="RS256", headers={"kid": kid, "typ": typ})


def encoded(document: dict[str, Any]) -> str:
    return _text(json.dumps(document).encode())


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
