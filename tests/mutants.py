"""Change the domain's code in one small way after another, and see that a test fails each time.

mutmut makes the changes (a `<` becomes `<=`, an argument becomes None) and runs, for each of them,
the tests that reach it. A change that no test notices is a survivor: either a test is missing, or
nobody would miss the code. docs/mutants.md lists the survivors that are known, each with the reason
why it does no harm; any other survivor fails the run.

Usage: `make mutants`, or `make mutants MODULES="money posting"`.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from tests.support.sources import ROOT

WORKPLACE = ROOT / "build" / "mutants"
KNOWN = ROOT / "docs" / "mutants.md"
HARMLESS = ("killed", "timeout", "caught by type check")

TESTS = {
    "adjustment": ["unit/test_adjustment.py"],
    "chain": ["unit/test_chain.py", "unit/test_audit.py"],
    "money": ["unit/test_money.py"],
    "payroll_money": ["unit/test_payroll.py"],
    "payroll_steps": ["unit/test_payroll_steps.py"],
    "posting": ["unit/test_posting.py"],
    "quote": ["unit/test_quote.py"],
    "rates": ["unit/test_rates.py"],
    "transfer": ["unit/test_transfer.py"],
}
"""For each module of the domain, the tests that are about it: a few, so that a run ends soon."""

LINKS = {
    "src": "layers/core/python",  # mutmut leaves out "src" where it makes a module of a path
    **{name: name for name in ("tests", "functions", "events", "localstack")},
}


def main(*modules: str) -> int:
    """Run the mutants of the modules, of all in TESTS without any; return an exit code."""
    known = KNOWN.read_text(encoding="utf-8")
    unknown = [it for name in modules or TESTS for it in survivors_of(name) if it not in known]
    for survivor in unknown:
        print(f"no test notices  {survivor}")  # noqa: T201 - a program
    print(f"{len(unknown)} survivors that docs/mutants.md does not know")  # noqa: T201 - a program
    return 1 if unknown else 0


def survivors_of(module: str) -> Iterator[str]:
    """Run the mutants of a module of the domain; yield those that no test notices."""
    folder = WORKPLACE / module
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, place in LINKS.items():
        (folder / name).symlink_to(os.path.relpath(ROOT / place, folder))
    settings = {
        "source_paths": ["src/novapay"],
        "only_mutate": [f"src/novapay/domain/{module}.py"],
        "also_copy": [name for name in LINKS if name not in ("src", "tests")],
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": [f"tests/{it}" for it in TESTS[module]],
    }
    # Lists of strings look the same in JSON and in TOML.
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    pytest_too = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    configured = "\n".join([pytest_too, "[tool.mutmut]", *lines, ""])
    (folder / "pyproject.toml").write_text(configured, encoding="utf-8")
    _mutmut(module, "run", "--max-children", "2", f"novapay.domain.{module}.*", shown=True)
    for line in _mutmut(module, "results").splitlines():
        name, _, status = line.strip().rpartition(": ")
        if name and status not in HARMLESS:
            yield _described(module, name, status)


def _described(module: str, mutant: str, status: str) -> str:
    """Return a mutant in words that stay the same when another one is added before it."""
    _, *diff = _mutmut(module, "show", mutant).splitlines()
    lines = [it for it in diff if it[:1] in "+-" and it[:3] not in ("+++", "---")]
    function = mutant.rpartition(".")[2].partition("__mutmut")[0].removeprefix("x")
    was = " ".join(it[1:].strip() for it in lines if it[0] == "-")
    now = " ".join(it[1:].strip() for it in lines if it[0] == "+")
    return f"{module}.{function.strip('_ǁ').replace('ǁ', '.')} ({status}): {was} → {now}"


def _mutmut(module: str, *arguments: str, shown: bool = False) -> str:
    done = subprocess.run(  # noqa: S603 - a program of our environment
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=WORKPLACE / module,
        stdout=None if shown else subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout or ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
