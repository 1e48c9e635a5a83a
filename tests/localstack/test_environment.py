"""What the programs we start may see of the user's own environment."""

from pathlib import Path

import pytest

from localstack.common import environment
from localstack.common.aws import LocalAws
from localstack.common.keys import Keys

AWS = LocalAws("http://127.0.0.1:4566", Keys("AKIDEXAMPLE", "secret"))


@pytest.fixture(autouse=True)
def _real_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-real-key")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-real-token")
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")


def test_the_emulator_and_so_the_functions_see_nothing_of_the_users_environment() -> None:
    seen = environment.of_emulator(
        port=4566, state=Path("state"), objects=Path("s3"), workers=Path("workers")
    )

    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONPATH", "HTTPS_PROXY"} & set(seen)
    assert seen["AWS_ACCESS_KEY_ID"] not in ("a-real-key", "test")
    assert seen["AWS_CONFIG_FILE"] == seen["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert seen["BIND_HOST"] == "127.0.0.1"


def test_the_cdk_command_line_cannot_reach_the_users_account() -> None:
    seen = environment.of_program(AWS.variables)

    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & set(seen)
    assert seen["AWS_ACCESS_KEY_ID"] == AWS.keys.id
    assert seen["AWS_ENDPOINT_URL"] == seen["AWS_ENDPOINT_URL_S3"] == "http://127.0.0.1:4566"
    assert seen["AWS_CONFIG_FILE"] == seen["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_the_emulator_is_never_asked_through_a_proxy() -> None:
    assert environment.of_program(AWS.variables)["NO_PROXY"] == "127.0.0.1,localhost"
