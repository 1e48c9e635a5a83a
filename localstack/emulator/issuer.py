"""A local issuer of tokens, in place of Cognito or Auth0 in a real deployment.

It implements as much of OpenID Connect as the authorizer needs. It gives any program a token for
any user, so it listens on the loopback address only and refuses web pages. It runs as long as the
embedded AWS runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from localstack.common import ports
from localstack.common.environment import AUDIENCE
from localstack.common.failure import LocalFailure, tail_of
from localstack.common.home import PROJECT, Home
from localstack.emulator.embedded import Emulator
from localstack.emulator.origins import refusal_of

TOKEN_LIFE_S = 3600
START_TIMEOUT_S = 30.0
POLL_S = 0.1
WATCH_S = 2.0


class Keys:
    """The keys that sign tokens: the newest one signs, tokens of the others stay valid."""

    def __init__(self) -> None:
        self._keys: dict[str, RSAPrivateKey] = {}
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self._newest = uuid4().hex
        self._keys[self._newest] = generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a signed token with these claims."""
        key = self._keys[self._newest]
        return jwt.encode(dict(claims), key, algorithm="RS256", headers={"kid": self._newest})

    def published(self) -> dict[str, Any]:
        """Return the public keys as a JWK Set (RFC 7517)."""
        return {
            "keys": [
                {
                    **RSAAlgorithm.to_jwk(key.public_key(), as_dict=True),
                    "kid": kid,
                    "use": "sig",
                    "alg": "RS256",
                }
                for kid, key in self._keys.items()
            ]
        }


class IssuerServer(ThreadingHTTPServer):
    """The issuer on a port of the loopback address; 0 chooses a free port."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.keys = Keys()

    @property
    def url(self) -> str:
        """The issuer URL in its tokens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def claims_of(self, subject: str, scope: str = "") -> dict[str, Any]:
        """Return the claims of a token that is valid for an hour from now."""
        now = int(time.time())
        return {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": subject,
            "scope": scope,
            "iat": now,
            "exp": now + TOKEN_LIFE_S,
        }


class _Handler(BaseHTTPRequestHandler):
    server: IssuerServer

    def parse_request(self) -> bool:
        """Read the request's head; a web page's request is answered here, and ends here."""
        if not super().parse_request():
            return False
        refusal = refusal_of(self.headers.items(), port=self.server.server_port)
        if refusal:
            self._answer(
                {"error": "access_denied", "error_description": refusal}, HTTPStatus.FORBIDDEN
            )
        return not refusal

    def do_GET(self) -> None:
        url = self.server.url
        match self.path:
            case "/.well-known/openid-configuration":
                self._answer(
                    {"issuer": url, "jwks_uri": f"{url}/jwks", "token_endpoint": f"{url}/token"}
                )
            case "/jwks":
                self._answer(self.server.keys.published())
            case _:
                self._answer({"error": "not_found"}, HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()))
        match self.path:
            case "/token" if form.get("sub"):
                claims = self.server.claims_of(form["sub"], form.get("scope", ""))
                self._answer(
                    {
                        "access_token": self.server.keys.sign(claims),
                        "token_type": "Bearer",
                        "expires_in": TOKEN_LIFE_S,
                    }
                )
            case "/token":
                self._answer({"error": "invalid_request"}, HTTPStatus.BAD_REQUEST)
            case "/rotate":
                self.server.keys.rotate()
                self._answer({})
            case _:
                self._answer({"error": "not_found"}, HTTPStatus.NOT_FOUND)

    def log_message(self, *_: object) -> None:
        """Log nothing: requests name users."""

    def _answer(self, document: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def start(emulator: Emulator) -> None:
    """Start the issuer of a running emulator, unless it already answers.

    Raises:
        LocalFailure: its port is taken, or it does not answer.
    """
    if _answers(emulator.issuer_url):
        return
    if ports.is_taken(emulator.issuer_port):
        raise LocalFailure(
            f"Port {emulator.issuer_port}, which the issuer of tokens needs, is used by"
            f" {ports.holder_of(emulator.issuer_port)}.",
            remedy="Stop that program, or choose another port:"
            f" make run AUTH=jwt PORT={emulator.port + 10}",
        )
    log = emulator.home.root / "issuer.log"
    with log.open("wb") as file:
        subprocess.Popen(
            [
                *(sys.executable, "-m", "localstack.emulator.issuer"),
                *(str(emulator.home.root), str(emulator.port)),
            ],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    while not _answers(emulator.issuer_url):
        if time.monotonic() > deadline:
            raise LocalFailure(
                "The issuer of tokens does not answer.",
                remedy=f"Its log is {log}; it ends with:",
                evidence=tail_of(log),
            )
        time.sleep(POLL_S)


def _answers(url: str) -> bool:
    try:
        found = requests.get(f"{url}/.well-known/openid-configuration", timeout=5)
        return found.ok and found.json().get("issuer") == url
    except (requests.RequestException, AttributeError):
        return False


def main(root: str, port: str) -> None:
    """Run the issuer until the emulator of a home has stopped."""
    emulator = Emulator(Home(Path(root)), int(port), auth="jwt")
    server = IssuerServer(emulator.issuer_port)
    server.timeout = WATCH_S
    while emulator.runs():
        server.handle_request()


if __name__ == "__main__":
    main(*sys.argv[1:])
