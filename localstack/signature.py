"""Signing requests for an API that wants SigV4, with whatever credentials boto3 finds."""

from __future__ import annotations

from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests import PreparedRequest
from requests.auth import AuthBase

from localstack.failure import LocalFailure

LOG_IN = "aws sso login, or export AWS_PROFILE=… (any way that the AWS CLI knows)"
SERVICE = "execute-api"
SIGNED_HEADERS = ("Content-Type", "Idempotency-Key")
"""Headers that mean something to us; what proxies may change is left unsigned."""


class SigV4(AuthBase):
    """Signs each request just before it is sent."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._credentials = credentials
        self._region = region

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the signature's headers to a request."""
        url = str(request.url)
        headers = {
            name: request.headers[name] for name in SIGNED_HEADERS if name in request.headers
        }
        signed = AWSRequest(
            method=request.method,
            url=url,
            data=request.body or b"",
            headers={**headers, "Host": urlsplit(url).netloc},
        )
        # Frozen: temporary credentials may be renewed between the key and its token.
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, SERVICE, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


def credentials_of(session: boto3.Session) -> Credentials:
    """Promise the session's credentials.

    Raises:
        LocalFailure: there are none.
    """
    credentials = session.get_credentials()
    if credentials is None:
        raise LocalFailure(
            "There are no AWS credentials here.",
            mend=LOG_IN,
        )
    return credentials
