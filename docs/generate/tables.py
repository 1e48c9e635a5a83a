"""The page of every table: its template, what it holds, and which functions may use it."""

import importlib
from collections.abc import Iterator, Mapping
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import App

from cdk.context import parse_deployment
from cdk.endpoints import EVERY_FUNCTION
from cdk.stacks.state import StateStack
from docs.generate.markdown import GENERATED, code, table

STAGE = "prod"

INTRODUCTION = """\
# Tables

All tables are on-demand DynamoDB tables with point-in-time recovery, encrypted with one
customer-managed KMS key. Every stage except `local` and `dev` protects them from deletion and keeps
them when their stack is deleted. Indexes hold keys only, so a change of a balance or of a job's
progress never writes an index.

"""


def page() -> str:
    """Return the page."""
    with TemporaryDirectory() as folder:
        app = App(outdir=folder, analytics_reporting=False)
        deployment = parse_deployment({"stage": STAGE, "auth": "iam", "waf": "off"}.get, {})
        name = f"{deployment.prefix}-state"
        StateStack(app, name, deployment)
        resources = app.synth().get_stack_by_name(name).template["Resources"]
    found = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::DynamoDB::Table"]
    short = {properties["TableName"].rpartition("-")[2]: properties for properties in found}
    summary = table(
        ("table", "key", "indexes", "time to live"),
        ((code(f"novapay-<stage>-{name}"), *_keys(short[name])) for name in short),
    )
    return GENERATED + INTRODUCTION + summary + "".join(map(_section, short))


def _keys(properties: Mapping[str, Any]) -> tuple[str, str, str]:
    types = {a["AttributeName"]: a["AttributeType"] for a in properties["AttributeDefinitions"]}
    indexes = properties.get("GlobalSecondaryIndexes", ())
    lives = properties.get("TimeToLiveSpecification", {}).get("AttributeName")
    return (
        _key(properties["KeySchema"], types),
        "; ".join(f"{code(i['IndexName'])}: {_key(i['KeySchema'], types)}" for i in indexes),
        code(lives) if lives else "",
    )


def _key(schema: list[Mapping[str, str]], types: Mapping[str, str]) -> str:
    names = (part["AttributeName"] for part in schema)
    return ", ".join(f"{code(name)} {types[name]}" for name in names)


def _section(name: str) -> str:
    rows = table(("function", "may"), sorted(_grants(name)))
    return f"\n## {name}\n\n{_held_in(name)}\n\n{rows}"


def _held_in(name: str) -> str:
    """Return what a table holds: the docstring of the only module that reads and writes it."""
    module = importlib.import_module(f"novapay.store.tables.{name}")
    held = (module.__doc__ or "").strip().removeprefix(f"{name}: ")
    return held[0].upper() + held[1:]


def _grants(name: str) -> Iterator[tuple[str, str]]:
    for function in EVERY_FUNCTION:
        for access in function.access:
            if access.table == name:
                where = f" on index {code(access.index)}" if access.index else ""
                yield code(function.module), f"{', '.join(access.actions)}{where}"
