"""Signs requests for an API that requires SigV4, with the credentials that boto3 finds."""

from __future__ import annotations

from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests import PreparedRequest
from requests.auth import AuthBase

from localstack.common.failure import LocalFailure

LOG_IN = "aws sso login, or export AWS_PROFILE=… (any way that the AWS CLI knows)"
SERVICE = "execute-api"
SIGNED_HEADERS = ("Content-Type", "Idempotency-Key")
"""The headers that the API uses; headers that proxies may change are not signed."""


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
        # Frozen, so that key and token belong together even if the credentials are renewed now.
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, SERVICE, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


def credentials_of(session: boto3.Session) -> Credentials:
    """Return the session's credentials.

    Raises:
        LocalFailure: there are none.
    """
    credentials = session.get_credentials()
    if credentials is None:
        raise LocalFailure(
            "There are no AWS credentials.",
            remedy=LOG_IN,
        )
    return credentials
