"""Somebody tampers with an entry, a check finds it, and the person on call is told."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from localstack.emulator.metrics_forwarder import LOG_GROUPS, Forwarder
from localstack.memory.intruder import Intruder
from tests.support.client import Client
from tests.support.local_stack import Stack, document_of

ALARM = "novapay-local-invariant-violated-ledger"
TOPIC = "novapay-local-alarms"
WAIT_S_MAX = 120.0
POLL_S = 1


@dataclass(frozen=True, slots=True)
class Pager:
    """A queue that the alarms' topic tells, and the alarm as CloudWatch shows it."""

    stack: Stack
    queue_url: str

    def state(self) -> str:
        found = self.stack.client("cloudwatch").describe_alarms(AlarmNames=[ALARM])
        [alarm] = found["MetricAlarms"]
        return str(alarm["StateValue"])

    def quiet(self) -> None:
        """Wait until nothing that happened before this story can raise the alarm any more."""
        deadline = time.monotonic() + WAIT_S_MAX
        nothing = {
            "MetricName": "ledger_invariant_violations_total",
            "Dimensions": [{"Name": "service", "Value": "ledger"}],
            "Value": 0.0,
        }
        while time.monotonic() < deadline:
            self.stack.client("cloudwatch").put_metric_data(
                Namespace="NovaPay", MetricData=[nothing]
            )
            if self.state() == "OK":
                self.told()
                return
            time.sleep(POLL_S)
        raise AssertionError(f"{ALARM} does not become quiet")

    def told(self) -> list[dict[str, Any]]:
        """Return what the topic has told since it was last asked."""
        queues = self.stack.client("sqs")
        received = queues.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=POLL_S
        )
        messages = received.get("Messages", [])
        for message in messages:
            queues.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in messages]


@pytest.fixture
def pager(stack: Stack) -> Iterator[Pager]:
    """Return a pager of this story's own; afterwards the alarm is quiet, as it was."""
    queues, topics = stack.client("sqs"), stack.client("sns")
    queue_url = queues.create_queue(QueueName="on-call")["QueueUrl"]
    told = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = document_of({**told, "Principal": {"Service": "sns.amazonaws.com"}})
    queues.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})
    attributes = queues.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    found = topics.list_topics()["Topics"]
    [topic] = [it["TopicArn"] for it in found if it["TopicArn"].endswith(f":{TOPIC}")]
    subscription = topics.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=attributes["Attributes"]["QueueArn"],
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    yield Pager(stack, queue_url)
    topics.unsubscribe(SubscriptionArn=subscription)
    queues.delete_queue(QueueUrl=queue_url)
    stack.client("cloudwatch").set_alarm_state(
        AlarmName=ALARM, StateValue="OK", StateReason="the story is over"
    )


@pytest.fixture
def forward(stack: Stack, tmp_path: Path) -> Callable[[], None]:
    """Return what carries the metrics written from now on, as `make run` does all the time."""
    position = tmp_path / "position.json"
    position.write_text(json.dumps({"until": _now_ms()}), encoding="utf-8")
    forwarder = Forwarder(
        stack.client("logs"), stack.client("cloudwatch"), [f"{LOG_GROUPS}verify_chain"], position
    )
    return lambda: _catch_up(forwarder)


def test_a_changed_entry_is_found_and_the_critical_alarm_is_sent(
    client: Client,
    intruder: Intruder,
    pager: Pager,
    forward: Callable[[], None],
) -> None:
    pager.quiet()
    holder = client.open_wallet(holding="100")
    assert client.chain(holder)["valid"] is True
    forward()
    assert pager.state() == "OK"

    intruder.change("ledger", holder.wallet_id, 1, amount="1000000.00000000")
    report = client.chain(holder)

    assert report["valid"] is False
    message = _first(pager, forward)
    assert (message["AlarmName"], message["NewStateValue"]) == (ALARM, "ALARM")
    assert message["AlarmDescription"].startswith("CRITICAL")
    assert pager.state() == "ALARM"


def _first(pager: Pager, forward: Callable[[], None]) -> dict[str, Any]:
    """Return the first message about our alarm; an emulator may raise others' alarms with it."""
    deadline = time.monotonic() + WAIT_S_MAX
    while time.monotonic() < deadline:
        forward()
        for message in pager.told():
            if message["AlarmName"] == ALARM:
                return message
    raise AssertionError(f"{ALARM} was not sent within {WAIT_S_MAX:.0f} s")


def _catch_up(forwarder: Forwarder) -> None:
    forwarder.forward(_now_ms())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
