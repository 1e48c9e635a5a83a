"""The CDK app: `cdk deploy --all -c stage=… [-c target=…] [-c auth=…]`."""

import os
import sys

from aws_cdk import App, CliCredentialsStackSynthesizer, IReusableStackSynthesizer, Tags

from cdk.context import DeploymentRefusedError, parse_deployment
from cdk.deployment import Deployment
from cdk.stacks.api import ApiStack
from cdk.stacks.operations import OperationsStack
from cdk.stacks.state import StateStack
from cdk.stacks.workflows import WorkflowsStack
from novapay.schema import LOCAL_STAGE


def add_stacks(app: App, deployment: Deployment) -> None:
    """Add the four stacks of `deployment` to `app`."""
    state = StateStack(app, f"{deployment.prefix}-state", deployment)
    ApiStack(app, f"{deployment.prefix}-api", deployment, state)
    workflows = WorkflowsStack(app, f"{deployment.prefix}-workflows", deployment, state)
    name = f"{deployment.prefix}-operations"
    OperationsStack(app, name, deployment, state, workflows)
    Tags.of(app).add("project", "novapay")
    Tags.of(app).add("stage", deployment.stage)


def build(app: App, deployment: Deployment) -> None:
    """Add the stacks of `deployment` to `app`, and the rules that their templates must obey."""
    add_stacks(app, deployment)
    if deployment.stage == LOCAL_STAGE:
        return
    from cdk.nag import add_rules  # noqa: PLC0415 - takes seconds, which `make run` saves

    add_rules(app)


def _synthesizer_of(deployment: Deployment) -> IReusableStackSynthesizer | None:
    """Return who deploys: the CDK's own roles on AWS, and the caller's keys on an emulator.

    MiniStack refuses those roles the bucket for what is deployed.
    """
    return CliCredentialsStackSynthesizer() if deployment.target.is_emulator else None


def main() -> None:
    """Synthesize the deployment of the command line, or print why it is refused."""
    asked = App(auto_synth=False)
    try:
        deployment = parse_deployment(asked.node.try_get_context, os.environ)
    except DeploymentRefusedError as refusal:
        sys.exit(f"Refused: {refusal}")
    app = App(default_stack_synthesizer=_synthesizer_of(deployment))
    build(app, deployment)
    app.synth()


if __name__ == "__main__":
    main()
