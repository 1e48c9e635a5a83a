"""Imports the modules named on the command line and prints all that got loaded, as JSON.

It fails where one of our own modules reads the environment, or anybody opens a socket.
"""

import importlib
import json
import os
import socket
import sys
from collections.abc import Iterator, MutableMapping
from typing import Any, NoReturn

OURS = ("novapay", "functions")


class Watched(MutableMapping[str, str]):
    """An environment that tells who reads it."""

    def __getitem__(self, name: str) -> str:
        self._refuse_ours(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        self._refuse_ours("all of it")
        return iter(())

    def __len__(self) -> int:
        return 0

    def __setitem__(self, name: str, value: str) -> None:
        """Forget it: some libraries leave notes for themselves."""

    def __delitem__(self, name: str) -> None:
        raise KeyError(name)

    @staticmethod
    def _refuse_ours(name: str) -> None:
        # Only whoever asks directly, or through one function of the standard library.
        frame: Any = sys._getframe(2)
        while frame and frame.f_globals["__name__"] in {
            "os",
            "collections.abc",
            "_collections_abc",
        }:
            frame = frame.f_back
        asking = frame.f_globals["__name__"]
        if asking.partition(".")[0] in OURS:
            raise AssertionError(f"{asking} reads {name} from the environment")


def refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("importing opens a socket")


def main() -> None:
    os.environ = Watched()  # type: ignore[assignment]  # noqa: B003 - not to clear it, to watch it
    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.create_connection = refuse
    socket.getaddrinfo = refuse
    for name in sys.argv[1:]:
        importlib.import_module(name)
    sys.stdout.write(json.dumps(sorted(sys.modules)))


main()
