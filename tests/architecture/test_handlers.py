"""A handler says what comes in, what is done and what goes out, and fits on a screen."""

import ast

import pytest

from tests.support.sources import Source, sources

MODULE_LINES_MAX = 40
OPERATION_LINES_MAX = 15

HANDLERS = [source for source in sources() if source.is_in("functions")]


def name_of(source: Source) -> str:
    return source.module


@pytest.mark.parametrize("source", HANDLERS, ids=name_of)
def test_a_handlers_module_is_short(source: Source) -> None:
    assert len(source.path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES_MAX


@pytest.mark.parametrize("source", HANDLERS, ids=name_of)
def test_an_operation_is_a_few_lines_and_decides_nothing(source: Source) -> None:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno + 1 <= OPERATION_LINES_MAX
        assert not isinstance(node, ast.Try | ast.While | ast.Raise), ast.unparse(node)


@pytest.mark.parametrize("source", HANDLERS, ids=name_of)
def test_a_handlers_module_says_which_route_or_trigger_it_serves(source: Source) -> None:
    assert (ast.get_docstring(source.tree) or "").endswith((".", "?"))


@pytest.mark.parametrize("source", [it for it in sources() if not it.is_in("functions")],
                         ids=name_of)  # fmt: skip
def test_a_function_fits_on_a_screen(source: Source) -> None:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno + 1 <= 60, node.name


@pytest.mark.parametrize("source", sources(), ids=name_of)
def test_every_module_says_why_it_exists(source: Source) -> None:
    assert ast.get_docstring(source.tree)
