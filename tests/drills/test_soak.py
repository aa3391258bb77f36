"""The product as `bin/run` starts it, asked for as many pages in minutes as in a week: its memory and its files stay bounded.

SOAK_REQUESTS and SOAK_MINUTES make it shorter, or longer: it ends when so many requests are done and so many minutes over. It runs in a
clone of its own; with SOAK_HERE=1 in this one, whose demo is loaded already and whose `bin/run` must not be running.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from bench import memory
from tests.drills.kit.figures import Figures
from tests.drills.kit.readers import Load
from tests.launcher import clones
from tests.launcher.clones import Clone
from tests.launcher.test_run import Running
from tests.ops.files import ROOT

REQUESTS: Final = int(os.environ.get("SOAK_REQUESTS", "50000"))
MINUTES: Final = float(os.environ.get("SOAK_MINUTES", "20"))
READERS: Final = 4
EVERY_SECONDS: Final = 5.0
PORT: Final = 8650
#: What a part may hold more in the last quarter than in the second, when all that is loaded once has been (MiB and share).
MORE_MEMORY: Final = 8.0
MORE_SHARE: Final = 0.05
#: What files may grow by for each thousand requests (KiB), beyond what PostgreSQL and Valkey write once and use again.
MORE_FILES: Final = 64.0


@dataclass
class Sample:
    """MiB of each part, and bytes of each kind of file."""

    done: int
    held: dict[str, float]
    files: dict[str, int]


def family(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(each for child in memory.children(pid) for each in family(child))]


def parts_of(run: Running, clone: Clone) -> dict[str, list[int]]:
    """Processes by what they are for."""
    found: dict[str, list[int]] = {"bin/run": [run.process.pid], "PostgreSQL": family(clone.postgres_pid())}
    for child in memory.children(run.process.pid):
        words = Path(f"/proc/{child}/cmdline").read_text(errors="replace")
        name = next((name for word, name in NAMES.items() if word in words), "other")
        found.setdefault(name, []).extend(family(child))
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and "valkey-server" in _words(entry) and _works_in(entry, clone.state):
            found.setdefault("Valkey", []).append(int(entry.name))
    return found


NAMES: Final = {"gunicorn": "site", "worker": "worker", "beat": "clock"}


def _words(process: Path) -> str:
    try:
        return (process / "cmdline").read_text(errors="replace")
    except OSError:
        return ""


def _works_in(process: Path, state: Path) -> bool:
    try:
        return (process / "cwd").readlink().is_relative_to(state)
    except OSError:
        return False


def look(run: Running, clone: Clone, done: int) -> Sample:
    """Memory and files of this moment; a process that ends meanwhile has none."""
    held: dict[str, float] = {}
    for name, pids in parts_of(run, clone).items():
        for pid in pids:
            try:
                held[name] = held.get(name, 0.0) + memory.proportional(pid)
            except (OSError, LookupError):
                continue
    return Sample(done, held, files_of(clone))


def files_of(clone: Clone) -> dict[str, int]:
    """Bytes on disk, without programs that are copied there once."""
    found: Counter[str] = Counter()
    for path in clone.state.rglob("*"):
        kind = path.relative_to(clone.state).parts[0]
        if "pg_wal" in path.parts:
            kind = "pg_wal"
        if kind.startswith("programs"):
            continue
        try:
            if path.is_file():
                found[kind] += path.stat().st_blocks * 512
        except OSError:
            continue
    return dict(found)


@contextmanager
def _place() -> Iterator[Clone]:
    if os.environ.get("SOAK_HERE"):
        yield Clone(ROOT)
        return
    with clones.parent_folder() as parent, clones.whole_project(parent) as clone:
        yield clone


@pytest.fixture
def run() -> Iterator[tuple[Running, Clone]]:
    """A clone of its own, without limits, since four readers ask for what a company asks for."""
    with _place() as clone:
        os.environ["LIMITS"] = "off"
        try:
            running = Running(clone, "--port", str(PORT))
        finally:
            del os.environ["LIMITS"]
        try:
            yield running, clone
        finally:
            running.end(signal.SIGTERM)


class TestSoak:
    def test_memory_and_files_stay_bounded(self, run: tuple[Running, Clone], figures: Figures) -> None:
        running, clone = run
        load = Load(running.address, REQUESTS, MINUTES)
        load.ends = time.monotonic() + MINUTES * 60
        samples = [look(running, clone, 0)]
        with ThreadPoolExecutor(READERS) as pool:
            readers = [pool.submit(load.run, number) for number in range(READERS)]
            while not all(reader.done() for reader in readers):
                time.sleep(EVERY_SECONDS)
                samples.append(look(running, clone, load.done))
            for reader in readers:
                reader.result()
        wrong = {status: count for status, count in load.statuses.items() if status >= 400}
        figures.add("Requests", load.done, aim=f">= {REQUESTS:,}", held=load.done >= REQUESTS)
        figures.add("Not answered well", str(wrong or 0), aim="0", held=not wrong)
        figures.add(
            "Started again",
            running.said.count("(started again)"),
            aim="0",
            held="(started again)" not in running.said,
        )
        tell_memory(samples, figures)
        tell_files(samples, figures)


def tell_memory(samples: list[Sample], figures: Figures) -> None:
    """Medians of the second quarter and of the last, by part."""
    second, last = quarters(samples)
    for name in sorted({name for sample in samples for name in sample.held}):
        before, after = (
            statistics.median(sample.held.get(name, 0.0) for sample in part) for part in (second, last)
        )
        most = before + max(MORE_MEMORY, before * MORE_SHARE)
        figures.add(
            f"{name}, MiB (PSS): second quarter, last",
            f"{before:.1f}, {after:.1f}",
            aim=f"<= {most:.1f}",
            held=after <= most,
        )


def tell_files(samples: list[Sample], figures: Figures) -> None:
    """What was written between the same two quarters, a thousand requests."""
    second, last = quarters(samples)
    thousands = max((last[-1].done - second[0].done) / 1000, 0.001)
    for name in sorted(last[-1].files):
        before, after = second[0].files.get(name, 0), last[-1].files[name]
        each = (after - before) / 1024 / thousands
        # The log of writes and Valkey's file are rewritten at a size of their own.
        is_bounded = name in {"pg_wal", "valkey"} or each <= MORE_FILES
        figures.add(
            f".state/{name}, KiB: now; more by a thousand requests", f"{after / 1024:,.0f}; {each:+.1f}", aim=f"<= {MORE_FILES:.0f}",
            held=is_bounded,
        )  # fmt: skip


def quarters(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """The second and the last."""
    size = max(len(samples) // 4, 1)
    return samples[size : 2 * size], samples[-size:]
