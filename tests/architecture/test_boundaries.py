"""Who may know what: rules about single calls and words, beside the contracts about imports."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.sources import CORE, ROOT, Source, sources

DATA_CALLS = re.compile(
    r"\.(transact_write_items|transact_get_items|batch_get_item|batch_write_item|get_item"
    r"|put_item|update_item|delete_item|execute_statement)$"
)
TIME = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime))$")
IDS = re.compile(r"\b(uuid\.uuid[14]|uuid[14]|secrets\.\w+|os\.urandom)$")
ENVIRONMENT = re.compile(r"\bos\.(environ|environb|getenv|getenvb|putenv)$")

PURE = {"os", "io", "sys", "socket", "ssl", "pathlib", "time", "random", "secrets", "subprocess",
        "threading", "asyncio", "logging", "urllib", "http", "sqlite3", "tempfile"}  # fmt: skip


def offenders(found: Iterable[tuple[Source, str]]) -> list[str]:
    return sorted({f"{source.module}: {what}" for source, what in found})


def using(pattern: re.Pattern[str], *, outside: tuple[str, ...]) -> list[str]:
    """Return who uses a dotted name although it is none of these modules."""
    return offenders(
        (source, name)
        for source in sources()
        if not source.is_in(*outside)
        for name in source.dotted()
        if pattern.search(name)
    )


def importing(*names: str, outside: tuple[str, ...]) -> list[str]:
    """Return who imports one of these names, or something in it, outside of these modules."""
    return offenders(
        (source, imported)
        for source in sources()
        if not source.is_in(*outside)
        for imported in source.imports()
        if any(imported == name or imported.startswith(f"{name}.") for name in names)
    )


def test_only_the_store_speaks_dynamodb() -> None:
    said = offenders(
        (source, text)
        for source in sources()
        if not source.is_in("novapay.store")
        for text in source.texts()
        if text.lower() == "dynamodb" or text.startswith("dynamodb:")
    )

    assert said == []
    assert using(DATA_CALLS, outside=("novapay.store",)) == []


def test_only_one_module_commits_and_one_reads() -> None:
    commits = re.compile(r"\.transact_write_items$")

    assert using(commits, outside=("novapay.store.commit",)) == []
    assert using(DATA_CALLS, outside=("novapay.store.commit", "novapay.store.client")) == []


def test_only_http_and_functions_know_the_router() -> None:
    router = "aws_lambda_powertools.event_handler"

    assert importing(router, outside=("novapay.http", "functions")) == []
    assert importing("pydantic", outside=("novapay.http",)) == []


def test_only_one_module_knows_the_logger_and_the_metrics() -> None:
    names = [f"aws_lambda_powertools.{it}" for it in ("Logger", "Metrics", "logging", "metrics")]

    assert importing(*names, outside=("novapay.observability",)) == []
    assert importing("logging", outside=("novapay.observability",)) == []


def test_only_one_module_knows_how_fields_are_encrypted() -> None:
    names = ("aws_encryption_sdk", "cryptography")

    assert importing(*names, outside=("novapay.providers.field_encryption",)) == []


def test_nobody_traces_with_a_library() -> None:
    names = ("aws_lambda_powertools.Tracer", "aws_lambda_powertools.tracing", "aws_xray_sdk")

    assert importing(*names, outside=()) == []


def test_only_the_wiring_reads_the_environment() -> None:
    assert using(ENVIRONMENT, outside=("novapay.wiring",)) == []


def test_only_one_module_reads_the_time() -> None:
    assert using(TIME, outside=("novapay.clock",)) == []


def test_only_one_module_makes_ids() -> None:
    # A commit's token is nobody's id: it lives as long as one call of the SDK.
    assert using(IDS, outside=("novapay.ids", "novapay.store.commit")) == []


def test_the_domain_needs_the_standard_library_only_and_touches_nothing() -> None:
    foreign = offenders(
        (source, imported)
        for source in sources()
        if source.is_in("novapay.domain")
        for imported in source.imports()
        if (top := imported.partition(".")[0]) not in sys.stdlib_module_names - PURE
        and not imported.startswith("novapay.domain")
        and top != "__future__"
    )

    assert foreign == []


def test_no_float_touches_money() -> None:
    floats = offenders(
        (source, ast.unparse(node))
        for source in sources()
        if source.is_in("novapay.domain", "novapay.store.tables", "novapay.http.schemas")
        # A meter's values and the console's figures are counts and times, never money.
        and not source.is_in("novapay.domain.meter", "novapay.http.schemas.admin")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Div)
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    )

    assert floats == []


def test_no_core_module_is_without_its_types() -> None:
    assert (CORE / "novapay" / "py.typed").exists()


def test_functions_are_a_namespace_because_each_zip_holds_one_of_them() -> None:
    assert list((ROOT / "functions").rglob("__init__.py")) == []


@pytest.mark.xdist_group("contracts")
def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(  # noqa: S603 - a program of the project's environment
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
