"""What the tests of the infrastructure look at: the templates of one deployment."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App

from cdk.app import add_stacks
from cdk.deployment import parse_deployment

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Synthesized:
    """The templates of one deployment, the folder with their assets, and its stacks by name, each
    with whether it is protected from deletion."""

    state: dict[str, Any]
    api: dict[str, Any]
    folder: Path
    stacks: dict[str, bool]

    def of_type(self, kind: str) -> dict[str, Resource]:
        """Return the resources of one type in both stacks, by logical id."""
        both = {**self.state["Resources"], **self.api["Resources"]}
        return {name: found for name, found in both.items() if found["Type"] == kind}

    def properties(self, kind: str) -> list[dict[str, Any]]:
        """Return the properties of each resource of one type."""
        return [found.get("Properties", {}) for found in self.of_type(kind).values()]

    def function(self, name: str) -> Resource:
        """Return the function of one operation."""
        found = self.of_type("AWS::Lambda::Function").values()
        return next(it for it in found if it["Properties"]["FunctionName"].endswith(f"-{name}"))

    def role(self, name: str) -> Resource:
        """Return the role of the function of one operation."""
        logical_id = self.function(name)["Properties"]["Role"]["Fn::GetAtt"][0]
        role: Resource = self.api["Resources"][logical_id]
        return role


def synthesize_into(folder: Path, context: dict[str, Any]) -> Synthesized:
    """Synthesize the app for `context` and return what came out."""
    app = App(context=context, outdir=str(folder), analytics_reporting=False)
    deployment = parse_deployment(app.node.try_get_context, {})
    add_stacks(app, deployment)
    assembly = app.synth()
    state, api = (
        assembly.get_stack_by_name(f"{deployment.prefix}-{name}").template
        for name in ("state", "api")
    )
    stacks = {stack.stack_name: bool(stack.termination_protection) for stack in assembly.stacks}
    return Synthesized(state=state, api=api, folder=folder, stacks=stacks)
