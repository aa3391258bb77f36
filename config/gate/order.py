"""The order of the tests, drawn anew for each run: a test that needs another one before it shows itself.

`--seed N` draws the order of an earlier run again; each run prints its number. Files are shuffled, the classes of a
file, and the tests of a class, so that what a file or a class shares is still made once.
Each process begins with its part of the list, and the first that is done takes over from the end of another's
(`--dist worksteal`). So each part is led by what takes long, and nothing long is left for the end, where one process waits:
what opens a browser leads the first part, where one process starts the site and the browser, and what starts programs
the second. With a third process there are two that open browsers, each half of the files.
"""

from __future__ import annotations

import os
import random
import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pytest

#: By this variable the processes of one run know its number: those of xdist do not see what a plugin sets on options.
INHERITED = "ITDO_TESTS_SEED"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--seed`."""
    parser.addoption(
        "--seed", type=int, help="draw the order of the tests from this number, printed by each run"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Draw a number; further processes of the run inherit it, and so collect in the same order."""
    if hasattr(config, "workerinput"):
        config.option.seed = int(os.environ[INHERITED])
    elif config.option.seed is None:
        config.option.seed = secrets.randbelow(100_000)
    os.environ[INHERITED] = str(config.option.seed)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Print it before anything can go wrong."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"The order of the tests is that of --seed {session.config.option.seed}.")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle, then lead the part of each process with what takes long."""
    parts: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in _shuffled(items, random.Random(config.option.seed)):
        parts[_part_of(item)].append(item)
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    windows = _halves(parts["browser"]) if processes > 2 else [parts["browser"]]
    items[:] = _laid_out([windows[0], parts["programs"], *windows[1:]], parts["others"])


def _halves(items: Sequence[pytest.Item]) -> list[list[pytest.Item]]:
    """Every other file in each."""
    halves: list[list[pytest.Item]] = [[], []]
    files: dict[str, int] = {}
    for item in items:
        halves[files.setdefault(_file_of(item), len(files)) % 2].append(item)
    return halves


def _laid_out(leads: Sequence[list[pytest.Item]], others: list[pytest.Item]) -> list[pytest.Item]:
    """As many equal parts as there are leads, each begun by one of them; xdist deals out the list in such parts."""
    laid: list[pytest.Item] = []
    total = sum(map(len, leads)) + len(others)
    for number, lead in enumerate(leads):
        part = (total - len(laid)) // (len(leads) - number)
        filled = max(part - len(lead), 0)
        laid += [*lead, *others[:filled]]
        others = others[filled:]
    return [*laid, *others]


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _part_of(item: pytest.Item) -> str:
    # Without a browser, but on the site that another process would start once more.
    if item.get_closest_marker("browser") or "site" in getattr(item, "fixturenames", ()):
        return "browser"
    return "programs" if item.nodeid.startswith("tests/") else "others"


def _shuffled(items: list[pytest.Item], drawn: random.Random) -> Iterator[pytest.Item]:
    """Files in any order, classes in any order within them, tests in any order within those."""
    files: dict[str, dict[object, list[pytest.Item]]] = {}
    for item in items:
        file = files.setdefault(_file_of(item), {})
        file.setdefault(getattr(item, "cls", None), []).append(item)
    for file in drawn.sample(list(files.values()), len(files)):
        for tests in drawn.sample(list(file.values()), len(file)):
            yield from drawn.sample(tests, len(tests))
