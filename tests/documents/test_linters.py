"""The linters that readers of OpenAPI use find nothing in docs/openapi.json, and ask nobody."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from localstack.common.home import PROJECT

PROGRAMS = PROJECT / "node_modules" / ".bin"
RULES = PROJECT / "docs" / "openapi"
DOCUMENT = PROJECT / "docs" / "openapi.json"
TIMEOUT_S = 300
NOBODY = "http://127.0.0.1:9"
"""A proxy that answers nothing: whoever asks the internet all the same does not get through."""

LINTERS = {
    "redocly": ("--config", str(RULES / "redocly.yaml"), "--format", "json"),
    "spectral": ("--ruleset", str(RULES / "spectral.yaml"), "--format", "json", "--quiet"),
}


@pytest.mark.parametrize("linter", LINTERS)
def test_a_linter_finds_nothing_in_the_document(linter: str) -> None:
    ended = lint(linter, DOCUMENT)

    assert not findings(ended)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("linter", LINTERS)
def test_a_linter_finds_an_operation_without_a_success(linter: str, tmp_path: Path) -> None:
    operation = {"operationId": "ask", "responses": {"404": {"description": "There is none."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Broken", "version": "1"},
        "paths": {"/ask": {"get": operation}},
    }
    broken = tmp_path / "openapi.json"
    broken.write_text(json.dumps(document), encoding="utf-8")

    ended = lint(linter, broken)

    assert any("2xx" in json.dumps(it) for it in findings(ended))


def lint(linter: str, document: Path) -> subprocess.CompletedProcess[str]:
    """Run a linter with what the project installs, without a way to the internet."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(  # noqa: S603 - the locked linters, on our own document
        [str(PROGRAMS / linter), "lint", *LINTERS[linter], str(document)],
        env={
            "PATH": programs,
            "HOME": os.environ.get("HOME", ""),
            "HTTP_PROXY": NOBODY,
            "HTTPS_PROXY": NOBODY,
            "REDOCLY_TELEMETRY": "off",
            "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def findings(ended: subprocess.CompletedProcess[str]) -> list[Any]:
    """Return what a linter found: redocly gives a report, spectral a list."""
    found = json.loads(ended.stdout)
    return list(found["problems"] if isinstance(found, dict) else found)
