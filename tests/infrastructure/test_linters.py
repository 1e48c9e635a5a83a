"""What AWS's own linters say about the templates and the state machine; a finding fails."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layers.built import ROOT
from tests.infrastructure.synthesized import Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

CFN_LINT = Path(sys.executable).with_name("cfn-lint")
ASL_VALIDATOR = ROOT / "node_modules" / ".bin" / "asl-validator"


IGNORED = ("W3005",)
"""W3005: the CDK names a dependency that a reference implies already; it does no harm."""


@pytest.mark.parametrize("deployment", ["prod", "tokens"])
def test_cfn_lint_finds_nothing(request: pytest.FixtureRequest, deployment: str) -> None:
    # Signed and with canaries, and with tokens; both with the firewall.
    folder: Path = request.getfixturevalue(deployment).folder
    templates = sorted(map(str, folder.glob("*.template.json")))

    found = findings_of(templates)

    assert len(templates) > 4
    assert found == []


def test_cfn_lint_finds_a_property_that_does_not_exist(prod: Synthesized, tmp_path: Path) -> None:
    template = json.loads(json.dumps(prod.state))
    next(iter(of_type(template, "AWS::DynamoDB::Table").values()))["Properties"]["Colour"] = "red"
    broken = tmp_path / "broken.template.json"
    broken.write_text(json.dumps(template), encoding="utf-8")

    [found] = findings_of([str(broken)])

    assert "Colour" in found


def findings_of(templates: list[str]) -> list[str]:
    """Return what cfn-lint says about templates, one line for each finding."""
    done = subprocess.run(  # noqa: S603 - a program that we lock
        [
            *(str(CFN_LINT), "--format", "json", "--regions", "us-east-1"),
            *("--non-zero-exit-code", "none", "--ignore-checks", *IGNORED, "--", *templates),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        f"{it['Filename']}: {it['Rule']['Id']} {it['Message']}" for it in json.loads(done.stdout)
    ]


def test_the_state_machine_is_valid(prod: Synthesized, tmp_path: Path) -> None:
    definition = definition_of(prod)

    done = asl_validator(definition, tmp_path)

    assert (done.returncode, done.stdout + done.stderr) == (0, done.stdout + done.stderr)


def test_a_state_machine_that_leads_nowhere_is_invalid(prod: Synthesized, tmp_path: Path) -> None:
    definition = definition_of(prod)
    next(iter(definition["States"].values()))["Next"] = "Nowhere"

    done = asl_validator(definition, tmp_path)

    assert done.returncode != 0
    assert "Nowhere" in done.stdout + done.stderr


def asl_validator(definition: Any, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "payroll.asl.json"
    file.write_text(json.dumps(definition), encoding="utf-8")
    return subprocess.run(  # noqa: S603 - a program that we lock
        [str(ASL_VALIDATOR), "--json-path", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )


def definition_of(synthesized: Synthesized) -> Any:
    """Return the definition of the state machine, with a name for each reference in it."""
    [machine] = synthesized.properties("AWS::StepFunctions::StateMachine")
    return json.loads("".join(_texts(machine["DefinitionString"])))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case {"Fn::Join": [str(), list(parts)]}:
            for part in parts:
                yield from _texts(part)
        case {"Ref": "AWS::Partition"}:
            yield "aws"
        case _:
            yield "arn:aws:lambda:us-east-1:123456789012:function:name"
