"""What is signed is what arrives: a server recomputes the signature from the bytes it got."""

import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, quote, urlsplit

import boto3
import pytest
import requests
from botocore.credentials import Credentials

from localstack.common.credentials import auth_of
from localstack.common.failure import LocalFailure
from localstack.common.outputs import Outputs
from localstack.common.signature import SigV4, credentials_of

ACCESS_KEY, SECRET_KEY, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "temp"
REGION = "eu-central-1"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def recomputed(request: Received, *, region: str, service: str, secret: str) -> str:
    """Return the signature that a request must carry, from Signature Version 4's own text."""
    authorization = request.headers["authorization"]
    signed = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
    at = request.headers["x-amz-date"]
    url = urlsplit(request.target)
    query = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in parse_qsl(url.query))
    canonical = "\n".join(
        [
            request.method,
            quote(url.path, safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in query),
            *(f"{name}:{request.headers[name].strip()}" for name in signed),
            "",
            ";".join(signed),
            sha256(request.body).hexdigest(),
        ]
    )
    scope = f"{at[:8]}/{region}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for part in (at[:8], region, service, "aws4_request", to_sign):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()


def test_the_recomputation_agrees_with_the_published_vector() -> None:
    # "get-vanilla" of AWS's own test suite for Signature Version 4.
    request = Received(
        "GET",
        "/",
        {
            "host": "example.amazonaws.com",
            "x-amz-date": "20150830T123600Z",
            "authorization": "AWS4-HMAC-SHA256 SignedHeaders=host;x-amz-date, Signature=?",
        },
        b"",
    )

    computed = recomputed(request, region="us-east-1", service="service", secret=SECRET_KEY)

    assert computed == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"


@dataclass
class Server:
    """A server that keeps what it got."""

    url: str = ""
    received: list[Received] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    kept = Server()

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept.received.append(
                Received(self.command, self.path, headers, self.rfile.read(length))
            )
            self.send_response(200)
            self.end_headers()

        do_GET = do_POST = do_PATCH = handle_one  # noqa: N815  # http.server's own names

        def log_message(self, *_: object) -> None:
            return

    http = HTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{http.server_address[1]}/dev"
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield kept
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.mark.parametrize(
    ("method", "path", "body", "key"),
    [
        ("GET", "/health", None, None),
        ("GET", "/ledger/wallets/5d2b/entries?limit=10&offset=0", None, None),
        ("GET", "/ledger/wallets/5d2b/entries?offset=0&limit=10&name=a%20b%2Fc", None, None),
        ("POST", "/transactions/transfers", {"amount": "100.00", "note": "Zürich"}, "rent-1"),
        ("PATCH", "/accounts/wallets/5d2b/balance", {"amount": "1", "operation": "credit"}, None),
    ],
)
def test_what_arrives_carries_the_signature_of_just_that(
    server: Server, method: str, path: str, body: object, key: str | None
) -> None:
    auth = SigV4(Credentials(ACCESS_KEY, SECRET_KEY, TOKEN), REGION)
    headers = {"Idempotency-Key": key} if key else {}

    requests.request(
        method, server.url + path, json=body, headers=headers, auth=auth, timeout=10
    ).raise_for_status()

    [request] = server.received
    carried = request.headers["authorization"].split("Signature=")[1]
    assert carried == recomputed(request, region=REGION, service="execute-api", secret=SECRET_KEY)
    assert f"Credential={ACCESS_KEY}/" in request.headers["authorization"]
    assert request.headers["x-amz-security-token"] == TOKEN
    assert json.loads(request.body or b"null") == body
    assert request.headers.get("idempotency-key") == key


def test_the_key_of_a_request_cannot_be_changed_on_its_way(server: Server) -> None:
    auth = SigV4(Credentials(ACCESS_KEY, SECRET_KEY), REGION)

    requests.post(
        f"{server.url}/x", json={}, headers={"Idempotency-Key": "one"}, auth=auth, timeout=10
    )

    [request] = server.received
    signed = request.headers["authorization"].split("SignedHeaders=")[1].split(",")[0]
    assert {"content-type", "host", "idempotency-key", "x-amz-date"} <= set(signed.split(";"))


def an_api(auth: str) -> Outputs:
    return Outputs("https://api", "https://api/admin/console", "", "", REGION, auth=auth)


def test_an_open_api_is_not_signed_for() -> None:
    assert auth_of(an_api("open")) is None


def test_an_api_that_wants_it_is_signed_for(monkeypatch: pytest.MonkeyPatch) -> None:
    session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=REGION)
    monkeypatch.setattr("localstack.common.credentials.boto3.Session", lambda: session)

    assert isinstance(auth_of(an_api("iam")), SigV4)


def test_without_credentials_it_is_said_how_to_get_some() -> None:
    class Stranger:
        def get_credentials(self) -> None:
            return None

    with pytest.raises(LocalFailure, match="no AWS credentials") as failure:
        credentials_of(Stranger())  # type: ignore[arg-type]  # all that is asked of a session

    assert "AWS_PROFILE" in failure.value.remedy
