"""GET /admin/figures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from localstack.memory.bank import Account
from localstack.memory.desk import STAGE, Desk
from localstack.memory.intruder import Intruder
from localstack.memory.tables import PREFIX
from novapay.domain.errors import Unavailable
from novapay.domain.fault import FaultKind, Place
from novapay.domain.figures import Window
from novapay.observability import METRICS
from novapay.providers.figures import SERVICES_OF, CloudWatchFigures
from novapay.usecases.get_figures import get_figures
from tests.support.domain import id_of

NOW = datetime(2026, 4, 7, 10, 20, tzinfo=UTC)


@pytest.fixture
def cloudwatch(desk: Desk) -> Any:
    """Return the CloudWatch that the function reads."""
    return boto3.client("cloudwatch")


def count(
    cloudwatch: Any,
    name: str,
    value: int,
    *,
    service: str,
    at: datetime,
    stage: str = STAGE,
    fault: str | None = None,
) -> None:
    """Count as a function's metrics do."""
    named = [] if fault is None else [{"Name": "fault", "Value": fault}]
    cloudwatch.put_metric_data(
        Namespace="NovaPay",
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [
                    {"Name": "service", "Value": service},
                    {"Name": "stage", "Value": stage},
                    *named,
                ],
                "Timestamp": at,
                "Value": value,
                "Unit": "Count",
            }
        ],
    )


def test_what_all_services_counted_is_added_up_by_the_hour(desk: Desk, cloudwatch: Any) -> None:
    now = desk.bank.clock.now()
    count(cloudwatch, "replays", 2, service="transactions", at=now)
    count(cloudwatch, "replays", 3, service="accounts", at=now)
    count(cloudwatch, "replays", 5, service="accounts", at=now - timedelta(hours=1))
    count(cloudwatch, "replays", 7, service="accounts", at=now - timedelta(hours=25))
    count(cloudwatch, "replays", 9, service="somebody-elses", at=now)
    count(cloudwatch, "replays", 9, service="accounts", at=now, stage="prod")

    body = desk.call("get_figures").body

    [replays] = [figure for figure in body["figures"] if figure["name"] == "replays"]
    assert replays["hourly"] == [0] * 22 + [5, 5]
    assert replays["total"] == 10
    assert body["periodSeconds"] == 3600


def test_the_day_ends_with_the_hour_that_has_begun(desk: Desk, cloudwatch: Any) -> None:
    body = desk.call("get_figures").body

    hour = desk.bank.clock.now().replace(minute=0, second=0, microsecond=0)
    assert body["since"] == f"{hour - timedelta(hours=23):%Y-%m-%dT%H:%M:%S.%fZ}"
    assert body["until"] == f"{hour + timedelta(hours=1):%Y-%m-%dT%H:%M:%S.%fZ}"


def test_where_nothing_was_counted_every_figure_is_zero(desk: Desk, cloudwatch: Any) -> None:
    body = desk.call("get_figures").body

    assert [figure["name"] for figure in body["figures"]] == list(SERVICES_OF)
    assert {figure["total"] for figure in body["figures"]} == {0}


def test_a_fault_that_is_met_again_and_again_by_several_services_is_one(
    desk: Desk, cloudwatch: Any
) -> None:
    now, wallet = desk.bank.clock.now(), id_of("a wallet")
    for service in ("ledger", "ledger", "admin"):
        meet(cloudwatch, f"wallet {wallet} 3 wrong-hash", service=service, at=now)
    meet(cloudwatch, f"wallet {wallet} 3 changed-entry", at=now - timedelta(hours=23))
    meet(cloudwatch, f"wallet {wallet} 4 wrong-hash", at=now)
    meet(cloudwatch, "trial-balance USD - sum-not-zero", at=now)
    meet(cloudwatch, "audit-log - 7 missing-entry", at=now)

    faults = desk.call("get_figures").body["faults"]

    assert [(it["kind"], it["id"], it["sequence"]) for it in faults] == [
        ("audit-log", None, 7),
        ("trial-balance", "USD", None),
        ("wallet", wallet, 3),
        ("wallet", wallet, 4),
    ]


def test_a_fault_of_another_day_or_stage_is_not_listed(desk: Desk, cloudwatch: Any) -> None:
    now, wallet = desk.bank.clock.now(), id_of("a wallet")
    meet(cloudwatch, f"wallet {wallet} 3 wrong-hash", at=now - timedelta(hours=24))
    meet(cloudwatch, f"wallet {wallet} 4 wrong-hash", at=now, stage="prod")

    assert desk.call("get_figures").body["faults"] == []


@pytest.mark.parametrize(
    "tamper",
    [
        lambda it, holder: it.change("ledger", holder.wallet_id, 2, amount="2.00000000"),
        lambda it, holder: it.change("ledger", holder.wallet_id, 2, amount="a lot"),
        lambda it, holder: it.change("ledger", holder.wallet_id, 2, description="alms"),
        lambda it, holder: it.delete("ledger", holder.wallet_id, 2),
    ],
    ids=["changed", "malformed", "reworded", "deleted"],
)
def test_a_broken_entry_is_one_fault_whichever_check_finds_it(
    desk: Desk, holder: Account, tamper: Callable[[Intruder, Account], None]
) -> None:
    bank, intruder = desk.bank, Intruder(desk.bank.client, PREFIX)
    entry = intruder.get("ledger", holder.wallet_id, 2)
    tamper(intruder, holder)

    for _ in range(2):
        desk.call("audit_chain", walletId=holder.wallet_id)
        desk.call("audit_transaction", transactionId=entry["transactionId"])

    assert bank.meter.counts["ledger_invariant_violations_total"] == 4
    assert {it.place for it in bank.meter.faults} == {Place(FaultKind.WALLET, holder.wallet_id, 2)}


def meet(
    cloudwatch: Any, fault: str, *, at: datetime, service: str = "ledger", stage: str = STAGE
) -> None:
    """Meet a fault as a check does."""
    count(cloudwatch, "ledger_faults", 1, service=service, at=at, stage=stage, fault=fault)


def test_only_metrics_that_are_counted_are_asked_for() -> None:
    assert set(SERVICES_OF) <= set(METRICS)


def test_a_silent_cloudwatch_is_unavailable() -> None:
    client = boto3.client("cloudwatch", region_name="us-east-1")
    with Stubber(client) as stubber:
        stubber.add_client_error("get_metric_data", "InternalServiceFault", http_status_code=500)

        with pytest.raises(Unavailable) as caught:
            get_figures(CloudWatchFigures(client, STAGE), now=NOW)

    assert isinstance(caught.value.__cause__, ClientError)


@pytest.mark.parametrize(
    ("minute", "microsecond", "hour"), [(59, 999_999, 22), (0, 0, 23), (0, 1, 23)]
)
def test_an_hour_begins_with_its_first_instant(minute: int, microsecond: int, hour: int) -> None:
    window = Window.last_day(NOW)
    clock = NOW.hour if minute == 0 else NOW.hour - 1

    instant = NOW.replace(
        hour=clock, minute=minute, second=59 if minute else 0, microsecond=microsecond
    )

    assert window.hour_of(instant) == hour
