"""Importing reads nothing and connects to nothing, and brings only what a function can use."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cdk.endpoints import AUTHORIZERS, ENDPOINTS, TASKS
from layers.dependencies.build import build
from tests.support.sources import CORE, FUNCTIONS, ROOT, sources

PROBE = Path(__file__).with_name("import_probe.py")

NEVER_LOADED = {
    "aws_xray_sdk",
    "boto3.dynamodb",
    "boto3.dynamodb.conditions",
    "boto3.s3",
    "requests",
    "httpx",
    "pytest",
    "moto",
    "rich",
    "localstack",
    "cdk",
    "tests",
}
"""What would slow every cold start and serves none: found in one of the functions, it is in all."""

HTTP_ONLY = {"pydantic", "aws_lambda_powertools.event_handler"}
AWS_ONLY = {"boto3"}
ENCRYPTION = {"aws_encryption_sdk", "attr", "wrapt"}
NEEDS_KEY = {"encrypt_fields", "decrypt_fields"}


def handlers_of(modules: Sequence[str]) -> list[str]:
    return [f"functions.{module.replace('/', '.')}" for module in modules]


TASK_HANDLERS = handlers_of([it.module for it in (*TASKS, *AUTHORIZERS)])
ALL_HANDLERS = [*handlers_of([it.module for it in ENDPOINTS]), *TASK_HANDLERS]


def loaded_by(modules: Sequence[str]) -> set[str]:
    """Import modules in a process of their own that has no environment; return all it loaded.

    The probe fails if one of our own modules looks at the environment, or anything at a socket.
    """
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-B", str(PROBE), *modules],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_importing_any_module_reads_nothing_and_connects_to_nothing() -> None:
    modules = [source.module for source in sources()]

    loaded = loaded_by(modules)

    assert loaded >= set(modules)


def test_no_function_loads_what_it_cannot_use() -> None:
    loaded = loaded_by(ALL_HANDLERS)

    assert loaded & NEVER_LOADED == set()


def test_a_task_loads_nothing_of_http() -> None:
    loaded = loaded_by(TASK_HANDLERS)

    assert loaded & HTTP_ONLY == set()


def test_the_console_loads_nothing_of_aws() -> None:
    loaded = loaded_by(["functions.admin.console"])

    assert loaded & AWS_ONLY == set()


def test_only_who_reads_or_writes_an_account_number_loads_the_encryption() -> None:
    needing = handlers_of([it.module for it in ENDPOINTS if NEEDS_KEY & set(it.needs)])
    others = [handler for handler in ALL_HANDLERS if handler not in needing]

    assert loaded_by(others) & ENCRYPTION == set()
    for handler in needing:
        assert loaded_by([handler]) >= ENCRYPTION


@pytest.mark.xdist_group("synth")
def test_every_function_imports_with_nothing_but_the_layers(tmp_path: Path) -> None:
    dependencies = build("host") / "python"
    (tmp_path / "functions").symlink_to(FUNCTIONS)
    program = f"""
import sys
sys.path[:0] = {[str(tmp_path), str(CORE), str(dependencies)]!r}
import importlib
for name in {ALL_HANDLERS!r}:
    assert callable(importlib.import_module(name).handler)
print(*sorted({{(getattr(m, "__file__", None) or "") for m in sys.modules.values()}}), sep="\\n")
"""
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-I", "-S", "-B", "-c", program],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    homes = (str(dependencies), str(CORE), str(tmp_path), str(Path(os.__file__).parent))
    foreign = [file for file in done.stdout.split() if not file.startswith(homes)]
    assert foreign == []
