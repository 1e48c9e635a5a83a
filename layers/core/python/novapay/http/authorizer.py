"""What API Gateway asks before it lets a request through, where tokens say who is calling."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import observability
from novapay.domain.caller import Caller, Scope
from novapay.domain.ports import TokenRefused

Event = dict[str, Any]
BEARER = "Bearer "


class Unauthorized(Exception):
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

    def handler(event: Event, _: LambdaContext) -> Event:
        try:
            caller = caller_of(str(event["authorizationToken"]).removeprefix(BEARER))
        except TokenRefused as refusal:
            observability.log_event("token refused", reason=refusal.reason)
            observability.EmfMeter().count("tokens_refused")
            raise Unauthorized from None
        except Exception as error:
            observability.log_failure(error)
            raise
        else:
            observability.log_event("token accepted", caller=caller.name)
            return _let_through(caller, str(event["methodArn"]))
        finally:
            observability.flush()

    return handler


def _let_through(caller: Caller, method_arn: str) -> Event:
    """Return the policy that API Gateway keeps for this token, whatever route it comes with next:
    who may do what is decided where the owners are known. Of the scopes it has those that we know,
    so that no word of a token is taken for two and none makes the answer too long.
    """
    api, stage, *_ = method_arn.split("/")
    return {
        "principalId": caller.name,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "execute-api:Invoke",
                    "Resource": f"{api}/{stage}/*",
                }
            ],
        },
        "context": {"scope": " ".join(sorted(caller.scopes & set(Scope)))},
    }
