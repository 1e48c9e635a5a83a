"""Nobody but the holder of the root keys uses the embedded AWS, and a function only as its role."""

import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from localstack.common.aws import LocalAws
from localstack.common.environment import ACCOUNT, REGION
from localstack.common.keys import Keys
from tests.support.local_stack import EmulatedAws
from tests.support.raw_http import ask

LIST_TABLES = {"x-amz-target": "DynamoDB_20120810.ListTables", "content-type": "application/json"}
EASTERN_DIGITS = "\N{ARABIC-INDIC DIGIT ZERO}" * 12
STRANGERS = ("test", ACCOUNT, "123456789012", EASTERN_DIGITS, "AKIAUNKNOWN000000000", "")
OWN_PATHS = (
    "POST /_ministack/reset",
    "POST /_ministack/config",
    "GET /_ministack/lambda-code/novapay-local-health",
    "GET /_ministack/ready",
    "GET /_localstack/health",
)
NAME = "probe-role"


def status_of(emulator: EmulatedAws, signed: AWSRequest, *more: tuple[str, str]) -> int:
    """Send a request as it was signed, and return the status of the answer."""
    url = urlsplit(str(signed.url))
    headers = [("Host", url.netloc), *signed.headers.items(), *more]
    path = f"{url.path}?{url.query}" if url.query else url.path
    return ask(url.port or 0, str(signed.method), path, headers, signed.data or b"").status


def a_call(emulator: EmulatedAws) -> AWSRequest:
    return AWSRequest("POST", f"{emulator.endpoint_url}/", LIST_TABLES, b"{}")


def test_the_holder_of_the_root_keys_is_answered(emulator: EmulatedAws) -> None:
    call = a_call(emulator)
    SigV4Auth(Credentials(emulator.keys.id, emulator.keys.secret), "dynamodb", REGION).add_auth(
        call
    )

    assert status_of(emulator, call) == 200


def test_a_call_without_a_signature_is_refused(emulator: EmulatedAws) -> None:
    assert status_of(emulator, a_call(emulator)) in {400, 403}


@pytest.mark.parametrize("name", STRANGERS)
def test_no_other_key_is_let_in(emulator: EmulatedAws, name: str) -> None:
    signature = f"Credential={name}/20261127/{REGION}/dynamodb/aws4_request, SignedHeaders=host"
    header = f"AWS4-HMAC-SHA256 {signature}, Signature=0"
    call = a_call(emulator)
    call.headers["Authorization"] = header.encode().decode("latin-1")

    assert status_of(emulator, call) in {400, 403}
    assert status_of(emulator, call, ("Authorization", "AWS4-HMAC-SHA256 Credential=x/")) in {
        400,
        403,
    }


@pytest.mark.parametrize("name", STRANGERS[:2])
def test_no_other_key_is_let_in_by_a_link(emulator: EmulatedAws, name: str) -> None:
    call = AWSRequest("GET", f"{emulator.endpoint_url}/?Action=ListTopics&Version=2010-03-31")
    SigV4QueryAuth(Credentials(name, "test"), "sns", REGION).add_auth(call)

    assert status_of(emulator, call) in {400, 403}


def test_the_root_keys_do_nothing_without_their_secret(emulator: EmulatedAws) -> None:
    thief = LocalAws(emulator.endpoint_url, Keys(emulator.keys.id, "test"))

    with pytest.raises(ClientError, match="signature"):
        thief.client("dynamodb").list_tables()


def test_a_key_that_is_not_valid_is_named_with_where_the_right_ones_are(
    emulator: EmulatedAws,
) -> None:
    with pytest.raises(ClientError, match=r"The key test is not valid here: use those in \.local"):
        LocalAws(emulator.endpoint_url).client("dynamodb").list_tables()


@pytest.mark.parametrize("request_line", OWN_PATHS)
def test_the_emulators_own_paths_are_closed(emulator: EmulatedAws, request_line: str) -> None:
    method, path = request_line.split()
    port = urlsplit(emulator.endpoint_url).port or 0

    told = ask(port, method, path, [("Host", f"127.0.0.1:{port}")])

    assert told.status == 403
    assert "own paths are closed" in json.loads(told.body)["detail"]


def test_keys_are_made_once_at_random_for_their_owner_alone(tmp_path: Path) -> None:
    made = Keys.kept_in(tmp_path / "credentials")

    assert Keys.kept_in(tmp_path / "credentials") == made
    assert Keys.kept_in(tmp_path / "others") != made
    assert stat.S_IMODE((tmp_path / "credentials").stat().st_mode) == 0o600
    assert made.secret not in repr(made)


def test_the_aws_command_line_reads_the_file_of_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Keys.kept_in(tmp_path / "credentials")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))

    found = boto3.Session().get_credentials()

    assert found is not None
    assert (found.access_key, found.secret_key) == (made.id, made.secret)


@pytest.fixture
def function(emulator: EmulatedAws) -> Iterator[str]:
    """Return the ARN of a function that says who it is and which keys it has."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "app.py",
            "import boto3, os\n"
            "def handler(_event, _context):\n"
            "    who = boto3.client('sts').get_caller_identity()['Arn']\n"
            "    return who, os.environ['AWS_ACCESS_KEY_ID']\n",
        )
    functions = emulator.client("lambda")
    made = functions.create_function(
        FunctionName=NAME,
        Runtime="python3.14",
        Handler="app.handler",
        Role=emulator.role(NAME),
        Code={"ZipFile": packed.getvalue()},
    )
    yield str(made["FunctionArn"])
    functions.delete_function(FunctionName=NAME)


def test_a_function_has_keys_of_its_role_that_nobody_can_compute(
    emulator: EmulatedAws, function: str
) -> None:
    """MiniStack makes the keys of a function of digests of its name."""
    answer = emulator.client("lambda").invoke(FunctionName=NAME, Payload=b"{}")
    who, key_id = json.loads(answer["Payload"].read())
    digest = hashlib.sha256(f"{function}:{emulator.role(NAME)}".encode()).hexdigest()
    secret = hashlib.sha256(f"secret:{digest}".encode()).hexdigest()
    token = hashlib.sha256(f"token:{digest}".encode()).hexdigest()

    for name in (key_id, f"ASIA{digest[:16].upper()}"):
        session = boto3.Session(name, secret, token, REGION)
        with pytest.raises(ClientError):
            session.client("sts", endpoint_url=emulator.endpoint_url).get_caller_identity()
    assert who == f"arn:aws:sts::{ACCOUNT}:assumed-role/{NAME}/{NAME}"
    assert key_id.startswith("ASIA")
    assert key_id != f"ASIA{digest[:16].upper()}"
