"""Each service says that it is up, after touching what it needs."""

import pytest

from tests.support.client import Client


@pytest.mark.parametrize("service", ["accounts", "fx", "transactions", "ledger", "payroll"])
def test_a_service_is_healthy(client: Client, service: str) -> None:
    reply = client.send(f"GET /{service}/health")

    assert (reply.status, reply.body) == (200, {"status": "ok", "service": service})


def test_novapay_is_healthy(client: Client) -> None:
    reply = client.send("GET /health")

    assert (reply.status, reply.body) == (200, {"status": "ok", "service": "novapay"})
