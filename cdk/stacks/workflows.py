"""What runs in the background: payroll's state machine, and its recovery every minute."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from cdk.constructs.acknowledged import acknowledge
from cdk.constructs.handler_function import Foundation, HandlerFunction
from cdk.constructs.layers import make_layers
from cdk.constructs.log_group import kept_log_group
from cdk.constructs.rollout import Canary
from cdk.deployment import Deployment
from cdk.endpoints import EXPIRE_HOLDS, FUND_JOB, PAY_LANE, RECOVER, SETTLE_JOB, TASKS, Task
from cdk.packaging import FunctionPackages
from cdk.stacks.state import StateStack

ATTEMPTS_MAX = 6
FIRST_RETRY_S = 1
BACKOFF_RATE = 2.0
LANES_AT_ONCE_MAX = 40
"""Branches of an inline Map that Step Functions runs at once, its maximum."""

TOO_MANY = "Lambda.TooManyRequestsException"
"""The error of a lane that must wait because the maximum number of lanes is running."""

TURN_WAIT_S_MAX = 30
TURN_ATTEMPTS_MAX = 1000

DELIVER_LOGS = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
TRACE = (
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)

RUN_TIMEOUT_H = 6
RECOVERY_EVERY_MIN = 1
DEAD_LETTERS_KEPT_D = 14


class WorkflowsStack(Stack):
    """The payroll state machine with its three functions, and the schedule of recovery."""

    def __init__(
        self, scope: Construct, construct_id: str, deployment: Deployment, state: StateStack
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"NovaPay ({deployment.stage}): payroll runs and their recovery",
            termination_protection=deployment.keeps_data,
        )
        self._foundation = Foundation(
            deployment=deployment,
            key=state.key,
            field_key=state.field_key,
            seal_key=state.seal_key,
            layers=make_layers(self, deployment.target),
            packages=FunctionPackages(deployment.target, deployment.wheels),
            canary=Canary.of(self, deployment),
        )
        self._functions = {task: self._function(task).live for task in TASKS}
        name = deployment.payroll_machine_name
        self.payroll = sfn.StateMachine(
            self,
            "Payroll",
            state_machine_name=name,
            definition_body=sfn.DefinitionBody.from_chainable(self._run()),
            # Immutable, so that the CDK does not extend the permissions of the role below.
            role=self._role().without_policy_updates(),
            timeout=Duration.hours(RUN_TIMEOUT_H),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=kept_log_group(
                    self, "PayrollLog", f"/aws/vendedlogs/states/{name}", deployment
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        self._schedule()

    def _run(self) -> sfn.IChainable:
        """Fund, pay every lane until it is done, settle; a job that is not funded ends at once."""
        lanes = sfn.Map(
            self,
            "EveryLane",
            items_path="$.lanes",
            max_concurrency=LANES_AT_ONCE_MAX,
            result_path=sfn.JsonPath.DISCARD,
        )
        pay = self._step(PAY_LANE)
        done = sfn.Choice(self, "LaneDone")
        done.when(sfn.Condition.boolean_equals("$.done", True), sfn.Succeed(self, "LanePaid"))
        done.otherwise(pay)
        lanes.item_processor(pay.next(done))
        funded = sfn.Choice(self, "Funded")
        funded.when(
            sfn.Condition.string_equals("$.status", "PROCESSING"),
            lanes.next(self._step(SETTLE_JOB)),
        )
        funded.otherwise(sfn.Succeed(self, "NothingToPay"))
        return self._step(FUND_JOB).next(funded)

    def _step(self, task: Task) -> tasks.LambdaInvoke:
        """Return a step that is retried after every error; then recovery takes over."""
        step = tasks.LambdaInvoke(
            self,
            f"{task.construct_id}Step",
            lambda_function=self._functions[task],
            payload_response_only=True,
            retry_on_service_exceptions=False,
        )
        # Waiting for a turn is not a failure, so a lane may wait for as long as the run may take.
        step.add_retry(
            errors=[TOO_MANY],
            interval=Duration.seconds(FIRST_RETRY_S),
            backoff_rate=BACKOFF_RATE,
            max_delay=Duration.seconds(TURN_WAIT_S_MAX),
            max_attempts=TURN_ATTEMPTS_MAX,
            jitter_strategy=sfn.JitterType.FULL,
        )
        step.add_retry(
            errors=[sfn.Errors.ALL],
            interval=Duration.seconds(FIRST_RETRY_S),
            backoff_rate=BACKOFF_RATE,
            max_attempts=ATTEMPTS_MAX,
            jitter_strategy=sfn.JitterType.FULL,
        )
        died = sfn.Fail(
            self,
            f"{task.construct_id}Died",
            error="PayrollStepDied",
            cause=f"{task.name} failed {ATTEMPTS_MAX + 1} times; recovery starts the job again",
        )
        step.add_catch(died, errors=[sfn.Errors.ALL], result_path=sfn.JsonPath.DISCARD)
        return step

    def _function(self, task: Task) -> HandlerFunction:
        """Return the function of a task."""
        return HandlerFunction(
            self,
            task.construct_id,
            spec=task,
            foundation=self._foundation,
            timeout_s=task.timeout_s,
        )

    def _role(self) -> iam.Role:
        """Return the state machine's role, with its three functions, its log and its traces."""
        called = [self._functions[task].function_arn for task in (FUND_JOB, PAY_LANE, SETTLE_JOB)]
        policy = iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    sid="Steps", actions=["lambda:InvokeFunction"], resources=called
                ),
                iam.PolicyStatement(
                    sid="LogAndTraces", actions=[*DELIVER_LOGS, *TRACE], resources=["*"]
                ),
            ]
        )
        role = iam.Role(
            self,
            "PayrollRole",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={"Payroll": policy},
        )
        acknowledge(
            role,
            "IAM5[Resource::*]",
            "The actions of log deliveries and of X-Ray cannot be limited to a resource.",
        )
        return role

    def _schedule(self) -> None:
        """Call recovery, and the end of holds, every minute."""
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=f"{self._foundation.deployment.prefix}-dead-letters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(DEAD_LETTERS_KEPT_D),
        )
        acknowledge(
            self.dead_letters, "SQS3", "It is itself the dead-letter queue of the schedule."
        )
        self._every_minute(
            "EveryMinute", RECOVER, "Starts payroll jobs that have no running execution"
        )
        self._every_minute(
            "HoldsEveryMinute", EXPIRE_HOLDS, "Returns the money of holds that have ended"
        )

    def _every_minute(self, construct_id: str, task: Task, description: str) -> None:
        events.Rule(
            self,
            construct_id,
            description=description,
            schedule=events.Schedule.rate(Duration.minutes(RECOVERY_EVERY_MIN)),
            targets=[
                targets.LambdaFunction(
                    self._functions[task],
                    retry_attempts=0,
                    dead_letter_queue=self.dead_letters,
                )
            ],
        )
