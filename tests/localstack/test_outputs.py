"""The file that tells people and programs where things are."""

import json
import socket
import stat
from pathlib import Path

import pytest

from localstack.common.aws import LocalAws
from localstack.common.failure import LocalFailure
from localstack.common.keys import Keys
from localstack.common.outputs import (
    Outputs,
    read_outputs,
    read_running,
    save_outputs,
    write_outputs,
)
from localstack.common.ports import free_port

KEYS = Keys("AKIDEXAMPLE", "secret")


def write(
    file: Path,
    *,
    auth: str = "open",
    issuer_url: str = "",
    port: int = 4566,
    target: str = "ministack",
) -> None:
    write_outputs(
        file,
        api_url="http://127.0.0.1:4566/api",
        aws=LocalAws(f"http://127.0.0.1:{port}", KEYS),
        auth=auth,
        issuer_url=issuer_url,
        target=target,
    )


def test_it_holds_the_names_of_the_contract(tmp_path: Path) -> None:
    write(tmp_path / "outputs.json")

    written = json.loads((tmp_path / "outputs.json").read_text(encoding="utf-8"))

    contract = {"apiUrl", "consoleUrl", "adminToken", "endpointUrl", "region"}
    assert set(written) == contract | {
        "auth",
        "issuerUrl",
        "target",
        "accessKeyId",
        "secretAccessKey",
    }
    assert written["auth"] == "open"
    assert (written["accessKeyId"], written["secretAccessKey"]) == (KEYS.id, KEYS.secret)
    assert written["consoleUrl"] == "http://127.0.0.1:4566/api/admin/console"


def test_an_api_that_asks_for_tokens_says_who_gives_them(tmp_path: Path) -> None:
    write(tmp_path / "outputs.json", auth="jwt", issuer_url="http://127.0.0.1:4567")

    written = read_outputs(tmp_path / "outputs.json")

    assert (written.auth, written.issuerUrl) == ("jwt", "http://127.0.0.1:4567")


def test_it_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    write(tmp_path / "outputs.json")

    assert stat.S_IMODE((tmp_path / "outputs.json").stat().st_mode) == 0o600


def test_the_admin_token_stays_the_same_from_run_to_run(tmp_path: Path) -> None:
    write(tmp_path / "outputs.json")
    first = read_outputs(tmp_path / "outputs.json")

    write(tmp_path / "outputs.json")

    assert read_outputs(tmp_path / "outputs.json") == first
    assert len(first.adminToken) >= 43


def test_two_stacks_have_two_admin_tokens(tmp_path: Path) -> None:
    write(tmp_path / "one.json")
    write(tmp_path / "two.json")

    one, two = (read_outputs(tmp_path / name) for name in ("one.json", "two.json"))

    assert one.adminToken != two.adminToken


def test_where_nothing_was_brought_up_the_way_to_do_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalFailure) as failure:
        read_outputs(tmp_path / "outputs.json")

    assert failure.value.remedy == "make run"


@pytest.mark.parametrize(
    ("auth", "target", "options"),
    [
        ("open", "ministack", ""),
        ("iam", "ministack", " AUTH=iam"),
        ("jwt", "ministack", " AUTH=jwt"),
        ("open", "localstack", " TARGET=localstack"),
    ],
)
def test_a_stack_that_was_stopped_is_said_with_its_port(
    tmp_path: Path, auth: str, target: str, options: str
) -> None:
    port = free_port()
    write(tmp_path / "outputs.json", auth=auth, port=port, target=target)

    with pytest.raises(LocalFailure) as failure:
        read_running(tmp_path / "outputs.json")

    assert failure.value.what == f"NovaPay is not running. It was on port {port}."
    assert failure.value.remedy == f"Start it there again: make run PORT={port}{options}"


def test_a_stack_that_answers_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        write(tmp_path / "outputs.json", port=listening.getsockname()[1])

        assert read_running(tmp_path / "outputs.json") == read_outputs(tmp_path / "outputs.json")


def test_an_account_is_not_asked_for_a_port(tmp_path: Path) -> None:
    far = Outputs("https://api.example", "", "", "", "eu-central-1", auth="iam", target="aws")
    save_outputs(tmp_path / "outputs.json", far)

    assert read_running(tmp_path / "outputs.json") == far


def test_outputs_of_an_older_version_are_still_read(tmp_path: Path) -> None:
    write(tmp_path / "outputs.json")
    written = json.loads((tmp_path / "outputs.json").read_text(encoding="utf-8"))
    del written["target"]
    (tmp_path / "outputs.json").write_text(json.dumps(written), encoding="utf-8")

    assert read_outputs(tmp_path / "outputs.json").target == "ministack"
