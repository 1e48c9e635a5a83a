"""One harmless call to each function after a deploy: no user meets a cold start.

A GET asks for something that does not exist, any other method sends an empty object: both are
refused, after the function has been unpacked and imported. So it is the deployment's smoke test
as well.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor

import requests

from cdk.endpoints import ENDPOINTS, Endpoint
from localstack.failure import LocalFailure
from localstack.progress import Say

PARALLEL = max(2, os.cpu_count() or 1)
COLD_START_TIMEOUT_S = 60
NOBODY = "00000000-0000-4000-8000-000000000000"


def warm_up(api_url: str, say: Say) -> int:
    """Call each function once, a few at a time.

    Returns:
        how many functions answered.

    Raises:
        LocalFailure: a function does not answer, or answers that it is broken.
    """
    with ThreadPoolExecutor(PARALLEL) as pool:
        calls = pool.map(lambda endpoint: _call(api_url, endpoint), ENDPOINTS)
        for done, module in enumerate(calls, start=1):
            say(f"{done} of {len(ENDPOINTS)}: {module}")
    return len(ENDPOINTS)


def _call(api_url: str, endpoint: Endpoint) -> str:
    path = re.sub(r"\{\w+\}", NOBODY, endpoint.paths[0])
    body: dict[str, str] | None = None if endpoint.method == "GET" else {}
    response = requests.request(
        endpoint.method, api_url + path, json=body, timeout=COLD_START_TIMEOUT_S
    )
    if response.status_code >= 500:
        raise LocalFailure(
            f"The function {endpoint.module} is broken: {endpoint.method} {path} answered"
            f" {response.status_code}.",
            mend="Its own log is in CloudWatch Logs of the embedded AWS. It answered:",
            evidence=response.text,
        )
    return endpoint.module
