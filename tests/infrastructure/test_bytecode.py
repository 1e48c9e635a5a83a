"""Layers for Lambda carry bytecode that its Python reads without a look at the sources."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from layers import bytecode
from layers.bytecode import IN_LAMBDA, NoCompilerError, compile_modules
from layers.core_layer import CORE, build_core, files_below
from layers.dependencies.build import LAMBDA_PYTHON, build

MAGIC_NUMBERS = {"3.14": (3627).to_bytes(2, "little") + b"\r\n"}
"""How bytecode begins, by Python: `Include/internal/pycore_magic_number.h` in CPython's sources."""

UNCHECKED = (1).to_bytes(4, "little")
"""The flags of bytecode that is found by its source's hash, which nobody compares (PEP 552)."""

pytestmark = pytest.mark.xdist_group("synth")


def bytecode_of(module: Path) -> Path:
    tag = f"cpython-{LAMBDA_PYTHON.replace('.', '')}"
    return module.with_name("__pycache__") / f"{module.stem}.{tag}.pyc"


@pytest.mark.parametrize("layer", [build_core, lambda: build("aws")], ids=["core", "dependencies"])
def test_every_module_of_a_layer_is_compiled(layer: Callable[[], Path]) -> None:
    modules = list(layer().rglob("*.py"))

    heads = {bytecode_of(module).read_bytes()[:8] for module in modules}

    assert modules
    assert heads == {MAGIC_NUMBERS[LAMBDA_PYTHON] + UNCHECKED}


def test_the_core_layer_is_the_core() -> None:
    layer = build_core()

    assert list(files_below(layer)) == [(name, layer / name) for name, _ in files_below(CORE)]
    assert all((layer / name).read_bytes() == file.read_bytes() for name, file in files_below(CORE))


def test_the_same_module_makes_the_same_bytes_which_name_its_place_in_lambda(
    tmp_path: Path,
) -> None:
    compiled = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        folder.mkdir()
        module = folder / "wallet.py"
        module.write_text("NAMES = ('a' in {'a', 'b', 'c', 'd'}, frozenset({'e', 'f'}))\n")
        compile_modules(folder, LAMBDA_PYTHON)
        compiled.append(bytecode_of(module).read_bytes())

    assert compiled[0] == compiled[1]
    assert f"{IN_LAMBDA}/wallet.py".encode() in compiled[0]


def test_another_python_than_lambdas_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CalledProcessError):
        compile_modules(tmp_path, "3.9")

    assert (
        f"Pyodide is Python {LAMBDA_PYTHON}, and the functions run on 3.9" in capfd.readouterr().err
    )


def test_without_node_or_pyodide_it_says_what_is_lacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bytecode, "PACKAGE", tmp_path / "package.json")

    with pytest.raises(NoCompilerError, match="Pyodide is missing"):
        compile_modules(tmp_path, LAMBDA_PYTHON)

    monkeypatch.setenv("PATH", "")

    with pytest.raises(NoCompilerError, match="Node is missing"):
        compile_modules(tmp_path, LAMBDA_PYTHON)
