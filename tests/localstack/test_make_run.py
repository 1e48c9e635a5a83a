"""What `make run`, `make stop` and `make demo` promise, on a whole stack."""

import io
from pathlib import Path

import pytest
import requests
from rich.console import Console

from localstack.common.outputs import Outputs, read_outputs
from localstack.demo import playbill
from localstack.deploy.assembly import Assembly
from localstack.deploy.deployment import deploy, mark_of
from localstack.deploy.stack import bring_up
from localstack.emulator.runtime import EMBEDDED
from tests.support.local_stack import STARTED, Stack

CHAPTERS = ("Money moves", "A locked rate, used once", "No old rates", "Payday")


def outputs_of(stack: Stack) -> Outputs:
    return Outputs(
        apiUrl=stack.api_url,
        consoleUrl=f"{stack.api_url}/admin/console",
        adminToken="unused",
        endpointUrl=stack.endpoint_url,
        region=stack.region,
        accessKeyId=stack.keys.id,
        secretAccessKey=stack.keys.secret,
    )


def test_the_demo_plays_to_its_end(stack: Stack) -> None:
    paper = io.StringIO()

    playbill.play(Console(file=paper, width=100), outputs_of(stack))

    told = paper.getvalue()
    assert "Idempotent-Replayed: true" in told
    chapters = [told.index(f"\n{title} ──") for title in CHAPTERS]
    assert chapters == sorted(chapters)
    assert '{"valid": true' in told.splitlines()[-1]


def test_wallets_and_their_chains_survive_stop_and_run(
    stack: Stack, pytestconfig: pytest.Config
) -> None:
    started = pytestconfig.stash.get(STARTED, None)
    if started is None:
        pytest.skip("this stack was not started by the tests, so it is not theirs to stop")
    wallet = requests.post(
        f"{stack.api_url}/accounts/wallets",
        json={"userId": "5d2b4f60-4f6c-4b0e-9d4f-0d6d0e5c7a01", "accountNumber": "ACC-1"},
        timeout=30,
    ).json()
    requests.patch(
        f"{stack.api_url}/accounts/wallets/{wallet['id']}/balance",
        json={"amount": "12.50", "operation": "credit"},
        timeout=30,
    ).raise_for_status()
    before = read_outputs(started.home.outputs)

    started.stop(lambda _detail: None)
    after = bring_up(started, Console(file=io.StringIO()))

    ledger = f"{after.apiUrl}/ledger/wallets/{wallet['id']}"
    balance = requests.get(f"{after.apiUrl}/accounts/wallets/{wallet['id']}/balance", timeout=30)
    chain = requests.get(f"{ledger}/chain", timeout=30)
    assert after == before
    assert balance.json() == {"balance": "12.50000000"}
    assert chain.json()["valid"] is True


def test_what_is_deployed_already_is_not_deployed_again(stack: Stack, tmp_path: Path) -> None:

    def say(detail: str) -> None:
        pytest.fail(f"the CDK command line ran: {detail}")

    assembly = Assembly(EMBEDDED.name)
    mark = stack.client("ssm").get_parameter(Name=mark_of(assembly))
    remembered = mark["Parameter"]["Value"]
    assert not deploy(assembly, stack.aws, remembered, log=tmp_path / "log", say=say)
