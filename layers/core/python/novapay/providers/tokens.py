"""Checks bearer tokens (RFC 7519) against the keys of the one issuer that a deployment trusts."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import jwt
import pybreaker
import urllib3

from novapay.domain.caller import Caller
from novapay.domain.errors import Unavailable
from novapay.domain.ports import TokenRefused
from novapay.domain.wallet import SYSTEM_USER, UserId

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures with a key pair: with `none` or HS256 anybody could sign with what is public."""

CLOCK_SKEW_S = 30
KEYS_KEPT_S = 300
NEW_KEYS_EVERY_S = 30
"""So often at most an unknown key's name asks the issuer again, whoever sends such tokens."""

TOKEN_LIFE_S_MAX = 10 * 366 * 24 * 3600
"""Ten years: a token that ends later was meant to have no end, or its issuer counts in
milliseconds."""

AWAY_S = 5.0
"""An issuer that did not answer is left alone for so long: no token keeps a function waiting."""

TYPES = ("", "jwt", "at+jwt", "application/at+jwt")
"""What the header may call a token: the last two say that it is an access token (RFC 9068)."""

ACCESS_SAID_BY = {"token_use": "access", "typ": "bearer"}
"""What Cognito and Keycloak call an access token, and in which claim: others of theirs are none."""

OF_ID_TOKENS = ("nonce", "at_hash", "c_hash", "s_hash")
"""Claims that OpenID Connect gives to ID tokens alone."""

OF_CLIENTS = ("scope", "scp", "client_id", "cid", "azp", "appid")
"""How issuers say what an access token allows, or to which client it was given."""

OF_LOGINS = (
    *("auth_time", "amr", "acr", "sid", "idp", "email", "email_verified", "name", "nickname"),
    *("given_name", "family_name", "preferred_username", "picture", "updated_at"),
)
"""Who somebody is or how they signed in: told to a client, so what has these and none of
OF_CLIENTS is an ID token, of Auth0, Okta and Entra ID too if it was asked for without a nonce."""

COGNITO_SCOPE = ("novapay/", "novapay:")
"""Cognito puts a slash between its resource server and a scope."""

TIMEOUT_S = 3
"""For the issuer's description; connecting for its keys may take as long, and so may reading."""

DISCOVERY = "/.well-known/openid-configuration"


class IssuerTokens:
    """Tokens of an OpenID Connect issuer; see `novapay.domain.ports.Tokens`."""

    def __init__(
        self,
        issuer: str,
        *,
        audience: str,
        user_claim: str,
        now: Callable[[], datetime],
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._user_claim = user_claim
        self._now = now
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=1, reset_timeout=AWAY_S, throw_new_error_on_trip=False
        )

    def caller_of(self, token: str) -> Caller:
        """Return whose token it is.

        Raises:
            TokenRefused: it is not the issuer's, not for us, or not any more.
            Unavailable: the issuer's keys cannot be had.
        """
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            found = jwt.decode_complete(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                leeway=CLOCK_SKEW_S,
                options={"require": ["exp", "iss", self._user_claim], "verify_aud": False},
            )
        except (
            pybreaker.CircuitBreakerError,
            jwt.PyJWKClientConnectionError,
            jwt.PyJWKSetError,
        ) as error:
            raise Unavailable from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise TokenRefused(type(error).__name__) from error
        claims = found["payload"]
        end = claims["exp"]
        if type(end) is not int or end > self._now().timestamp() + TOKEN_LIFE_S_MAX:
            raise TokenRefused("NoEnd")
        if self._audience not in _audiences(claims):
            raise TokenRefused("InvalidAudienceError")
        if not _is_access_token(found["header"], claims):
            raise TokenRefused("NoAccessToken")
        return self._caller(claims)

    def _caller(self, claims: dict[str, Any]) -> Caller:
        user = claims[self._user_claim]
        if not isinstance(user, str) or user in ("", SYSTEM_USER):
            raise TokenRefused("NoUser")
        # Some issuers write one text (RFC 8693), some a list.
        scopes = claims.get("scope", claims.get("scp", ""))
        words = scopes.split(" ") if isinstance(scopes, str) else scopes
        named = (
            (word for word in words if word and isinstance(word, str))
            if isinstance(words, list)
            else ()
        )
        scopes_of = frozenset(word.replace(*COGNITO_SCOPE, 1) for word in named)
        return Caller(user.lower(), UserId(user.lower()), scopes_of)

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        return _PublishedKeys(self._breaker.call(self._find_keys), self._breaker)

    def _find_keys(self) -> str:
        """Return where the issuer publishes its keys, as it describes itself."""
        try:
            found = urllib3.request(
                "GET",
                self._issuer.rstrip("/") + DISCOVERY,
                timeout=urllib3.Timeout(total=TIMEOUT_S),
                redirect=False,
                retries=False,
            )
            document = json.loads(found.data)
            address = str(document["jwks_uri"])
            if document["issuer"] != self._issuer or _line(address) != _line(self._issuer):
                raise Unavailable
        except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unavailable from error
        return address


class _PublishedKeys(jwt.PyJWKClient):
    """The issuer's keys, which are not asked for while the circuit is open."""

    def __init__(self, address: str, breaker: pybreaker.CircuitBreaker) -> None:
        super().__init__(
            address,
            lifespan=KEYS_KEPT_S,
            timeout=TIMEOUT_S,
            cooldown_duration=NEW_KEYS_EVERY_S,
        )
        self._breaker = breaker

    def fetch_data(self) -> Any:
        return self._breaker.call(super().fetch_data)


def _audiences(claims: Mapping[str, Any]) -> Sequence[Any]:
    """Return whom a token is for; an access token of Cognito names its client in place of that."""
    if "aud" not in claims and claims.get("token_use") == "access":
        return [claims.get("client_id")]
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _is_access_token(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
    """Return whether a token is meant for an API, and not to tell a client who signed in.

    An issuer signs both with one key. The header's type decides where it is RFC 9068's; then what
    Cognito and Keycloak say of each token; then the claims of OpenID Connect.
    """
    kind = str(header.get("typ", "")).lower()
    if kind not in TYPES:
        return False
    for claim, of_access in ACCESS_SAID_BY.items():
        if claim in claims:
            return str(claims[claim]).lower() == of_access
    if kind.endswith("at+jwt"):
        return True
    if any(claim in claims for claim in OF_ID_TOKENS):
        return False
    return any(claim in claims for claim in OF_CLIENTS) or not any(
        claim in claims for claim in OF_LOGINS
    )


def _line(address: str) -> str:
    """Return how an address is asked: on a safe line (https) or an open one."""
    return urlsplit(address).scheme
