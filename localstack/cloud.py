"""NovaPay in an AWS account: where `make deploy` has put it."""

from __future__ import annotations

from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from localstack.failure import LocalFailure
from localstack.outputs import Outputs, save_outputs
from localstack.signature import credentials_of


def find_outputs(session: boto3.Session, stage: str, file: Path) -> Outputs:
    """Promise where the stage's API is, and write it down for `make demo`.

    No admin token is made: operators of a real account are registered by people.

    Args:
        session: knows the account and the region.
        stage: as in `make deploy STAGE=…`.
        file: where the answer is written.

    Raises:
        LocalFailure: no credentials, no such stack, or no AWS.
    """
    credentials_of(session)
    name = f"novapay-{stage}-api"
    try:
        cloudformation = session.client("cloudformation")
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except (BotoCoreError, ClientError) as error:
        raise LocalFailure(
            f"The stack {name} was not found.",
            mend=f"make deploy STAGE={stage}, with the account and region that you mean.",
            evidence=str(error),
        ) from error
    found = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    api_url = found["ApiUrl"].rstrip("/")
    outputs = Outputs(
        apiUrl=api_url,
        consoleUrl=f"{api_url}/admin/console",
        adminToken="",
        endpointUrl="",
        region=cloudformation.meta.region_name,
        auth="iam",
    )
    save_outputs(file, outputs)
    return outputs
