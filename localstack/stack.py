"""NovaPay on an embedded AWS, from nothing to a warm API: the same way for users and for tests."""

from __future__ import annotations

from rich.console import Console

from localstack.assembly import assembly_held, synthesize_if_changed, templates
from localstack.deployment import api_id_of, deploy, remember_deployed
from localstack.emulator import Emulator
from localstack.operators import register_operator
from localstack.outputs import Outputs, write_outputs
from localstack.progress import step
from localstack.reconcile import reconcile
from localstack.warm_up import warm_up

STAGE = "local"
OPERATORS_SECRET = f"novapay-{STAGE}-operators"
OTHER_AT_WORK = "[dim]Another run in this checkout is deploying; waiting for it.[/]"


def bring_up(emulator: Emulator, console: Console) -> Outputs:
    """Start, synthesize, deploy, reconcile and warm up; each does only what is not done yet.

    Raises:
        LocalFailure: one of them failed; it says what to do about it.
    """
    with step(console, "Start the embedded AWS") as say:
        started = emulator.start(say)
        say(emulator.endpoint_url if started else f"{emulator.endpoint_url}, already running")
    with assembly_held(on_wait=lambda: console.print(OTHER_AT_WORK)):
        _deploy_what_changed(emulator, console)
    endpoint_url = emulator.endpoint_url
    outputs = write_outputs(
        emulator.home.outputs,
        api_url=f"{endpoint_url}/_aws/execute-api/{api_id_of(endpoint_url)}/{STAGE}",
        endpoint_url=endpoint_url,
    )
    register_operator(endpoint_url, OPERATORS_SECRET, outputs.adminToken)
    with step(console, "Warm up the functions") as say:
        say(f"{warm_up(outputs, say)} functions answer")
    return outputs


def _deploy_what_changed(emulator: Emulator, console: Console) -> None:
    endpoint_url, log = emulator.endpoint_url, emulator.home.deploy_log
    with step(console, "Synthesize the CDK app") as say:
        digest, synthesized = synthesize_if_changed(endpoint_url, log=log, say=say)
        say("" if synthesized else "sources unchanged")
    with step(console, "Deploy with the CDK command line") as say:
        deployed = deploy(endpoint_url, digest, log=log, say=say)
        say("" if deployed else "deployed already")
    if deployed:
        with step(console, "Set what its CloudFormation drops") as say:
            say(f"{len(reconcile(endpoint_url, templates()))} properties are in force")
        remember_deployed(endpoint_url, digest)
