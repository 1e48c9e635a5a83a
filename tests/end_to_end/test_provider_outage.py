"""The rate provider goes down and comes back; nobody gets yesterday's rate."""

from collections.abc import Iterator

import pytest

from tests.support.client import Client, Reply
from tests.support.local_stack import Stack

SOON_S = 15
"""Far less than API Gateway waits; a reply that takes longer fails the story."""


@pytest.fixture(autouse=True)
def _the_provider_comes_back(stack: Stack) -> Iterator[None]:
    """Leave the provider up for whoever comes next."""
    yield
    assert Client(stack.api_url).send("POST /fx/simulate/provider-up").status == 200


def test_while_the_provider_is_down_there_is_no_quote_and_afterwards_there_is(
    client: Client,
) -> None:
    holder = client.open_wallet()
    assert client.quote(holder, "EUR", "10").status == 201

    down = client.send("POST /fx/simulate/provider-down")
    refused = _quote_soon(client, holder.user_id, "EUR")
    up = client.send("POST /fx/simulate/provider-up")
    quoted = client.quote(holder, "EUR", "10")

    assert (down.status, down.body) == (200, {"provider": "down"})
    assert (refused.status, refused.code) == (503, "fx-rate-unavailable")
    assert refused.body["retryable"] is True
    assert (up.status, up.body) == (200, {"provider": "up"})
    assert quoted.status == 201


def test_a_rate_that_was_locked_before_the_outage_is_kept(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="10"), client.open_wallet("EUR")
    quote_id = client.quote(sender, "EUR", "10").body["id"]
    client.send("POST /fx/simulate/provider-down")

    assert client.send(f"GET /fx/quote/{quote_id}").body["status"] == "ACTIVE"
    assert client.transfer(sender, recipient, "10", fxQuoteId=quote_id).status == 201


def test_a_pair_that_the_provider_does_not_have_is_refused_for_good(client: Client) -> None:
    refused = _quote_soon(client, client.open_wallet().user_id, "CHF")

    assert (refused.status, refused.code) == (422, "fx-pair-unavailable")
    assert "CHF" in refused.body["detail"]
    assert refused.body["retryable"] is False


def _quote_soon(client: Client, user_id: str, to_currency: str) -> Reply:
    order = {"fromCurrency": "USD", "toCurrency": to_currency, "fromAmount": "10"}
    return client.send("POST /fx/quote", {**order, "userId": user_id}, timeout_s=SOON_S)
