"""What API Gateway asks before it lets a request through: whose token it is.

It answers 401 by itself where a request has no token, and asks for nothing but what has one.
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import observability
from novapay.domain.caller import Caller, Scope
from novapay.domain.ports import Operators, TokenRefused
from novapay.http.operators import operator_of

Event = dict[str, Any]
BEARER = "Bearer "


class NotLetThrough(Exception):
    """API Gateway answers 401 where an authorizer fails with this one word."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def token_authorizer(
    caller_of: Callable[[str], Caller],
) -> Callable[[Event, LambdaContext], Event]:
    """Return the Lambda handler of a token authorizer.

    Any other error than a refusal leaves it as it is: API Gateway then answers 500, retryable.

    Args:
        caller_of: returns whose token it is.
    """

    def decide(event: Event) -> Event:
        try:
            caller = caller_of(str(event["authorizationToken"]).removeprefix(BEARER))
        except TokenRefused as refusal:
            observability.log_event("token refused", reason=refusal.reason)
            observability.EmfMeter().count("tokens_refused")
            raise NotLetThrough from None
        observability.log_event("token accepted", caller=caller.name)
        # Of the scopes it has those that we know, so that no word of a token is taken for two and
        # none makes the answer too long.
        scope = " ".join(sorted(caller.scopes & set(Scope)))
        return _let_through(caller.name, event, "*", context={"scope": scope})

    return _authorizer(decide)


def operator_authorizer(
    operators: Callable[[], Operators],
) -> Callable[[Event, LambdaContext], Event]:
    """Return the Lambda handler of the authorizer before the routes of operators.

    Each function behind it asks whose token it is once more: it names the operator in the audit
    log, and a revoked token is refused there while API Gateway still remembers it.

    Args:
        operators: returns who knows the operators and their tokens.
    """

    def decide(event: Event) -> Event:
        operator = operator_of(operators(), event)
        if operator is None:
            raise NotLetThrough
        observability.log_event("operator let through", operator=operator)
        return _let_through(operator, event, "*/admin/*", context={})

    return _authorizer(decide)


def _authorizer(decide: Callable[[Event], Event]) -> Callable[[Event, LambdaContext], Event]:
    def handler(event: Event, _: LambdaContext) -> Event:
        try:
            return decide(event)
        except NotLetThrough:
            raise
        except Exception as error:
            observability.log_failure(error)
            raise
        finally:
            observability.flush()

    return handler


def _let_through(name: str, event: Event, routes: str, *, context: dict[str, str]) -> Event:
    """Return the policy that API Gateway keeps for a token, whichever of the routes it comes with
    next: who may do what is decided where the owners are known.
    """
    api, stage, *_ = str(event["methodArn"]).split("/")
    return {
        "principalId": name,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "execute-api:Invoke",
                    "Resource": f"{api}/{stage}/{routes}",
                }
            ],
        },
        "context": context,
    }
