"""`make bench`: the performance targets, measured on the running stack in one run."""

from __future__ import annotations

from rich.console import Console

from cdk.target import MINISTACK
from localstack.bench import cold_start, contention, init, memory, payrolls, statements, transfers
from localstack.bench.inside import functions_environment
from localstack.bench.result import Result, print_results
from localstack.common.api import Api
from localstack.common.credentials import auth_of
from localstack.common.outputs import Outputs
from localstack.common.progress import step


def run(console: Console, outputs: Outputs) -> None:
    """Measure everything, then print one table.

    Raises:
        LocalFailure: the stack is not reachable, or returned an error.
    """
    api = Api(outputs.apiUrl, auth=auth_of(outputs))
    results: list[Result] = []
    if outputs.target == MINISTACK.name:
        with step(console, "Memory at rest"):
            results.append(memory.measure(memory.embedded_aws_of(outputs)))
    with functions_environment(outputs):
        with step(console, "Transfers in this process"):
            results += transfers.measure(api)
        with step(console, "Cold starts"):
            results.append(cold_start.measure())
        console.print("Start of each function")
        results.append(init.measure(console))
        with step(console, "Many writers on one wallet"):
            results += contention.measure(outputs, api)
        with step(console, "A long history"):
            results += statements.measure(api, outputs.aws)
        console.print("Payrolls")
        results += payrolls.measure(console, outputs, api)
    print_results(console, results)
