"""What the tests of the infrastructure look at: the templates of one deployment.

In the template of a nested stack, each parameter is replaced by what the stack around it passes. So
a test reads a reference as if all were in one template.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App

from cdk.app import add_stacks
from cdk.context import parse_deployment
from cdk.nag import add_rules

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Synthesized:
    """The templates of one deployment, the folder with their assets, and its stacks by name, each
    with whether it is protected from deletion. `services` are nested in `api`, by service."""

    state: dict[str, Any]
    api: dict[str, Any]
    services: dict[str, dict[str, Any]]
    workflows: dict[str, Any]
    operations: dict[str, Any]
    folder: Path
    stacks: dict[str, bool]

    @property
    def templates(self) -> tuple[dict[str, Any], ...]:
        """All templates; a logical id may be in two of them."""
        around = (self.state, self.api, self.workflows, self.operations)
        return (*around, *self.services.values())

    def resources(self, kind: str) -> list[Resource]:
        """Return the resources of one type in all stacks."""
        return [
            resource
            for template in self.templates
            for resource in template["Resources"].values()
            if resource["Type"] == kind
        ]

    def properties(self, kind: str) -> list[dict[str, Any]]:
        """Return the properties of each resource of one type in all stacks."""
        return [resource.get("Properties", {}) for resource in self.resources(kind)]

    def function(self, name: str) -> Resource:
        """Return the function of one operation or task."""
        template = self.template_of(name)
        function: Resource = template["Resources"][_function_id(template, name)]
        return function

    def template_of(self, name: str) -> Resource:
        """Return the template that the function of one operation or task is in."""
        [template] = [it for it in self.templates if _function_id(it, name)]
        return template

    def role(self, name: str) -> Resource:
        """Return the role of the function of one operation or task."""
        template = self.template_of(name)
        logical_id = self.function(name)["Properties"]["Role"]["Fn::GetAtt"][0]
        role: Resource = template["Resources"][logical_id]
        return role


def of_type(template: dict[str, Any], kind: str) -> dict[str, Resource]:
    """Return the resources of one type in one template, by logical id."""
    resources: dict[str, Resource] = template["Resources"]
    return {name: found for name, found in resources.items() if found["Type"] == kind}


def _function_id(template: dict[str, Any], name: str) -> str:
    return next(
        (
            logical_id
            for logical_id, it in of_type(template, "AWS::Lambda::Function").items()
            if it["Properties"]["FunctionName"].endswith(f"-{name}")
        ),
        "",
    )


def synthesize_into(folder: Path, context: dict[str, Any]) -> Synthesized:
    """Synthesize the app for `context`, in every stage under cdk-nag's rules."""
    app = App(context=context, outdir=str(folder), analytics_reporting=False)
    deployment = parse_deployment(app.node.try_get_context, {})
    add_stacks(app, deployment)
    add_rules(app)
    assembly = app.synth()
    state, api, workflows, operations = (
        assembly.get_stack_by_name(f"{deployment.prefix}-{name}").template
        for name in ("state", "api", "workflows", "operations")
    )
    stacks = {stack.stack_name: bool(stack.termination_protection) for stack in assembly.stacks}
    services = dict(_nested(api, folder))
    return Synthesized(state, api, services, workflows, operations, folder=folder, stacks=stacks)


def _nested(api: dict[str, Any], folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each service whose stack is nested in that of the API, with its template."""
    assets = {
        digest: folder / file["source"]["path"]
        for manifest in folder.glob("*.assets.json")
        for digest, file in json.loads(manifest.read_text(encoding="utf-8"))["files"].items()
    }
    for logical_id, stack in of_type(api, "AWS::CloudFormation::Stack").items():
        *_, name = stack["Properties"]["TemplateURL"]["Fn::Join"][1]
        file = assets[name.strip("/").removesuffix(".json")]
        passed = stack["Properties"].get("Parameters", {})
        template = _with(passed, json.loads(file.read_text(encoding="utf-8")))
        yield logical_id.partition("NestedStack")[0].lower(), template


def _with(passed: dict[str, Any], part: Any) -> Any:
    """Return a part of a nested template with the values that are passed to it."""
    match part:
        case {"Ref": str(name)} if name in passed:
            return passed[name]
        case dict():
            return {name: _with(passed, value) for name, value in part.items()}
        case list():
            return [_with(passed, value) for value in part]
        case _:
            return part
