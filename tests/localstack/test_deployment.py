"""A local AWS that has the stacks of an earlier version is deployed to as well."""

from typing import Any

import pytest

from localstack.common.aws import LocalAws
from localstack.deploy import deployment
from localstack.deploy.assembly import Assembly

FLAT = {"Resources": {"Function": {"Type": "AWS::Lambda::Function"}}}
NESTED = {"Resources": {"Ledger": {"Type": "AWS::CloudFormation::Stack"}}}


class CloudFormation:
    """A CloudFormation that has some stacks, and remembers which were deleted."""

    def __init__(self, stacks: dict[str, dict[str, Any]]) -> None:
        self.stacks, self.deleted = stacks, list[str]()

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        state = "CREATE_COMPLETE" if StackName in self.stacks else "DELETE_COMPLETE"
        return {"Stacks": [{"StackStatus": state}]}

    def get_template(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        return {"TemplateBody": self.stacks[StackName]}

    def delete_stack(self, *, StackName: str) -> None:  # noqa: N803
        self.deleted.append(StackName)

    def get_waiter(self, _name: str) -> Any:
        return self

    def wait(self, **_: Any) -> None:
        """Return at once."""


@pytest.mark.parametrize(
    ("deployed", "deleted"),
    [
        ({"state": FLAT, "api": FLAT}, ["api"]),
        ({"state": FLAT, "api": NESTED}, []),
        ({}, []),
    ],
    ids=["before they were nested", "since", "nothing yet"],
)
def test_a_stack_makes_way_whose_functions_are_now_in_nested_ones(
    monkeypatch: pytest.MonkeyPatch, deployed: dict[str, Any], deleted: list[str]
) -> None:
    cloudformation = CloudFormation(deployed)
    monkeypatch.setattr(LocalAws, "client", lambda *_: cloudformation)
    monkeypatch.setattr(Assembly, "templates", lambda _: {"state": FLAT, "api": NESTED})

    deployment.make_way(Assembly("ministack"), LocalAws("http://127.0.0.1:1"))

    assert cloudformation.deleted == deleted
