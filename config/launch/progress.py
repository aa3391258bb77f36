"""One line a step, with the time it took."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

WIDTH: Final = 44


@contextlib.contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Say what is going on, then how long it took; the yielded call adds a word at the end of the line."""
    started = time.monotonic()
    words: list[str] = []
    print(f"  {name} ".ljust(WIDTH, "."), end="", flush=True)
    try:
        yield words.append
    except BaseException:
        print(" not done", flush=True)
        raise
    print(f"{time.monotonic() - started:7.1f} s", *words, flush=True)


def tell(name: str, seconds: float, *words: str) -> None:
    """The same line for what has gone on elsewhere, once it is over."""
    print(f"  {name} ".ljust(WIDTH, ".") + f"{seconds:7.1f} s", *words, flush=True)


def say(text: str) -> None:
    """A line of its own."""
    print(text, flush=True)


def complain(text: str) -> None:
    """A line for what went wrong."""
    print(text, file=sys.stderr, flush=True)
