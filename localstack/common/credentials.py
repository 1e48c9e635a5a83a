"""The credentials of the commands of this package, for an API that requires some."""

from __future__ import annotations

import time
from uuid import uuid4

import boto3
import requests
from botocore.credentials import Credentials
from requests import PreparedRequest
from requests.auth import AuthBase

from localstack.common.outputs import Outputs
from localstack.common.signature import SigV4, credentials_of

EVERYTHING = "novapay:internal novapay:payroll"
EARLY_S = 60
TIMEOUT_S = 10


class Bearer(AuthBase):
    """Sends a token of the local issuer, and renews it before it expires."""

    def __init__(self, issuer_url: str, *, subject: str, scope: str = "") -> None:
        self._issuer_url = issuer_url
        self._wanted = {"sub": subject, "scope": scope}
        self._token = ""
        self._good_until = 0.0

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the token to a request."""
        if time.monotonic() > self._good_until:
            self._renew()
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _renew(self) -> None:
        asked = time.monotonic()
        answer = requests.post(f"{self._issuer_url}/token", data=self._wanted, timeout=TIMEOUT_S)
        answer.raise_for_status()
        issued = answer.json()
        self._token = issued["access_token"]
        self._good_until = asked + issued["expires_in"] - EARLY_S


def auth_of(outputs: Outputs) -> AuthBase | None:
    """Return the credentials of a trusted service for this API, or None if the API is open.

    Raises:
        LocalFailure: it requires a signature, and there are no AWS credentials.
    """
    match outputs.auth:
        case "open":
            return None
        case "jwt":
            return Bearer(outputs.issuerUrl, subject=str(uuid4()), scope=EVERYTHING)
        case "iam" if outputs.endpointUrl:
            keys = outputs.aws.keys
            return SigV4(Credentials(keys.id, keys.secret), outputs.region)
        case _:
            return SigV4(credentials_of(boto3.Session()), outputs.region)
