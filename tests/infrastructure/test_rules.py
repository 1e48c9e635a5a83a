"""cdk-nag's AwsSolutions rules: a departure has a reason, and without one nothing synthesizes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from layers.built import ROOT
from tests.infrastructure.synthesized import Synthesized

pytestmark = pytest.mark.xdist_group("synth")

EVERYWHERE = {"APIG2", "APIG4", "COG4", "IAM5", "SMG4", "SQS3"}
ACKNOWLEDGED = {
    "dev": EVERYWHERE | {"APIG3", "IAM4"},
    "prod": EVERYWHERE | {"IAM4"},
    "ministack": EVERYWHERE | {"APIG1", "APIG3", "APIG6"},
    "localstack": EVERYWHERE | {"APIG1", "APIG3", "APIG6"},
}
"""What each deployment departs from; the firewall of prod satisfies one rule more."""

NAMES_NO_RESOURCES = "be limited to a resource."

APP_WITH_A_BAD_QUEUE = """
from aws_cdk import Stack, aws_sqs
import cdk.app, sys

cdk.app.add_stacks = lambda app, _: aws_sqs.Queue(Stack(app, "Bad"), "Queue")
cdk.app.main()
print("rules", "cdk_nag" in sys.modules)
"""


def report_of(synthesized: Synthesized) -> dict[str, Any]:
    """Return what cdk-nag said when a deployment was synthesized."""
    text = (synthesized.folder / "validation-report.json").read_text(encoding="utf-8")
    [report] = json.loads(text)["pluginReports"]
    assert report["pluginName"] == "AwsSolutions"
    return dict(report)


def rule_of(violation: dict[str, Any]) -> str:
    return str(violation["ruleName"]).removeprefix("AwsSolutions-").partition("[")[0]


@pytest.mark.parametrize("deployment", ACKNOWLEDGED)
def test_no_rule_is_violated_but_those_with_a_reason(
    request: pytest.FixtureRequest, deployment: str
) -> None:
    report = report_of(request.getfixturevalue(deployment))

    assert report["violations"] == []
    assert {rule_of(it) for it in report["suppressedViolations"]} == ACKNOWLEDGED[deployment]


@pytest.mark.parametrize("deployment", ACKNOWLEDGED)
def test_a_reason_is_one_sentence_at_the_place_it_concerns(
    request: pytest.FixtureRequest, deployment: str
) -> None:
    for acknowledged in report_of(request.getfixturevalue(deployment))["suppressedViolations"]:
        reason = acknowledged["reason"]

        assert reason.endswith(".")
        assert reason.count(". ") == 0
        assert len(reason.split()) >= 8
        # Never for a whole stack.
        assert "/" in acknowledged["acknowledgedAt"]


def test_a_wildcard_is_acknowledged_only_where_aws_names_no_resources(prod: Synthesized) -> None:
    wildcards = [
        (it["ruleName"].partition("[")[2], it["reason"])
        for it in report_of(prod)["suppressedViolations"]
        if rule_of(it) == "IAM5"
    ]

    rest = [(found, reason) for found, reason in wildcards if found != "Resource::*]"]
    [(executions, _)] = rest
    assert executions.endswith(":execution:novapay-prod-payroll:*]")
    for found, reason in wildcards:
        assert found == executions or reason.endswith(NAMES_NO_RESOURCES)


@pytest.mark.parametrize(
    ("context", "is_refused"),
    [({"stage": "dev"}, True), ({"stage": "local", "target": "ministack"}, False)],
    ids=["dev", "local"],
)
def test_a_violation_fails_the_synth_of_every_stage_but_local(
    tmp_path: Path, context: dict[str, str], is_refused: bool
) -> None:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        **os.environ,
        "PATH": programs,
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_OUTDIR": str(tmp_path),
    }

    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-c", APP_WITH_A_BAD_QUEUE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode != 0) is is_refused
    if is_refused:
        assert "AwsSolutions-SQS4" in done.stdout + done.stderr
    else:
        # `make run` is spared the seconds that the rules cost.
        assert done.stdout.splitlines()[-1] == "rules False"
