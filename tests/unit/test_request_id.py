"""The id that leads a person on call from an answer to its log lines."""

import pytest

from novapay.http.ids import request_id_of


@pytest.mark.parametrize("request_id", ["5f6a1c0e-9d2b-4f57-8a3c-1b2d3e4f5a6b", "a", "A_9-"])
def test_it_is_the_gateways(request_id: str) -> None:
    assert request_id_of({"requestContext": {"requestId": request_id}}) == request_id


@pytest.mark.parametrize("request_id", ["", "x" * 65, "a b", "a\n{}", '","status":200', "\u2603"])
def test_what_a_client_made_up_is_not_carried_on(request_id: str) -> None:
    assert request_id_of({"requestContext": {"requestId": request_id}}) == "unknown"


@pytest.mark.parametrize("event", [{}, {"requestContext": None}, {"requestContext": {}}])
def test_without_a_gateway_there_is_none(event: dict[str, object]) -> None:
    assert request_id_of(event) == "unknown"
