"""How a new version of a function starts, and how the calls move to it."""

import pytest

from cdk.constructs.rollout import FAILURES_MAX
from cdk.endpoints import AUTHORIZE_OPERATOR, TASKS
from tests.infrastructure.synthesized import Synthesized, of_type
from tests.infrastructure.test_endpoints import DEPLOYED

pytestmark = pytest.mark.xdist_group("synth")

GROUP = "AWS::CodeDeploy::DeploymentGroup"
CALLED_EVERY_DAY = {"accounts", "fx", "transactions", "ledger"}


def test_what_is_called_every_day_starts_from_a_snapshot_where_the_region_has_them(
    prod: Synthesized,
) -> None:
    snapshots = {
        it.name: prod.function(it.name)["Properties"].get("SnapStart")
        for it in (*DEPLOYED, *TASKS, AUTHORIZE_OPERATOR)
    }

    fast = {"Fn::If": ["HasSnapshots", {"ApplyOn": "PublishedVersions"}, {"Ref": "AWS::NoValue"}]}
    daily = {it.name for it in DEPLOYED if it.service in CALLED_EVERY_DAY}
    assert snapshots == {name: fast if name in daily else None for name in snapshots}


def test_two_regions_have_no_snapshots(prod: Synthesized) -> None:
    for service in CALLED_EVERY_DAY:
        [condition] = prod.services[service]["Conditions"].values()

        [either] = condition["Fn::Not"]
        assert [it["Fn::Equals"] for it in either["Fn::Or"]] == [
            [{"Ref": "AWS::Region"}, "ap-east-2"],
            [{"Ref": "AWS::Region"}, "ap-southeast-6"],
        ]


def test_dev_and_the_emulators_have_no_snapshots(dev: Synthesized, ministack: Synthesized) -> None:
    for synthesized in (dev, ministack):
        functions = synthesized.properties("AWS::Lambda::Function")

        assert not [it for it in functions if "SnapStart" in it]


def test_a_canary_serves_a_tenth_for_five_minutes_and_goes_back_on_an_alarm(
    prod: Synthesized,
) -> None:
    groups = prod.properties(GROUP)

    assert len(groups) == len([*DEPLOYED, *TASKS, AUTHORIZE_OPERATOR])
    for group in groups:
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert group["AlarmConfiguration"]["Enabled"] is True
        assert len(group["AlarmConfiguration"]["Alarms"]) == 2


def test_each_alias_moves_by_the_group_that_watches_its_own_function(prod: Synthesized) -> None:
    for template in prod.templates:
        alarms = of_type(template, "AWS::CloudWatch::Alarm")
        for alias in of_type(template, "AWS::Lambda::Alias").values():
            policy = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
            group = template["Resources"][policy["DeploymentGroupName"]["Ref"]]
            names = [
                it["Name"]["Ref"] for it in group["Properties"]["AlarmConfiguration"]["Alarms"]
            ]
            crashes, failures = (alarms[name]["Properties"] for name in names)

            function = alias["Properties"]["FunctionName"]
            assert {"Name": "FunctionName", "Value": function} in crashes["Dimensions"]
            assert (crashes["Namespace"], crashes["MetricName"]) == ("AWS/Lambda", "Errors")
            assert (failures["Namespace"], failures["MetricName"]) == ("NovaPay", "failures")
            assert crashes["Threshold"] == failures["Threshold"] == FAILURES_MAX
            assert crashes["Period"] == failures["Period"] == 60


def test_without_canaries_every_call_moves_at_once(dev: Synthesized, tokens: Synthesized) -> None:
    for synthesized in (dev, tokens):
        assert synthesized.resources(GROUP) == []
        assert not [
            it for it in synthesized.resources("AWS::Lambda::Alias") if "UpdatePolicy" in it
        ]
