"""GET /health and GET /{service}/health"""

from typing import TYPE_CHECKING

import pytest

from cdk.endpoints import HEALTH
from localstack.memory.api import Api, Reply, sample_event
from localstack.memory.tables import PREFIX
from localstack.memory.wire import Fault, Wire, answer_with, every, not_connect

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SERVICES = [path.split("/")[1] for path in HEALTH.paths if path != "/health"]


def health(api: Api, service: str | None = None) -> Reply:
    event = sample_event("health")
    path = f"/{service}/health" if service else "/health"
    event["resource"] = event["path"] = path
    return api.send("health", event)


def test_all_is_well(api: Api) -> None:
    reply = health(api)

    assert (reply.status, reply.body) == (200, {"status": "ok", "service": "novapay"})


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_well(api: Api, service: str) -> None:
    reply = health(api, service)

    assert (reply.status, reply.body) == (200, {"status": "ok", "service": service})


@pytest.mark.parametrize("service", [None, *SERVICES])
def test_it_touches_what_the_service_needs(
    api: Api, service: str | None, dynamodb: "DynamoDBClient"
) -> None:
    with Wire(dynamodb) as wire:
        health(api, service)

    assert wire.operations == ["BatchGetItem"]


def test_a_table_that_is_gone_is_noticed(api: Api, dynamodb: "DynamoDBClient") -> None:
    dynamodb.delete_table(TableName=f"{PREFIX}-ledger")

    assert health(api).status == 503
    assert health(api, "ledger").code == "store-unavailable"


@pytest.mark.parametrize(
    "fault", [not_connect, answer_with("InternalServerError", status=500)], ids=["dead", "ill"]
)
def test_a_database_that_does_not_answer_is_a_503(
    api: Api, dynamodb: "DynamoDBClient", fault: Fault
) -> None:
    with Wire(dynamodb, before=every("BatchGetItem", fault)):
        reply = health(api)

    assert (reply.status, reply.code) == (503, "store-unavailable")
    assert reply.body["retryable"] is True


def test_another_service_is_not_known(api: Api) -> None:
    reply = health(api, "cards")

    assert reply.status in {400, 404}
    assert reply.code
