"""Deploys the CDK app to a local AWS with the standard CDK command line.

A parameter in the emulator itself holds the digest of the deployed sources, so it is lost exactly
when the stacks are lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from localstack.common import environment, program
from localstack.common.aws import LocalAws
from localstack.common.environment import ACCOUNT, REGION
from localstack.common.progress import Say
from localstack.deploy.assembly import CDK, Assembly
from localstack.emulator.runtime import KINDS

BOOTSTRAP_STACK = "CDKToolkit"


def deploy(assembly: Assembly, aws: LocalAws, digest: str, *, log: Path, say: Say) -> bool:
    """Deploy every stack of the assembly, unless the same sources are deployed already.

    Args:
        assembly: what to deploy.
        aws: the AWS to deploy to.
        digest: the digest of the assembly's sources.
        log: the file for the output of the CDK command line.
        say: shows progress.

    Returns:
        False if the same sources were deployed already and nothing was done.

    Raises:
        LocalFailure: the CDK command line failed.
    """
    if _deployed_digest(assembly, aws) == digest and _stacks_stand(assembly, aws):
        return False
    if not _stands(aws, BOOTSTRAP_STACK):
        bootstrap = ["bootstrap", f"aws://{ACCOUNT}/{REGION}"]
        _run_cdk(assembly, aws, bootstrap, log=log, say=say)
    make_way(assembly, aws)
    _run_cdk(assembly, aws, ["deploy", "--all", "--method=direct"], log=log, say=say)
    return True


def remember_deployed(assembly: Assembly, aws: LocalAws, digest: str) -> None:
    """Store the digest in the emulator, once everything after the deploy is done too."""
    aws.client("ssm").put_parameter(
        Name=mark_of(assembly), Value=digest, Type="String", Overwrite=True
    )


def _run_cdk(assembly: Assembly, aws: LocalAws, command: list[str], *, log: Path, say: Say) -> None:
    program.run(
        [
            *(str(CDK), *command, "--app", str(assembly.folder)),
            *("--require-approval", "never", "--progress", "events", "--ci", "--no-color"),
        ],
        env=environment.of_program(aws.variables),
        log=log,
        say=say,
        failed=f"cdk {command[0]} failed on {assembly.target}.",
        remedy=f"Its output is in {log}. To begin with an empty AWS:"
        f" {KINDS[assembly.target].empty_again} It ends with:",
    )


def _deployed_digest(assembly: Assembly, aws: LocalAws) -> str | None:
    ssm = aws.client("ssm")
    try:
        digest: str = ssm.get_parameter(Name=mark_of(assembly))["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None
    return digest


def make_way(assembly: Assembly, aws: LocalAws) -> None:
    """Delete a stack that was deployed before its functions moved into stacks nested in it.

    The functions keep their names, so CloudFormation would first make each in its new stack and
    then delete it as one of the old stack's. Such a stack holds no data.
    """
    cloudformation = aws.client("cloudformation")
    for name, template in assembly.templates().items():
        if not _nests(template) or not _stands(aws, name):
            continue
        deployed: Any = cloudformation.get_template(StackName=name)["TemplateBody"]
        if not _nests(json.loads(deployed) if isinstance(deployed, str) else deployed):
            cloudformation.delete_stack(StackName=name)
            cloudformation.get_waiter("stack_delete_complete").wait(
                StackName=name, WaiterConfig={"Delay": 1}
            )


def _nests(template: Mapping[str, Any]) -> bool:
    """Return whether a template has nested stacks."""
    return any(it["Type"] == "AWS::CloudFormation::Stack" for it in template["Resources"].values())


def _stacks_stand(assembly: Assembly, aws: LocalAws) -> bool:
    return all(_stands(aws, name) for name in assembly.templates())


def _stands(aws: LocalAws, stack_name: str) -> bool:
    cloudformation = aws.client("cloudformation")
    try:
        [stack] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError:
        return False
    return stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def mark_of(assembly: Assembly) -> str:
    """Return the name of the emulator's parameter that holds the digest."""
    return f"/novapay/{assembly.stage}/deployed-sources"
