"""Starts NovaPay on a local AWS, in the same way for users and for tests."""

from __future__ import annotations

from rich.console import Console

from cdk.target import api_id_of
from localstack.common.outputs import Outputs, write_outputs
from localstack.common.progress import step
from localstack.deploy.assembly import Assembly
from localstack.deploy.deployment import deploy, remember_deployed
from localstack.deploy.dropped_properties import set_dropped_properties
from localstack.deploy.operators import register_operator
from localstack.deploy.warm_up import warm_up
from localstack.emulator import issuer
from localstack.emulator.embedded import Emulator
from localstack.emulator.runtime import Runtime
from novapay.schema import prefix_of

OTHER_AT_WORK = "[dim]Another run in this checkout is deploying; waiting for it.[/]"


def bring_up(runtime: Runtime, console: Console) -> Outputs:
    """Do what `deploy_to` does and warm up the functions, and return the outputs.

    Raises:
        LocalFailure: a step failed; the error says what to do about it.
    """
    outputs = deploy_to(runtime, console)
    with step(console, "Warm up the functions") as say:
        say(f"{warm_up(outputs, say, prefix=prefix_of(runtime.stage))} functions answer")
    return outputs


def deploy_to(runtime: Runtime, console: Console) -> Outputs:
    """Start, synthesize, deploy, set what was dropped, and return the outputs.

    Each step does only what is not done yet. The first call of each function is slow.

    Raises:
        LocalFailure: a step failed; the error says what to do about it.
    """
    endpoint_url = runtime.endpoint_url
    with step(console, runtime.kind.title) as say:
        started = runtime.start(say)
        say(endpoint_url if started else f"{endpoint_url}, already running")
    assembly = Assembly.of(runtime)
    with assembly.held(on_wait=lambda: console.print(OTHER_AT_WORK)):
        _deploy_what_changed(assembly, runtime, console)
    if isinstance(runtime, Emulator) and assembly.issuer:
        with step(console, "Start the issuer of tokens") as say:
            issuer.start(runtime)
            say(assembly.issuer)
    aws = runtime.aws
    outputs = write_outputs(
        runtime.home.outputs,
        api_url=f"{endpoint_url}/_aws/execute-api/{api_id_of(assembly.stage)}/{assembly.stage}",
        aws=aws,
        auth=assembly.auth,
        issuer_url=assembly.issuer,
        target=runtime.kind.name,
    )
    register_operator(aws, f"{assembly.prefix}-operators", outputs.adminToken)
    return outputs


def _deploy_what_changed(assembly: Assembly, runtime: Runtime, console: Console) -> None:
    aws, log = runtime.aws, runtime.home.deploy_log
    with step(console, "Synthesize the CDK app") as say:
        digest, synthesized = assembly.synthesize_if_changed(aws, log=log, say=say)
        say("" if synthesized else "sources unchanged")
    with step(console, "Deploy with the CDK command line") as say:
        deployed = deploy(assembly, aws, digest, log=log, say=say)
        say("" if deployed else "deployed already")
    if deployed:
        with step(console, "Set the properties that its CloudFormation drops") as say:
            say(f"{len(set_dropped_properties(aws, assembly.templates()))} properties are set")
        remember_deployed(assembly, aws, digest)
