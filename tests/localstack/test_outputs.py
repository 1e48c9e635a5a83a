"""The file that tells people and programs where things are."""

import json
import stat
from pathlib import Path

import pytest

from localstack.failure import LocalFailure
from localstack.outputs import read_outputs, write_outputs


def write(file: Path, *, issuer_url: str = "") -> None:
    write_outputs(
        file,
        api_url="http://127.0.0.1:4566/api",
        endpoint_url="http://127.0.0.1:4566",
        issuer_url=issuer_url,
    )


def test_it_holds_the_names_of_the_contract(tmp_path: Path) -> None:
    write(tmp_path / "outputs.json")

    written = json.loads((tmp_path / "outputs.json").read_text(encoding="utf-8"))

    contract = {"apiUrl", "consoleUrl", "adminToken", "endpointUrl", "region"}
    assert set(written) == contract | {"auth", "issuerUrl"}
    assert written["auth"] == "open"
    assert written["consoleUrl"] == "http://127.0.0.1:4566/api/admin/console"


def test_an_api_that_asks_for_tokens_says_who_gives_them(tmp_path: Path) -> None:
    write(tmp_path / "outputs.json", issuer_url="http://127.0.0.1:4567")

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
