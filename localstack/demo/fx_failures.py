"""Demo: an expired quote, and a rate provider that is down. For a local AWS only."""

from __future__ import annotations

from uuid import uuid4

from localstack.common.aws import LocalAws
from localstack.common.environment import PREFIX
from localstack.demo.storyteller import Storyteller

QUOTES = f"{PREFIX}-quotes"
LONG_AGO = "2026-04-07T10:01:00.000000Z"
ORDER = {"fromCurrency": "USD", "toCurrency": "EUR", "fromAmount": "10"}


def play(story: Storyteller, *, aws: LocalAws) -> None:
    """Play this part of the demo.

    Args:
        story: sends and prints the requests.
        aws: the local AWS, in whose table a quote is made to expire.

    Raises:
        LocalFailure: an answer was not as expected.
    """
    story.heading("No old rates")
    order = {**ORDER, "userId": str(uuid4())}
    _let_a_quote_expire(story, order, aws)
    _take_the_provider_down(story, order)


def _let_a_quote_expire(story: Storyteller, order: dict[str, str], aws: LocalAws) -> None:
    quote_id = story.ask_quietly("POST /fx/quote", order, status=201).body["id"]
    _write_expiry(aws, quote_id)
    seen = story.ask(
        "Instead of waiting a minute, we have written an earlier expiry into DynamoDB.",
        f"GET /fx/quote/{quote_id}",
    )
    story.expect(seen.body["status"] == "EXPIRED", "the quote should be expired", seen)
    gone = story.ask(
        "An expired quote can no longer be used, neither by internal services nor by transfers.",
        f"POST /fx/quote/{quote_id}/consume",
        {"transactionId": str(uuid4())},
        status=410,
    )
    story.expect(gone.body["code"] == "fx-quote-expired", "the quote should be expired", gone)


def _write_expiry(aws: LocalAws, quote_id: str) -> None:
    aws.client("dynamodb").update_item(
        TableName=QUOTES,
        Key={"quoteId": {"S": quote_id}},
        UpdateExpression="SET expiresAt = :then",
        ExpressionAttributeValues={":then": {"S": LONG_AGO}},
    )


def _take_the_provider_down(story: Storyteller, order: dict[str, str]) -> None:
    story.ask("The rate provider goes down.", "POST /fx/simulate/provider-down")
    try:
        refused = story.ask(
            "Now there is no rate, and an older one is never used instead.",
            "POST /fx/quote",
            order,
            status=503,
        )
    finally:
        story.ask("It comes up again.", "POST /fx/simulate/provider-up")
    story.expect(refused.body["retryable"] is True, "the error should be retryable", refused)
    story.ask("And there are rates again.", "POST /fx/quote", order, status=201)
