"""Which requests the servers on this machine answer."""

import pytest

from localstack.emulator.origins import refusal_of
from tests.support.web_pages import ANSWERED, REFUSED, Headers, at

PORT = 4566


@pytest.mark.parametrize("headers", ANSWERED.values(), ids=ANSWERED)
def test_programs_and_own_pages_are_answered(headers: Headers) -> None:
    assert refusal_of(at(PORT, headers), port=PORT) == ""


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_other_pages_are_refused_in_a_sentence(headers: Headers) -> None:
    assert refusal_of(at(PORT, headers), port=PORT).endswith(".")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LocalHost:4566",
        "[::1]:4566",
        "bucket.localhost:4566",
        "my.bucket_1.s3.us-east-1.localhost:4566",
        "10ca1a91.execute-api.localhost:4566",
    ],
)
def test_names_that_aws_clients_use_for_this_machine_are_its_own(host: str) -> None:
    assert refusal_of([("hOST", host)], port=PORT) == ""


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".localhost:4566",
        "a..localhost:4566",
        "localhost.:4566",
        "127.0.0.1:",
        "127.0.0.1:04566",
        "127.0.0.1:\N{ARABIC-INDIC DIGIT FOUR}566",
        "127.0.0.1:4566\n",
        "127.0.0.1:4566, page.example",
        "bucket.127.0.0.1:4566",
        "bucket.s3.amazonaws.com",
        "localhost.localstack.cloud:4566",
        "host.docker.internal:4566",
        "10.0.0.7:4566",
        "[::]:4566",
    ],
)
def test_any_other_name_may_lead_here_from_a_page(host: str) -> None:
    assert refusal_of([("Host", host)], port=PORT)


@pytest.mark.parametrize("origin", ["", "http://", "HTTP://127.0.0.1:4566/", "http://[::1]:4566"])
def test_an_origin_is_the_hosts_or_none(origin: str) -> None:
    assert refusal_of([("Host", "127.0.0.1:4566"), ("Origin", origin)], port=PORT)


def test_a_host_that_is_missing_or_sent_twice_is_refused() -> None:
    own = ("Host", "127.0.0.1:4566")

    assert refusal_of([], port=PORT)
    assert refusal_of([own, own], port=PORT)
