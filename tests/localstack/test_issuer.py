"""The issuer of tokens on this machine, and the commands' way with it."""

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import jwt
import pytest
import requests

from localstack import __main__ as module
from localstack.common.credentials import EVERYTHING, Bearer, auth_of
from localstack.common.environment import AUDIENCE, REGION
from localstack.common.failure import LocalFailure
from localstack.common.home import Home
from localstack.common.outputs import Outputs
from localstack.deploy.assembly import Assembly
from localstack.emulator import issuer as issuers
from localstack.emulator.embedded import Emulator
from localstack.emulator.issuer import IssuerServer
from tests.support.issuer import running_issuer
from tests.support.raw_http import ask
from tests.support.web_pages import ANSWERED, REFUSED, Headers, at


@pytest.fixture
def issuer() -> Iterator[IssuerServer]:
    with running_issuer() as server:
        yield server


def claims_in(token: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return claims


def sent_by(bearer: Bearer) -> str:
    request = requests.Request("GET", "http://127.0.0.1/").prepare()
    return bearer(request).headers["Authorization"].removeprefix("Bearer ")


def test_it_gives_a_token_in_anybodys_name(issuer: IssuerServer) -> None:
    form = {"sub": "ada", "scope": "a b"}

    issued = requests.post(f"{issuer.url}/token", data=form, timeout=10).json()

    claims = claims_in(issued["access_token"])
    assert issued["token_type"] == "Bearer"
    assert (
        claims.items() >= {"iss": issuer.url, "aud": AUDIENCE, "sub": "ada", "scope": "a b"}.items()
    )


@pytest.mark.parametrize("path", ["/token", "/nothing"])
def test_what_it_does_not_understand_it_refuses(issuer: IssuerServer, path: str) -> None:
    assert requests.post(issuer.url + path, data={"scope": "a"}, timeout=10).status_code in {
        400,
        404,
    }
    assert requests.get(issuer.url + path, timeout=10).status_code == 404


@pytest.mark.parametrize("headers", ANSWERED.values(), ids=ANSWERED)
def test_programs_and_own_pages_may_ask_it(issuer: IssuerServer, headers: Headers) -> None:
    port = issuer.server_port

    assert ask(port, "GET", "/jwks", at(port, headers)).status == 200


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("asked", ["POST /token", "POST /rotate", "GET /jwks", "PUT /nothing"])
def test_no_web_page_gets_a_token(issuer: IssuerServer, asked: str, headers: Headers) -> None:
    port, (method, path) = issuer.server_port, asked.split()

    refused = ask(port, method, path, at(port, headers), b"sub=ada")

    assert refused.status == 403
    assert json.loads(refused.body)["error"] == "access_denied"
    assert len(issuer.keys.published()["keys"]) == 1


def test_a_rotated_key_is_published_beside_the_old_one(issuer: IssuerServer) -> None:
    requests.post(f"{issuer.url}/rotate", timeout=10)

    keys = requests.get(f"{issuer.url}/jwks", timeout=10).json()["keys"]

    assert len({key["kid"] for key in keys}) == 2
    assert all(set(key) == {"kty", "key_ops", "n", "e", "kid", "use", "alg"} for key in keys)


def test_a_token_is_kept_until_it_is_nearly_old(
    issuer: IssuerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = Bearer(issuer.url, subject="ada")
    first = sent_by(bearer)
    assert sent_by(bearer) == first

    monkeypatch.setattr(issuers, "TOKEN_LIFE_S", 30)
    hasty = Bearer(issuer.url, subject="ada")
    sent_by(hasty)
    issuer.keys.rotate()

    assert jwt.get_unverified_header(sent_by(hasty))["kid"] == issuer.keys._newest


def test_commands_may_do_everything_where_tokens_are_asked_for(issuer: IssuerServer) -> None:
    outputs = Outputs("", "", "", "", REGION, auth="jwt", issuerUrl=issuer.url)

    bearer = auth_of(outputs)

    assert isinstance(bearer, Bearer)
    assert claims_in(sent_by(bearer))["scope"] == EVERYTHING


def hang_up_on_one(listening: socket.socket) -> None:
    listening.accept()[0].close()


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        emulator = Emulator(Home(tmp_path), port - 1, auth="jwt")
        Thread(target=hang_up_on_one, args=(taken,), daemon=True).start()

        with pytest.raises(LocalFailure, match=f"Port {port}, which the issuer"):
            issuers.start(emulator)


def test_the_app_is_told_whose_tokens_to_take() -> None:
    asking = Assembly.of(Emulator(Home(Path()), 4566, auth="jwt"))

    assert asking.context[-6:] == (
        "-c",
        "auth=jwt",
        "-c",
        "issuer=http://127.0.0.1:4567",
        "-c",
        f"audience={AUDIENCE}",
    )
    assert asking.folder != Assembly("ministack").folder


@pytest.mark.parametrize("auth", ["iam", "jwt"])
def test_localstack_is_not_asked_to_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], auth: str
) -> None:
    command = ["localstack", "run", "--target", "localstack", "--auth", auth]
    monkeypatch.setattr(sys, "argv", command)

    assert module.main() == 1
    assert "checks neither signatures nor tokens" in capsys.readouterr().out
