"""Every function on Lambda's Python for Lambda's processor, with its two layers alone."""

from __future__ import annotations

import subprocess
import tempfile
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console
from uv import find_uv_bin

from cdk.endpoints import EVERY_FUNCTION
from cdk.packaging import FunctionPackages
from cdk.target import AWS
from layers.core_layer import build_core
from layers.dependencies.build import LAMBDA_PYTHON, PLATFORMS, build
from localstack.common.aws import LocalAws
from localstack.common.environment import PREFIX
from localstack.common.failure import LocalFailure
from localstack.common.home import PROJECT, Home
from localstack.common.ports import free_port
from localstack.common.progress import step
from localstack.emulator.embedded import Emulator
from localstack.lambda_check import story
from localstack.lambda_check.machine import FOLDER, arm_python
from localstack.lambda_check.runtime_api import Function, started
from localstack.memory.account_numbers import new_key
from localstack.memory.api import READERS
from localstack.memory.tables import create_tables
from novapay.schema import LOCAL_STAGE, METRICS_NAMESPACE

LOCK = PROJECT / "requirements" / "runtime-client.txt"
ALONE = ("-S", "-s", "-B")
"""Python's options to see its standard library, and nothing that is installed beside it."""

IMPORTS = """
import importlib, platform, sys
machine, version, allowed, *names = sys.argv[1:]
assert platform.machine() == machine and sys.version.startswith(version + "."), sys.version
for name in names:
    assert callable(importlib.import_module(name).handler)
    print(name, flush=True)
files = {getattr(module, "__file__", None) for module in sys.modules.values()} - {None}
strangers = {file for file in files if not file.startswith(tuple(allowed.split(":")))}
assert not strangers, f"neither in a layer nor in the standard library: {strangers}"
"""


class Lambda:
    """Lambda's Python with the code of the functions and both layers, unpacked as Lambda does."""

    def __init__(self, python: list[str], folder: Path) -> None:
        self._python = python
        self._folder = folder
        packages = FunctionPackages(AWS)
        for function in EVERY_FUNCTION:
            with zipfile.ZipFile(packages.zip_of(function.module)) as archive:
                archive.extractall(folder / "task")
        layers = [build_core() / "python", build("aws") / "python"]
        self._code = [str(folder / "task"), *map(str, layers)]

    def import_all(self) -> str:
        """Import every handler, and return how many they are.

        Raises:
            LocalFailure: one cannot be imported, or something came from elsewhere.
        """
        names = [_handler_module(function.module) for function in EVERY_FUNCTION]
        root = str(Path(self._python[2]) / "usr" / "lib")
        allowed = ":".join([*self._code, root, "/usr/lib"])
        ended = subprocess.run(
            [*self._python, *ALONE, "-c", IMPORTS, "aarch64", LAMBDA_PYTHON, allowed, *names],
            cwd=self._code[0],
            env=self._variables(),
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            done = len(ended.stdout.splitlines())
            which = names[done] if done < len(names) else "A module that a handler imports"
            raise LocalFailure(f"{which} does not work on Lambda's Python.", evidence=ended.stderr)
        return f"{len(names)} handlers on CPython {LAMBDA_PYTHON} for arm64"

    def play(self, aws: LocalAws) -> str:
        """Play a story over this AWS through the runtime client, and return its end."""
        client = self._folder / "client"
        _install_client(client)
        create_tables(aws.client("dynamodb"), PREFIX)
        variables = {
            **self._variables(str(client)),
            **aws.variables,
            "NOVAPAY_STAGE": LOCAL_STAGE,
            "TABLE_PREFIX": PREFIX,
            "POWERTOOLS_SERVICE_NAME": "lambda-check",
            "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
            "FIELD_KEY_ARN": new_key(aws.client("kms")),
            "ACCOUNT_NUMBER_READERS": ",".join(READERS),
            "WALLETS_PER_USER": "10",
        }

        def start(module: str) -> AbstractContextManager[Function]:
            handler = f"{_handler_module(module)}.handler"
            command = [*self._python, *ALONE, "-m", "awslambdaric", handler]
            return started(command, variables, FOLDER / f"{module.replace('/', '.')}.log")

        return story.play(start)

    def _variables(self, *more: str) -> dict[str, str]:
        return {
            "PYTHONPATH": ":".join([*self._code, *more]),
            "LAMBDA_TASK_ROOT": self._code[0],
            "AWS_LAMBDA_FUNCTION_NAME": "lambda-check",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "LANG": "C.UTF-8",
        }


def run(console: Console) -> None:
    """Import every handler, then play a story through Lambda's runtime client.

    Raises:
        LocalFailure: something does not work as it must, or cannot be had here.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with step(console, "Get Lambda's Python for arm64") as say:
            python = arm_python(say)
        with step(console, "Build the layers and the functions"):
            lambdas = Lambda(python, folder)
        with step(console, "Import every handler from the two layers") as say:
            say(lambdas.import_all())
        own = Emulator(Home(folder / "aws"), free_port())
        try:
            with step(console, "Start an embedded AWS") as say:
                own.start(say)
            with step(console, "Play a story through the runtime client") as say:
                say(lambdas.play(own.aws))
        finally:
            own.stop(lambda _detail: None)


def _handler_module(module: str) -> str:
    return f"functions.{module.replace('/', '.')}"


def _install_client(folder: Path) -> None:
    command = [find_uv_bin(), "pip", "install", "--quiet", "--target", str(folder)]
    command += ["--only-binary", ":all:", "--require-hashes", "--requirements", str(LOCK)]
    subprocess.run([*command, *PLATFORMS["aws"]], check=True)
