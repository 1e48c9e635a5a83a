"""What wakes a person on call: every alarm of the architecture, sent to one encrypted topic."""

import pytest

from cdk.stacks.operations import SERVICES
from novapay.observability import METRICS
from tests.infrastructure.synthesized import Resource, Synthesized

pytestmark = pytest.mark.xdist_group("synth")


def alarms_of(synthesized: Synthesized) -> dict[str, Resource]:
    """Return the properties of each alarm by its name behind the prefix."""
    return {
        it["AlarmName"].removeprefix("novapay-dev-"): it
        for it in synthesized.properties("AWS::CloudWatch::Alarm")
    }


def test_every_alarm_of_the_architecture_is_there(dev: Synthesized) -> None:
    violations = {f"invariant-violated-{service}" for service in SERVICES}

    assert set(alarms_of(dev)) == violations | {
        "api-errors",
        "api-latency",
        "dead-letters",
        "fx-provider-down",
        "payroll-stalled",
        "recovery-failing",
    }


def test_one_violation_in_any_service_is_an_alarm_within_a_minute(dev: Synthesized) -> None:
    for service in SERVICES:
        alarm = alarms_of(dev)[f"invariant-violated-{service}"]

        assert alarm["MetricName"] == "ledger_invariant_violations_total"
        assert alarm["Dimensions"] == [{"Name": "service", "Value": service}]
        assert (alarm["Threshold"], alarm["Period"], alarm["EvaluationPeriods"]) == (1, 60, 1)
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["Statistic"] == "Sum"


def test_every_alarm_goes_to_the_topic_and_is_quiet_without_data(dev: Synthesized) -> None:
    for alarm in alarms_of(dev).values():
        assert len(alarm["AlarmActions"]) == 1
        assert alarm["TreatMissingData"] == "notBreaching"
        assert "docs/operations.md" in alarm["AlarmDescription"]


def test_our_alarms_watch_metrics_that_the_code_emits(dev: Synthesized) -> None:
    watched = {
        it["MetricName"] for it in alarms_of(dev).values() if it.get("Namespace") == "NovaPay"
    }

    assert watched == {
        "ledger_invariant_violations_total",
        "fx_rate_failures",
        "payroll_oldest_open_job",
    }
    assert watched <= set(METRICS)


def test_the_topic_is_encrypted_and_speaks_tls_only(dev: Synthesized) -> None:
    [topic] = dev.properties("AWS::SNS::Topic")
    [policy] = dev.properties("AWS::SNS::TopicPolicy")

    assert topic["KmsMasterKeyId"]
    [denied] = [it for it in policy["PolicyDocument"]["Statement"] if it["Effect"] == "Deny"]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_recovery_that_cannot_be_called_leaves_a_letter(dev: Synthesized) -> None:
    [rule] = dev.properties("AWS::Events::Rule")
    [queue] = dev.properties("AWS::SQS::Queue")

    [target] = rule["Targets"]
    assert target["DeadLetterConfig"]["Arn"]
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_there_is_one_dashboard(dev: Synthesized) -> None:
    [dashboard] = dev.properties("AWS::CloudWatch::Dashboard")

    assert dashboard["DashboardName"] == "novapay-dev"
