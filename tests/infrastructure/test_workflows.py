"""Payroll's state machine and its recovery: what runs without a client waiting."""

import json
from typing import Any

import pytest

from docs.generate.costs import LANE_TRANSITIONS, RUN_TRANSITIONS
from tests.infrastructure.synthesized import Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

STEPS = {"FundJobStep": "fund_job", "PayLaneStep": "pay_lane", "SettleJobStep": "settle_job"}

State = dict[str, Any]


def machine_of(synthesized: Synthesized) -> dict[str, Any]:
    """Return the properties of the only state machine."""
    [machine] = synthesized.properties("AWS::StepFunctions::StateMachine")
    return machine


def definition_of(synthesized: Synthesized) -> dict[str, Any]:
    """Return the definition; a function's alias stands in it by its logical id."""
    _, parts = machine_of(synthesized)["DefinitionString"]["Fn::Join"]
    text = "".join(part if isinstance(part, str) else part["Ref"] for part in parts)
    definition: dict[str, Any] = json.loads(text)
    return definition


def tasks_of(states: dict[str, State]) -> dict[str, State]:
    """Return every task by name, those inside maps too."""
    found: dict[str, State] = {}
    for name, state in states.items():
        if state["Type"] == "Task":
            found[name] = state
        if state["Type"] == "Map":
            found |= tasks_of(state["ItemProcessor"]["States"])
    return found


def function_behind(synthesized: Synthesized, alias_id: str) -> str:
    """Return the name of the function that an alias of the workflows stack stands for."""
    alias = of_type(synthesized.workflows, "AWS::Lambda::Alias")[alias_id]["Properties"]
    assert alias["Name"] == "live"
    function = synthesized.workflows["Resources"][alias["FunctionName"]["Ref"]]["Properties"]
    return str(function["FunctionName"])


def test_the_state_machine_is_named_after_its_stage(
    dev: Synthesized, prod: Synthesized, ministack: Synthesized
) -> None:
    for synthesized, stage in ((dev, "dev"), (prod, "prod"), (ministack, "local")):
        assert machine_of(synthesized)["StateMachineName"] == f"novapay-{stage}-payroll"


def test_a_run_funds_the_job_and_goes_on_only_if_its_money_is_aside(dev: Synthesized) -> None:
    definition = definition_of(dev)

    states = definition["States"]
    assert definition["StartAt"] == "FundJobStep"
    assert states["FundJobStep"]["Next"] == "Funded"
    assert states["Funded"]["Choices"] == [
        {"Variable": "$.status", "StringEquals": "PROCESSING", "Next": "EveryLane"}
    ]
    assert states[states["Funded"]["Default"]]["Type"] == "Succeed"


