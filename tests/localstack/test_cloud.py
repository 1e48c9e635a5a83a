"""Where `make deploy` has put NovaPay, as far as that can be known without an account."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, NoRegionError

from localstack import __main__ as module
from localstack import commands
from localstack.common.failure import LocalFailure
from localstack.common.outputs import Outputs, read_outputs
from localstack.common.ports import free_port
from localstack.deploy.cloud import find_account, find_outputs, open_session

URL = "https://abc123.execute-api.eu-central-1.amazonaws.com/dev/"


class Session:
    """An account with one stack in it, or none."""

    def __init__(self, stacks: dict[str, dict[str, str]], error: Exception | None = None) -> None:
        self._stacks = stacks
        self._error = error

    def get_credentials(self) -> Credentials:
        return Credentials("AKID", "secret")

    def client(self, service: str) -> Any:
        assert service == "cloudformation"
        if self._error:
            raise self._error
        meta = SimpleNamespace(region_name="eu-central-1")
        return SimpleNamespace(describe_stacks=self._describe_stacks, meta=meta)

    def _describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803  # boto3's name
        if StackName not in self._stacks:
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        outputs = [
            {"OutputKey": key, "OutputValue": value}
            for key, value in self._stacks[StackName].items()
        ]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}


@pytest.fixture
def _nobody_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take every credential and region of this machine away."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def _somebody_here(_nobody_here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def find(session: Session, file: Path) -> Outputs:
    return find_outputs(session, "dev", file)  # type: ignore[arg-type]  # all that is asked of one


def test_the_stacks_outputs_say_where_the_api_is(tmp_path: Path) -> None:
    file = tmp_path / ".local" / "outputs.json"
    account = Session({"novapay-dev-api": {"ApiUrl": URL, "ApiId": "abc123"}})

    found = find(account, file)

    assert found.apiUrl == URL.rstrip("/")
    assert (found.auth, found.region, found.adminToken) == ("iam", "eu-central-1", "")
    assert read_outputs(file) == found


@pytest.mark.parametrize("error", [None, NoRegionError()])
def test_a_stage_that_is_not_there_is_said_with_the_command_that_deploys_it(
    tmp_path: Path, error: Exception | None
) -> None:
    with pytest.raises(LocalFailure, match="novapay-dev-api was not found") as failure:
        find(Session({}, error), tmp_path / "outputs.json")

    assert "make deploy STAGE=dev" in failure.value.remedy
    assert not (tmp_path / "outputs.json").exists()


@pytest.mark.usefixtures("_nobody_here")
def test_without_credentials_it_is_said_before_anything_else() -> None:
    with pytest.raises(LocalFailure, match="There are no AWS credentials") as failure:
        open_session()

    assert "aws sso login" in failure.value.remedy


@pytest.mark.usefixtures("_nobody_here")
def test_a_profile_that_there_is_not_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(LocalFailure, match="cannot be used") as failure:
        open_session()

    assert "nobody" in failure.value.evidence


@pytest.mark.usefixtures("_somebody_here")
def test_without_a_region_it_is_said_how_to_choose_one() -> None:
    with pytest.raises(LocalFailure, match="No AWS region is set"):
        open_session()


@pytest.mark.usefixtures("_somebody_here")
def test_the_region_is_the_one_that_the_cdk_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    assert open_session().region_name == "eu-central-1"


@pytest.mark.usefixtures("_somebody_here")
def test_credentials_that_aws_does_not_take_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(LocalFailure, match="rejects the credentials") as failure:
        find_account(open_session())

    assert "aws sso login" in failure.value.remedy


def test_the_demo_goes_where_the_target_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(commands, "run_on_aws", lambda _console, stage: asked.append(stage))
    monkeypatch.setattr("sys.argv", ["localstack", "run", "--target", "aws", "--stage", "beta"])

    assert module.main() == 0

    assert asked == ["beta"]
