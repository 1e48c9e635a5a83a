"""What CloudFormation needs to know to import what a teardown left: an identifier of everything."""

from types import SimpleNamespace
from typing import Any

import pytest
from aws_cdk import App
from botocore.exceptions import ClientError

from cdk.context import parse_deployment
from cdk.stacks.state import StateStack
from layers.built import ROOT
from localstack.common.failure import LocalFailure
from localstack.deploy.identifiers import identifiers_of

pytestmark = pytest.mark.xdist_group("synth")

KEYS = {
    "alias/novapay-prod": "k-1",
    "alias/novapay-prod-fields": "k-2",
    "alias/novapay-prod-seals": "k-3",
}
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:novapay-prod-operators-AbCdEf"


class Session:
    """An account with the keys and the secret of stage prod."""

    def __init__(self, keys: dict[str, str]) -> None:
        self._keys = keys

    def client(self, service: str) -> Any:
        if service == "secretsmanager":
            return SimpleNamespace(describe_secret=lambda **_asked: {"ARN": ARN})
        return SimpleNamespace(describe_key=self._describe_key)

    def _describe_key(self, KeyId: str) -> dict[str, Any]:  # noqa: N803
        if KeyId not in self._keys:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "DescribeKey")
        return {"KeyMetadata": {"KeyId": self._keys[KeyId]}}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the template of the state stack of a stage that keeps its data."""
    app = App(outdir=str(tmp_path_factory.mktemp("synth")), analytics_reporting=False)
    context = {"stage": "prod", "auth": "iam", "waf": "off"}
    StateStack(app, "state", parse_deployment(context.get, {}))
    found: dict[str, Any] = app.synth().get_stack_by_name("state").template
    return found


def test_every_resource_of_the_state_stack_has_an_identifier(template: dict[str, Any]) -> None:
    found = identifiers_of(template, Session(KEYS))  # type: ignore[arg-type]

    assert set(found) == set(template["Resources"])
    assert all(value for identifier in found.values() for value in identifier.values())


def test_every_resource_is_kept_or_could_not_be_imported(template: dict[str, Any]) -> None:
    policies = {it["DeletionPolicy"] for it in template["Resources"].values()}

    assert policies == {"RetainExceptOnCreate"}


def test_each_key_is_the_one_that_its_alias_had(template: dict[str, Any]) -> None:
    found = identifiers_of(template, Session(KEYS))  # type: ignore[arg-type]

    described = {
        template["Resources"][name]["Properties"]["Description"]: identifier["KeyId"]
        for name, identifier in found.items()
        if "KeyId" in identifier
    }
    assert described == {
        "Encrypts the tables of novapay-prod": "k-1",
        "Encrypts the account numbers of novapay-prod": "k-2",
        "Seals the payroll jobs of novapay-prod": "k-3",
    }
    assert {"Id": ARN} in found.values()


def test_a_key_that_is_gone_is_said_so(template: dict[str, Any]) -> None:
    with pytest.raises(LocalFailure, match=r"FieldKey.* was not found"):
        identifiers_of(template, Session({"alias/novapay-prod": "k-1"}))  # type: ignore[arg-type]


def test_the_page_names_the_identifier_of_each_type(template: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    found = identifiers_of(template, Session(KEYS))  # type: ignore[arg-type]

    for logical_id, identifier in found.items():
        kind = template["Resources"][logical_id]["Type"]
        [row] = [line for line in page.splitlines() if line.startswith(f"| `{kind}` |")]
        assert f"`{next(iter(identifier))}`" in row
