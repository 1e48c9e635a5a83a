"""What the documents show is held against NovaPay on an embedded AWS."""

from tests.support.local_stack import emulator, pytest_itemcollected, stack

__all__ = ["emulator", "pytest_itemcollected", "stack"]
