"""One harmless call to each function after a deploy, so that no user waits for a cold start.

A GET names something that does not exist, any other method sends an empty object: both are refused,
after the function was unpacked and imported. So it is also the smoke test of the deployment.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.auth import AuthBase

from cdk.endpoints import AUTHORIZE, ENDPOINTS, Endpoint
from localstack.common.credentials import auth_of
from localstack.common.environment import PREFIX
from localstack.common.failure import LocalFailure
from localstack.common.outputs import Outputs
from localstack.common.progress import Say
from localstack.deploy.function_log import last_words_of

PARALLEL = max(2, os.cpu_count() or 1)
COLD_START_TIMEOUT_S = 60
NOBODY = "00000000-0000-4000-8000-000000000000"


def warm_up(outputs: Outputs, say: Say, *, prefix: str = PREFIX) -> int:
    """Call each function once, a few at a time.

    Args:
        outputs: where the API is.
        say: shows progress.
        prefix: what the functions' names begin with.

    Returns:
        how many functions answered.

    Raises:
        LocalFailure: a function does not answer, or answers with a server error.
    """
    # A call of a simulation would make later calls fail.
    endpoints = [endpoint for endpoint in ENDPOINTS if not endpoint.is_simulation]
    auth = auth_of(outputs)
    with ThreadPoolExecutor(PARALLEL) as pool:
        calls = pool.map(lambda endpoint: _call(outputs, prefix, endpoint, auth), endpoints)
        for done, module in enumerate(calls, start=1):
            say(f"{done} of {len(endpoints)}: {module}")
    return len(endpoints)


def _call(outputs: Outputs, prefix: str, endpoint: Endpoint, auth: AuthBase | None) -> str:
    path = re.sub(r"\{\w+\}", NOBODY, endpoint.paths[0])
    body: dict[str, str] | None = None if endpoint.method == "GET" else {}
    asked = f"{endpoint.method} {path}"
    try:
        response = requests.request(
            endpoint.method,
            outputs.apiUrl + path,
            json=body,
            headers={"x-admin-token": outputs.adminToken} if endpoint.service == "admin" else {},
            auth=auth,
            timeout=COLD_START_TIMEOUT_S,
        )
    except requests.RequestException as error:
        raise _broken(outputs, prefix, endpoint, f"{asked} was not answered", str(error)) from error
    if response.status_code >= 500:
        told = f"{asked} returned {response.status_code}"
        raise _broken(outputs, prefix, endpoint, told, response.text)
    if "x-request-id" not in response.headers:
        raise LocalFailure(
            f"The API does not route to {endpoint.module}: something else answered"
            f" {asked} with {response.status_code}.",
            remedy="The response was:",
            evidence=response.text,
        )
    return endpoint.module


def _broken(
    outputs: Outputs, prefix: str, endpoint: Endpoint, told: str, answer: str
) -> LocalFailure:
    """Return the failure of a function with its last words, or those of its API's authorizer."""
    words = (
        last_words_of(f"{prefix}-{name}", outputs.aws) for name in (endpoint.name, AUTHORIZE.name)
    )
    return LocalFailure(
        f"The function {endpoint.module} does not work: {told}.",
        remedy="Fix it and run again. The response, and the last lines of its log:",
        evidence=f"{answer}\n{next(filter(None, words), '')}",
    )
