"""The cold start of our code: a handler with its clients, compared to boto3 with one client."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from statistics import median

from localstack.bench.result import Result

RUNS = 9
RATIO_MAX = 1.6

BARE = """
import time
began = time.process_time()
import boto3
boto3.client("dynamodb")
print(time.process_time() - began)
"""
FRAMEWORK = """
import time
began = time.process_time()
import boto3
boto3.client("dynamodb")
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
APIGatewayRestResolver(enable_validation=True)
print(time.process_time() - began)
"""
HANDLER = """
import time
began = time.process_time()
from functions.transactions import create_transfer
from novapay import wiring
wiring.resources()
print(time.process_time() - began)
"""


def measure() -> Result:
    """Measure CPU seconds from the first import to the last client, each time in a new process.

    The programs take turns. All modules are compiled before the first turn that counts.
    """
    programs = (HANDLER, FRAMEWORK, BARE)
    with tempfile.TemporaryDirectory() as compiled:
        for program in programs:
            _cpu_s(program, compiled)
        turns = [[_cpu_s(program, compiled) for program in programs] for _ in range(RUNS)]
    handler, framework, bare = (median(column) for column in zip(*turns, strict=True))
    ratio = handler / bare
    return Result(
        "cold start: a handler with its clients ÷ boto3 with one client, CPU",
        f"≤ {RATIO_MAX}",
        f"{ratio:.2f} ({handler * 1000:.0f} ÷ {bare * 1000:.0f} ms;"
        f" the framework alone has {framework / bare:.2f})",
        ratio <= RATIO_MAX,
    )


def _cpu_s(program: str, compiled: str) -> float:
    environment = {
        **os.environ,
        "PYTHONPYCACHEPREFIX": compiled,
        "PYTHONDONTWRITEBYTECODE": "",
    }
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    return float(ended.stdout)
