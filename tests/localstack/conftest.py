"""Tests of the local runtime itself; most need no AWS, the others share one."""

from tests.support.local_stack import emulator, pytest_itemcollected, stack

__all__ = ["emulator", "pytest_itemcollected", "stack"]
