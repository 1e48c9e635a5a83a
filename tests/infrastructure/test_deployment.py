"""What the command line may ask for, and what is refused before anything is built."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cdk.context import (
    PAYROLL_CONCURRENCY,
    RATE_LEAST,
    REQUESTS_PER_ADDRESS,
    WALLETS_PER_USER,
    DeploymentRefusedError,
    parse_deployment,
)
from cdk.deployment import Deployment, Rollout, TokenIssuer
from cdk.target import AWS, MINISTACK
from layers.built import ROOT
from novapay.domain import rates
from novapay.http.caller import caller_of
from novapay.schema import Table

SAID = {"auth": "iam", "waf": "off"}
"""What a stage that keeps its data wants to be told each time."""


def parse(**context: str | None) -> Deployment:
    """Return the deployment for the given context in an empty environment."""
    return parse_deployment(context.get, {})


def test_a_plain_command_deploys_dev_to_aws_behind_signatures() -> None:
    deployment = parse()

    assert deployment.stage == "dev"
    assert deployment.target is AWS
    assert not deployment.is_open
    assert deployment.prefix == "novapay-dev"


def test_the_local_stage_is_open_unless_told_otherwise() -> None:
    assert parse(stage="local", target="ministack").is_open
    assert not parse(stage="local", target="ministack", auth="iam").is_open


@pytest.mark.parametrize("stage", ["dev", "prod", "locale"])
@pytest.mark.parametrize("target", ["aws", "ministack", "localstack"])
def test_no_stage_but_local_may_be_open(stage: str, target: str) -> None:
    with pytest.raises(DeploymentRefusedError, match="auth=open is for stage=local only"):
        parse(stage=stage, target=target, auth="open")


@pytest.mark.parametrize("auth", [{}, {"auth": "iam"}], ids=["open", "iam"])
def test_the_local_stage_cannot_be_deployed_to_aws(auth: dict[str, str]) -> None:
    with pytest.raises(DeploymentRefusedError, match="belongs on an emulator"):
        parse(stage="local", **auth)


@pytest.mark.parametrize(
    ("target", "provider"), [("aws", "http"), ("ministack", "fixed"), ("localstack", "fixed")]
)
def test_rates_come_from_the_ecb_on_aws_and_from_a_table_on_an_emulator(
    target: str, provider: str
) -> None:
    deployment = parse(target=target)

    assert deployment.fx_provider == provider
    assert deployment.fx_base_url == "https://api.frankfurter.dev/v1"


@pytest.mark.parametrize("target", ["aws", "ministack"])
@pytest.mark.parametrize("provider", ["http", "fixed"])
def test_the_command_line_may_say_where_rates_come_from(target: str, provider: str) -> None:
    deployment = parse(target=target, fx=provider, fxBaseUrl="https://rates.example")

    assert deployment.fx_provider == provider
    assert deployment.fx_base_url == "https://rates.example"


def test_rates_are_not_asked_over_an_open_line_but_on_this_machine() -> None:
    plain = "http://127.0.0.1:8080"

    with pytest.raises(DeploymentRefusedError, match="must be https"):
        parse(fxBaseUrl=plain)
    assert parse(target="ministack", fxBaseUrl=plain).fx_base_url == plain


def test_quotes_keep_nothing_of_a_rate_unless_told_otherwise() -> None:
    assert parse().fx_spread_bps == 0
    assert parse(fxSpreadBps="0").fx_spread_bps == 0
    assert parse(fxSpreadBps="25").fx_spread_bps == 25
    assert parse(fxSpreadBps="1000").fx_spread_bps == rates.SPREAD_BPS_MAX


@pytest.mark.parametrize(
    "spread",
    ["-1", "1001", "10000", "0.5", "1e2", "25bps", "", " 25", "٢٥", "9" * 5_000],
)
def test_a_spread_that_is_none_is_refused_in_one_sentence(spread: str) -> None:
    with pytest.raises(DeploymentRefusedError, match=r"is not a whole number from 0 to 1000$"):
        parse(fxSpreadBps=spread)


def test_the_functions_use_the_tables_of_the_stage_unless_told_otherwise() -> None:
    assert parse().table_name(Table.WALLETS) == "novapay-dev-wallets"


@pytest.mark.parametrize("tables", ["restored-", "restored"])
def test_restored_tables_are_named_with_or_without_a_last_hyphen(tables: str) -> None:
    deployment = parse(tables=tables)

    assert deployment.table_name(Table.WALLETS) == "novapay-dev-restored-wallets"
    assert deployment.prefix == "novapay-dev"


@pytest.mark.parametrize("tables", ["", "-", "--", "-a", "a--b-/", "A", "a_b", "é", "a" * 41])
def test_tables_that_cannot_be_named_so_are_refused(tables: str) -> None:
    with pytest.raises(DeploymentRefusedError, match=r"^tables=.* is not what table names"):
        parse(tables=tables)


def test_no_stage_but_local_simulates_failures() -> None:
    assert parse(stage="local", target="ministack").simulates
    assert not parse(stage="dev").simulates
    assert not parse(stage="prod", target="ministack").simulates


def test_there_is_no_firewall_unless_one_is_asked_for() -> None:
    assert parse().requests_per_address is None
    assert parse(waf="off", wafRate="10").requests_per_address is None
    assert parse(waf="on").requests_per_address == 2000
    assert parse(waf="on", wafRate="10").requests_per_address == 10


@pytest.mark.parametrize("target", ["ministack", "localstack"])
def test_an_emulator_that_only_says_so_gets_no_firewall(target: str) -> None:
    with pytest.raises(DeploymentRefusedError, match="waf=on is for target=aws only"):
        parse(stage="local", target=target, waf="on")


@pytest.mark.parametrize("rate", ["9", "-1", "many", "", "1e3"])
def test_a_limit_that_is_none_is_refused(rate: str) -> None:
    with pytest.raises(DeploymentRefusedError, match=f"wafRate={rate} is not a whole number"):
        parse(waf="on", wafRate=rate)


def test_the_page_about_deploying_names_the_defaults() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")

    assert f"default {REQUESTS_PER_ADDRESS}, at least {RATE_LEAST}" in page
    assert f"default {WALLETS_PER_USER:,}, at least 1" in page
    assert f"default {PAYROLL_CONCURRENCY}, in stage `dev` 0" in page
    assert f"0 to {rates.SPREAD_BPS_MAX}; default 0" in page


def test_concurrency_is_reserved_unless_the_account_may_be_too_small_for_it() -> None:
    assert parse(stage="prod", **SAID).payroll_concurrency == 100
    assert parse(stage="local", target="ministack").payroll_concurrency == 100
    assert parse(stage="dev").payroll_concurrency == 0
    assert parse(stage="dev", payrollConcurrency="25").payroll_concurrency == 25
    assert parse(stage="prod", payrollConcurrency="0", **SAID).payroll_concurrency == 0
    with pytest.raises(DeploymentRefusedError, match="payrollConcurrency=-1 is not a whole number"):
        parse(payrollConcurrency="-1")


def test_a_user_has_ten_thousand_wallets_unless_told_otherwise() -> None:
    assert parse().wallets_per_user == 10_000
    assert parse(walletsPerUser="1").wallets_per_user == 1
    for bad in ("0", "-1", "many", "1.5", ""):
        with pytest.raises(DeploymentRefusedError, match=f"walletsPerUser={bad} is not a whole"):
            parse(walletsPerUser=bad)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (None, ()),
        ("192.0.2.0/24", ("192.0.2.0/24",)),
        ("192.0.2.7", ("192.0.2.7/32",)),
        ("192.0.2.0/24, 2001:DB8::/32", ("192.0.2.0/24", "2001:db8::/32")),
        ("0.0.0.0/1,128.0.0.0/1", ("0.0.0.0/1", "128.0.0.0/1")),
    ],
)
def test_operators_may_call_from_the_networks_that_are_named(
    given: str | None, taken: tuple[str, ...]
) -> None:
    assert parse(adminCidrs=given).admin_networks == taken


@pytest.mark.parametrize(
    "given",
    ["", ",", "192.0.2.0/24,", "192.0.2.7/24", "192.0.2.0/33", "office", "192.0.2.0-192.0.2.9"],
)
def test_what_is_no_list_of_networks_is_refused_in_one_sentence(given: str) -> None:
    with pytest.raises(
        DeploymentRefusedError, match=f"^adminCidrs={given} is not a list of networks"
    ):
        parse(adminCidrs=given)


@pytest.mark.parametrize("given", ["0.0.0.0/0", "::/0", "192.0.2.0/24,0.0.0.0/0"])
def test_a_network_that_keeps_nobody_out_is_refused(given: str) -> None:
    with pytest.raises(DeploymentRefusedError, match="includes every address"):
        parse(adminCidrs=given)


@pytest.mark.parametrize("target", ["ministack", "localstack"])
def test_an_emulator_that_would_keep_nobody_out_is_not_asked_to(target: str) -> None:
    with pytest.raises(DeploymentRefusedError, match=r"adminCidrs=.* is for target=aws only"):
        parse(stage="local", target=target, adminCidrs="192.0.2.0/24")


@pytest.mark.parametrize(
    ("arn", "session"),
    [
        ("arn:aws:iam::123456789012:role/statements", "i-0abc"),
        ("arn:aws:iam::123456789012:role/finance/eu/statements", "i-0abc"),
        (
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/"
            "AWSReservedSSO_Audit_0a1b2c3d4e5f6a7b",
            "ada@example.com",
        ),
        ("arn:aws-us-gov:iam::123456789012:role/a+b=c.d@e-f_g", "x"),
    ],
)
def test_a_role_in_the_list_is_the_caller_that_functions_see(arn: str, session: str) -> None:
    [reader] = parse(auth="iam", accountNumberReaders=arn).account_number_readers
    partition, name = arn.split(":")[1], arn.rpartition("/")[2]
    seen = f"arn:{partition}:sts::123456789012:assumed-role/{name}/{session}"

    caller = caller_of({"requestContext": {"stage": "dev", "identity": {"userArn": seen}}})

    assert caller.name == reader


def test_several_may_read_account_numbers_users_too() -> None:
    user = "arn:aws:iam::123456789012:user/finance/ada"
    role = "arn:aws:iam::123456789012:role/statements"

    readers = parse(accountNumberReaders=f"{user}, {role}").account_number_readers

    assert readers == (user, "arn:aws:sts::123456789012:assumed-role/statements")


def test_nobody_reads_account_numbers_unless_told_and_everybody_where_all_is_open() -> None:
    anyone = caller_of({"requestContext": {"stage": "local"}})

    assert parse().account_number_readers == ()
    assert parse(**TOKENS).account_number_readers == ()
    assert parse(stage="local", target="ministack").account_number_readers == (anyone.name,)
    with pytest.raises(DeploymentRefusedError, match="is for auth=iam only"):
        parse(**TOKENS, accountNumberReaders="arn:aws:iam::123456789012:role/statements")


@pytest.mark.parametrize(
    "arn",
    [
        *("", "*", "statements", "arn:aws:iam::123456789012:role/", "arn:aws:iam::1:role/a"),
        *("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/*"),
        "arn:aws:sts::123456789012:assumed-role/statements/i-0abc",
        "arn:aws:iam::123456789012:role/statements,",
    ],
)
def test_what_is_no_role_or_user_is_refused(arn: str) -> None:
    with pytest.raises(DeploymentRefusedError, match="is not the ARN of a role or user"):
        parse(accountNumberReaders=arn)


@pytest.mark.parametrize("name", ["target", "auth", "fx", "waf"])
def test_an_unknown_choice_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(DeploymentRefusedError, match=f"{name}=nonsense must be one of"):
        parse(**{name: "nonsense"})


@pytest.mark.parametrize("stage", ["a", "a" * 20, "dev-2"])
def test_a_stage_is_a_short_plain_name(stage: str) -> None:
    assert parse(stage=stage, **SAID).stage == stage


@pytest.mark.parametrize("stage", ["a" * 21, "Prod", "2nd", "a_b", "a b", "-a"])
def test_a_stage_that_aws_could_not_name_things_after_is_refused(stage: str) -> None:
    with pytest.raises(DeploymentRefusedError, match="is not a valid name"):
        parse(stage=stage)


@pytest.mark.parametrize("stage", ["prod", "staging", "production", "eu"])
def test_every_stage_that_is_not_known_to_be_disposable_keeps_its_data(stage: str) -> None:
    assert parse(stage=stage, **SAID).keeps_data


@pytest.mark.parametrize("unsaid", ["auth", "waf"])
def test_an_upgrade_cannot_drop_a_kept_stages_callers_or_firewall_unsaid(unsaid: str) -> None:
    said = {name: value for name, value in SAID.items() if name != unsaid}

    with pytest.raises(DeploymentRefusedError, match="must set its authentication"):
        parse(stage="prod", **said)
    assert parse(stage="prod", target="ministack", **said).keeps_data


def test_an_emulator_is_reached_where_the_environment_says() -> None:
    context = {"stage": "local", "target": "ministack"}

    deployment = parse_deployment(context.get, {"AWS_ENDPOINT_URL": "http://127.0.0.1:4599/"})

    assert deployment.target is MINISTACK
    assert deployment.endpoint_url == "http://127.0.0.1:4599"


@pytest.mark.xdist_group("synth")
def test_calls_move_all_at_once_unless_a_canary_is_asked_for() -> None:
    assert parse().rollout is Rollout.ALL_AT_ONCE
    assert parse(rollout="canary").rollout is Rollout.CANARY
    with pytest.raises(DeploymentRefusedError, match="all-at-once, canary"):
        parse(rollout="linear")


@pytest.mark.parametrize("target", ["ministack", "localstack"])
def test_an_emulator_that_would_never_move_calls_back_gets_no_canary(target: str) -> None:
    with pytest.raises(DeploymentRefusedError, match="rollout=canary is for target=aws only"):
        parse(stage="local", target=target, rollout="canary")


@pytest.mark.parametrize(
    ("stage", "given", "expected"),
    [
        ("dev", None, False),
        ("dev", "true", True),
        ("local", None, False),
        ("prod", None, True),
        ("prod", "false", False),
    ],
)
def test_only_a_stage_that_keeps_its_data_has_snapshots_unless_told(
    stage: str, given: str | None, expected: bool
) -> None:
    target = "ministack" if stage == "local" else "aws"

    assert parse(stage=stage, target=target, snapStart=given, **SAID).snap_start is expected


def test_synth_refuses_an_open_api_in_one_sentence(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CDK_CONTEXT_JSON": '{"stage": "prod", "auth": "open"}',
        "CDK_OUTDIR": str(tmp_path),
    }

    done = subprocess.run(
        [sys.executable, "-m", "cdk.app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Refused: auth=open is for stage=local only" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


TOKENS = {"auth": "jwt", "issuer": "https://id.example/", "audience": "payments"}


def test_tokens_are_those_of_the_issuer_that_is_named() -> None:
    issuer = parse(**TOKENS).tokens

    assert issuer == TokenIssuer("https://id.example/", "payments", "sub")
    assert not parse(**TOKENS).is_open
    assert parse().tokens is None


def test_the_user_may_be_in_another_claim() -> None:
    issuer = parse(**TOKENS, userClaim="user_id").tokens

    assert issuer is not None
    assert issuer.user_claim == "user_id"


@pytest.mark.parametrize("missing", ["issuer", "audience"])
def test_tokens_of_anybody_or_for_anybody_are_refused(missing: str) -> None:
    with pytest.raises(DeploymentRefusedError, match="requires the issuer and the audience"):
        parse(**{name: value for name, value in TOKENS.items() if name != missing})


def test_keys_are_not_fetched_over_an_open_line_but_on_this_machine() -> None:
    plain = TOKENS | {"issuer": "http://id.example"}

    with pytest.raises(DeploymentRefusedError, match="must be https"):
        parse(**plain)
    assert parse(**plain, stage="local", target="ministack").tokens is not None


def test_where_no_authorizer_is_asked_tokens_are_refused() -> None:
    with pytest.raises(DeploymentRefusedError, match="would be open to everyone"):
        parse(**TOKENS, stage="local", target="localstack")