def test_lanes_are_paid_side_by_side_each_until_it_is_done(dev: Synthesized) -> None:
    lanes = definition_of(dev)["States"]["EveryLane"]

    assert lanes["Type"] == "Map"
    assert lanes["ItemsPath"] == "$.lanes"
    assert lanes["MaxConcurrency"] == 40
    assert lanes["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}
    assert lanes["ItemProcessor"]["StartAt"] == "PayLaneStep"
    states = lanes["ItemProcessor"]["States"]
    assert states["PayLaneStep"]["Next"] == "LaneDone"
    [done] = states["LaneDone"]["Choices"]
    assert (done["Variable"], done["BooleanEquals"]) == ("$.done", True)
    assert states[done["Next"]]["Type"] == "Succeed"
    assert states["LaneDone"]["Default"] == "PayLaneStep"


def test_a_job_is_settled_after_its_lanes_from_the_same_facts(dev: Synthesized) -> None:
    states = definition_of(dev)["States"]

    assert states["EveryLane"]["Next"] == "SettleJobStep"
    assert states["EveryLane"]["ResultPath"] is None
    assert states["SettleJobStep"]["End"] is True


def test_every_step_is_a_live_function_of_its_own(dev: Synthesized) -> None:
    tasks = tasks_of(definition_of(dev)["States"])

    found = {name: function_behind(dev, task["Resource"]) for name, task in tasks.items()}
    assert found == {step: f"novapay-dev-{name}" for step, name in STEPS.items()}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_tried_again_later_and_later_and_not_in_step_with_others(
    dev: Synthesized, step: str
) -> None:
    _, retry = tasks_of(definition_of(dev)["States"])[step]["Retry"]

    assert retry == {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "MaxAttempts": 6,
        "BackoffRate": 2,
        "JitterStrategy": "FULL",
    }


@pytest.mark.parametrize("step", STEPS)
def test_a_step_waits_for_its_turn_while_as_many_run_as_may(dev: Synthesized, step: str) -> None:
    turn, _ = tasks_of(definition_of(dev)["States"])[step]["Retry"]

    assert turn["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert (turn["MaxDelaySeconds"], turn["JitterStrategy"]) == (30, "FULL")
    # Full jitter waits half of the longest wait on average; that must last for the whole run.
    assert turn["MaxAttempts"] * 15 > 4 * 60 * 60


def concurrency_of(synthesized: Synthesized) -> dict[str, int]:
    """Return what is reserved for which function."""
    return {
        it["FunctionName"].partition("-")[2].partition("-")[2]: it["ReservedConcurrentExecutions"]
        for it in synthesized.properties("AWS::Lambda::Function")
        if "ReservedConcurrentExecutions" in it
    }


def test_payroll_leaves_the_api_its_share_and_recovery_is_alone(
    dev: Synthesized, prod: Synthesized, ministack: Synthesized
) -> None:
    for synthesized in (prod, ministack):
        assert concurrency_of(synthesized) == {
            "pay_lane": 100,
            "recover": 1,
            "expire_holds": 1,
            "authorize_operator": 20,
        }
    # A new account may have too small a quota for any reservation.
    assert concurrency_of(dev) == {}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_keeps_failing_ends_its_run_as_failed(dev: Synthesized, step: str) -> None:
    definition = definition_of(dev)
    states = {
        **definition["States"],
        **definition["States"]["EveryLane"]["ItemProcessor"]["States"],
    }

    [catch] = states[step]["Catch"]

    assert catch["ErrorEquals"] == ["States.ALL"]
    died = states[catch["Next"]]
    assert (died["Type"], died["Error"]) == ("Fail", "PayrollStepDied")
    assert died["Cause"].startswith(f"{STEPS[step]} failed 7 times")


def test_a_run_does_not_last_for_ever(dev: Synthesized) -> None:
    assert definition_of(dev)["TimeoutSeconds"] == 6 * 60 * 60


def test_a_run_is_traced_and_logs_its_steps_without_what_they_were_about(dev: Synthesized) -> None:
    machine = machine_of(dev)

    logging = machine["LoggingConfiguration"]
    [destination] = logging["Destinations"]
    group_id = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]
    group = of_type(dev.workflows, "AWS::Logs::LogGroup")[group_id]["Properties"]
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert logging["Level"] == "ALL"
    assert logging["IncludeExecutionData"] is False
    assert group["LogGroupName"] == "/aws/vendedlogs/states/novapay-dev-payroll"


def test_the_state_machine_may_call_its_three_functions_and_no_other(dev: Synthesized) -> None:
    role_id = machine_of(dev)["RoleArn"]["Fn::GetAtt"][0]
    [policy] = dev.workflows["Resources"][role_id]["Properties"]["Policies"]

    statements = policy["PolicyDocument"]["Statement"]
    [invoke] = [it for it in statements if "lambda:" in str(it["Action"])]
    [rest] = [it for it in statements if it is not invoke]
    callees = {function_behind(dev, arn["Ref"]) for arn in invoke["Resource"]}
    assert invoke["Action"] == "lambda:InvokeFunction"
    assert callees == {f"novapay-dev-{name}" for name in STEPS.values()}
    # Log deliveries and traces know no resources.
    assert {action.partition(":")[0] for action in rest["Action"]} == {"logs", "xray"}


@pytest.mark.parametrize("deployment", ["dev", "ministack"])
def test_recovery_and_the_end_of_holds_run_every_minute(
    request: pytest.FixtureRequest, deployment: str
) -> None:
    synthesized: Synthesized = request.getfixturevalue(deployment)

    rules = synthesized.properties("AWS::Events::Rule")
    scheduled = [it for it in rules if "ScheduleExpression" in it]

    [queue] = of_type(synthesized.workflows, "AWS::SQS::Queue")
    called = set()
    for rule in scheduled:
        [target] = rule["Targets"]
        called.add(function_behind(synthesized, target["Arn"]["Ref"]).rpartition("-")[2])
        assert rule["ScheduleExpression"] == "rate(1 minute)"
        assert rule["State"] == "ENABLED"
        # The next minute is soon enough.
        assert target["RetryPolicy"] == {"MaximumRetryAttempts": 0}
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}
    assert called == {"recover", "expire_holds"}


def test_a_run_makes_as_many_transitions_as_its_costs_are_computed_from(dev: Synthesized) -> None:
    states = definition_of(dev)["States"]
    lanes = states["EveryLane"]["ItemProcessor"]["States"]

    run = {name for name, state in states.items() if state["Type"] not in {"Fail", "Succeed"}}
    lane = {name for name, state in lanes.items() if state["Type"] != "Fail"}
    assert len(run) == RUN_TRANSITIONS
    assert len(lane) == LANE_TRANSITIONS
