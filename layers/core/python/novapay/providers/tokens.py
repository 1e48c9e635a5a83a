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
"""Only signatures by a key pair: with `none` or HS256 anybody who has the public key could sign."""

CLOCK_SKEW_S = 30
KEYS_KEPT_S = 300
NEW_KEYS_EVERY_S = 30
"""Seconds between two questions to the issuer about a key that is not known; without this limit,
anybody could make us ask by sending made-up tokens."""

TOKEN_LIFE_S_MAX = 10 * 366 * 24 * 3600
"""Ten years in seconds. A token that expires later is refused: it was meant never to expire, or its
issuer counts in milliseconds."""

AWAY_S = 5.0
"""Seconds for which an issuer that did not answer is not asked again, so that functions do not wait
for it with each token."""

TYPES = ("", "jwt", "at+jwt", "application/at+jwt")
"""The types that a token's header may have; the last two mean an access token (RFC 9068)."""

ACCESS_SAID_BY = {"token_use": "access", "typ": "bearer"}
"""The claims in which Cognito and Keycloak name the kind of a token, and the kind of ours."""

OF_ID_TOKENS = ("nonce", "at_hash", "c_hash", "s_hash")
"""Claims that only ID tokens of OpenID Connect have."""

OF_CLIENTS = ("scope", "scp", "client_id", "cid", "azp", "appid")
"""Claims of access tokens: what a token allows, or which client it was given to."""

OF_LOGINS = (
    *("auth_time", "amr", "acr", "sid", "idp", "email", "email_verified", "name", "nickname"),
    *("given_name", "family_name", "preferred_username", "picture", "updated_at"),
)
"""Claims about a person or a sign-in. A token with one of these and none of OF_CLIENTS is an ID
token; Auth0, Okta and Entra ID make such tokens without any of OF_ID_TOKENS."""

COGNITO_SCOPE = ("novapay/", "novapay:")
"""How Cognito begins our scopes, with a slash, and how we do."""

TIMEOUT_S = 3
"""The most seconds for reading the issuer's description, and again for reading its keys."""

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
            if document["issuer"] != self._issuer or (
                urlsplit(address).scheme != urlsplit(self._issuer).scheme
            ):
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
    """Return whom a token is for; in an access token of Cognito that is the client."""
    if "aud" not in claims and claims.get("token_use") == "access":
        return [claims.get("client_id")]
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _is_access_token(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
    """Return whether it is an access token, and not an ID token, which is signed with the same key.

    The first of these that is there decides: the claim of Cognito or Keycloak, the header's type
    (RFC 9068), then which of OpenID Connect's claims the token has.
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
