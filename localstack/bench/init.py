"""The CPU that each function takes to start, from its layers alone and with their bytecode.

Lambda's Python runs them where it is at hand, as `python3.14` on the path, and this project's
otherwise: an older Python starts slower.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from cdk.endpoints import AUTHORIZERS, ENDPOINTS, TASKS
from layers.built import ROOT
from layers.core_layer import CORE
from layers.dependencies.build import LAMBDA_PYTHON, build
from localstack.bench.result import Result

RUNS = 3
BUDGET_S = 0.30
FUNCTIONS_IN_A_ROW = 3

PROGRAM = """
import sys, time
sys.path[:0] = sys.argv[2:]
began = time.process_time()
__import__(sys.argv[1])
print(time.process_time() - began)
"""


def measure(console: Console) -> Result:
    """Start each function anew, print what each took, and return the slowest."""
    lambdas_own = shutil.which(f"python{LAMBDA_PYTHON}")
    python = lambdas_own or sys.executable
    modules = [it.module for it in (*ENDPOINTS, *TASKS, *AUTHORIZERS)]
    with tempfile.TemporaryDirectory() as scratch:
        packages = _compiled(Path(scratch), python, build("linux" if lambdas_own else "host"))
        cpu_s = {module: _cpu_s(module, packages, python) for module in modules}
    _print(console, cpu_s)
    slowest = max(cpu_s, key=lambda it: cpu_s[it])
    over = sum(it > BUDGET_S for it in cpu_s.values())
    return Result(
        f"start of a function from its layers, CPU, under {Path(python).name}",
        f"≤ {BUDGET_S:.2f} s each",
        f"at most {cpu_s[slowest]:.2f} s ({slowest}), median {median(cpu_s.values()):.2f} s;"
        f" {over} of {len(cpu_s)} over",
        not over,
    )


def _compiled(scratch: Path, python: str, dependencies: Path) -> Path:
    """Copy both layers and the functions into one folder, and compile all modules in it."""
    for source in (dependencies / "python", CORE / "python"):
        shutil.copytree(source, scratch, dirs_exist_ok=True)
    shutil.copytree(ROOT / "functions", scratch / "functions")
    compiler = [python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*compiler, str(scratch)], check=True)
    return scratch


def _cpu_s(module: str, packages: Path, python: str) -> float:
    """Return the median seconds of CPU that importing a function takes in new processes."""
    command = [python, "-I", "-S", "-B", "-c", PROGRAM]
    command += [f"functions.{module.replace('/', '.')}", str(packages)]
    return median(
        float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        for _ in range(RUNS)
    )


def _print(console: Console, cpu_s: dict[str, float]) -> None:
    table = Table(title="Seconds of CPU to start a function", title_justify="left")
    for _ in range(FUNCTIONS_IN_A_ROW):
        table.add_column("function")
        table.add_column("s", justify="right")
    cells = [(module, f"{seconds:.2f}") for module, seconds in sorted(cpu_s.items())]
    for start in range(0, len(cells), FUNCTIONS_IN_A_ROW):
        table.add_row(
            *(text for cell in cells[start : start + FUNCTIONS_IN_A_ROW] for text in cell)
        )
    console.print(table)
