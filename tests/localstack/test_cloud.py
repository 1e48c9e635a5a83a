"""Where `make deploy` has put NovaPay, as far as that can be known without an account."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, NoRegionError

from localstack import __main__ as module
from localstack import commands
from localstack.cloud import find_outputs
from localstack.failure import LocalFailure
from localstack.outputs import Outputs, read_outputs

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

    assert "make deploy STAGE=dev" in failure.value.mend
    assert not (tmp_path / "outputs.json").exists()


def test_the_demo_goes_where_the_target_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(commands, "run_on_aws", lambda _console, stage: asked.append(stage))
    monkeypatch.setattr("sys.argv", ["localstack", "run", "--target", "aws", "--stage", "beta"])

    assert module.main() == 0

    assert asked == ["beta"]
