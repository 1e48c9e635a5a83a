"""Bringing the CDK app into the embedded AWS with the stock CDK command line.

What is deployed is remembered where it is deployed: a parameter in the emulator holds the digest
of the sources, so it is lost exactly when the stacks are lost.
"""

from __future__ import annotations

from pathlib import Path

from botocore.exceptions import ClientError

from localstack import aws, environment, program
from localstack.assembly import ASSEMBLY, CDK, templates
from localstack.environment import ACCOUNT, REGION
from localstack.progress import Say

DEPLOYED = "/novapay/local/deployed-sources"
BOOTSTRAP_STACK = "CDKToolkit"


def deploy(endpoint_url: str, digest: str, *, log: Path, say: Say) -> bool:
    """Promise that every stack of `ASSEMBLY` is deployed.

    Returns:
        False if those very sources were deployed already and nothing was done.

    Raises:
        LocalFailure: the CDK command line failed.
    """
    if _deployed_digest(endpoint_url) == digest and _stacks_stand(endpoint_url):
        return False
    if not _stands(endpoint_url, BOOTSTRAP_STACK):
        _run_cdk(endpoint_url, ["bootstrap", f"aws://{ACCOUNT}/{REGION}"], log=log, say=say)
    _run_cdk(endpoint_url, ["deploy", "--all", "--method=direct"], log=log, say=say)
    return True


def remember_deployed(endpoint_url: str, digest: str) -> None:
    """Make the emulator remember what is deployed, once all that follows a deploy is done too."""
    aws.client("ssm", endpoint_url).put_parameter(
        Name=DEPLOYED, Value=digest, Type="String", Overwrite=True
    )


def api_id_of(endpoint_url: str) -> str:
    """Promise the id of the deployed API: the stacks' output `ApiId`."""
    cloudformation = aws.client("cloudformation", endpoint_url)
    [api_id] = [
        output["OutputValue"]
        for name in templates()
        for stack in cloudformation.describe_stacks(StackName=name)["Stacks"]
        for output in stack.get("Outputs", [])
        if output["OutputKey"] == "ApiId"
    ]
    return str(api_id)


def _run_cdk(endpoint_url: str, command: list[str], *, log: Path, say: Say) -> None:
    program.run(
        [
            *(str(CDK), *command, "--app", str(ASSEMBLY)),
            *("--require-approval", "never", "--progress", "events", "--ci", "--no-color"),
        ],
        env=environment.of_cdk(endpoint_url),
        log=log,
        say=say,
        failed=f"cdk {command[0]} failed on the embedded AWS.",
        mend=f"What it said is in {log}. To start with an empty AWS: make stop, then delete"
        " .local/. It ends with:",
    )


def _deployed_digest(endpoint_url: str) -> str | None:
    ssm = aws.client("ssm", endpoint_url)
    try:
        digest: str = ssm.get_parameter(Name=DEPLOYED)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None
    return digest


def _stacks_stand(endpoint_url: str) -> bool:
    return all(_stands(endpoint_url, name) for name in templates())


def _stands(endpoint_url: str, stack_name: str) -> bool:
    cloudformation = aws.client("cloudformation", endpoint_url)
    try:
        [stack] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError:
        return False
    return stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
