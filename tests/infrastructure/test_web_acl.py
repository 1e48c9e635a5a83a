"""The firewall before the stage: attached where it is asked for, in the way of nothing we serve."""

from typing import Any

import pytest

from novapay.http.body import JOB_BODY_BYTES_MAX
from tests.infrastructure.synthesized import Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

COMMON_RULES_BODY_BYTES_MAX = 8 * 1024
"""What SizeRestrictions_BODY of AWS's common rules lets through."""


def rules_of(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """Return the rules of the only firewall by name."""
    [acl] = synthesized.properties("AWS::WAFv2::WebACL")
    return {rule["Name"]: rule for rule in acl["Rules"]}


def test_it_is_attached_to_the_stage_of_the_api(prod: Synthesized) -> None:
    [acl] = of_type(prod.api, "AWS::WAFv2::WebACL").items()
    [association] = prod.properties("AWS::WAFv2::WebACLAssociation")
    [stage] = of_type(prod.api, "AWS::ApiGateway::Stage")

    assert acl[1]["Properties"]["Scope"] == "REGIONAL"
    assert acl[1]["Properties"]["DefaultAction"] == {"Allow": {}}
    assert association["WebACLArn"] == {"Fn::GetAtt": [acl[0], "Arn"]}
    assert {"Ref": stage} in association["ResourceArn"]["Fn::Join"][1]


def test_it_holds_the_rules_of_aws_and_a_limit_an_address(prod: Synthesized) -> None:
    rules = rules_of(prod)

    assert set(rules) == {
        "RequestsPerAddress",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    assert len({rule["Priority"] for rule in rules.values()}) == len(rules)
    limit = rules["RequestsPerAddress"]
    assert limit["Action"] == {"Block": {}}
    assert limit["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP", "EvaluationWindowSec": 300, "Limit": 5000
    }  # fmt: skip


def test_a_payroll_job_is_not_refused_for_its_size(prod: Synthesized) -> None:
    overrides = {
        name: rule["Statement"]["ManagedRuleGroupStatement"].get("RuleActionOverrides", [])
        for name, rule in rules_of(prod).items()
        if "ManagedRuleGroupStatement" in rule["Statement"]
    }

    assert JOB_BODY_BYTES_MAX > COMMON_RULES_BODY_BYTES_MAX
    assert overrides.pop("AWSManagedRulesCommonRuleSet") == [
        {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}
    ]
    assert not any(overrides.values())


def test_it_logs_without_credentials(prod: Synthesized) -> None:
    [logging] = prod.properties("AWS::WAFv2::LoggingConfiguration")
    [destination] = logging["LogDestinationConfigs"]
    named = next(
        it["Ref"] for it in destination["Fn::Join"][1] if "Ref" in it and "Log" in it["Ref"]
    )
    group = prod.api["Resources"][named]["Properties"]

    assert group["LogGroupName"] == "aws-waf-logs-novapay-prod-api"
    assert destination["Fn::Join"][1][-1] == {"Ref": named}, "a firewall takes no ARN ending in :*"
    redacted = {field["SingleHeader"]["Name"] for field in logging["RedactedFields"]}
    assert redacted == {"authorization", "x-admin-token"}


def test_it_logs_only_what_it_refused(prod: Synthesized) -> None:
    [logging] = prod.properties("AWS::WAFv2::LoggingConfiguration")

    assert logging["LoggingFilter"]["DefaultBehavior"] == "DROP"
    [kept] = logging["LoggingFilter"]["Filters"]
    assert kept["Behavior"] == "KEEP"
    assert kept["Conditions"] == [{"ActionCondition": {"Action": "BLOCK"}}]


def test_there_is_none_unless_it_is_asked_for(dev: Synthesized) -> None:
    assert dev.properties("AWS::WAFv2::WebACL") == []
