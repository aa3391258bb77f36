"""What a drill found, beside what was to be reached, and when."""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

from tests.ops.files import ROOT

FOLDER: Final = ROOT / ".state" / "drills"


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: str
    aim: str
    held: bool


class Figures:
    """The lines of one test, written down at its end whatever happened."""

    def __init__(self) -> None:
        self.lines: list[Figure] = []

    def add(self, name: str, value: object, *, aim: str = "", held: bool = True) -> None:
        """Note a figure; one that does not hold fails the drill at its end, so that the others are still seen."""
        shown = (
            f"{value:,.2f}"
            if isinstance(value, float)
            else f"{value:,}"
            if isinstance(value, int)
            else str(value)
        )
        self.lines.append(Figure(name, shown, aim, held))

    def missed(self) -> list[Figure]:
        """Those that were not reached."""
        return [line for line in self.lines if not line.held]

    def save(self, drill: str, test: str) -> None:
        """Keep them beside those of the drill's other tests."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        path = FOLDER / f"{drill}.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        known[test] = [asdict(line) for line in self.lines]
        path.write_text(json.dumps(known, ensure_ascii=False, indent=1))


def read(drill: str) -> list[Figure]:
    """All lines that a drill has written."""
    path = FOLDER / f"{drill}.json"
    known: dict[str, list[dict[str, object]]] = json.loads(path.read_text()) if path.exists() else {}
    return [Figure(**line) for lines in known.values() for line in lines]  # type: ignore[arg-type]  # as saved


def forget(drill: str) -> None:
    """Before a drill runs again."""
    (FOLDER / f"{drill}.json").unlink(missing_ok=True)


@dataclass(frozen=True)
class Run:
    """One run of a drill: when (UTC), seconds, how many programs wanted a processor in its last minutes, and how it ended."""

    drill: str
    at: str
    seconds: int
    load: float
    machine: str
    outcome: str


def note_run(drill: str, outcome: str, seconds: float) -> None:
    """Keep that it was run; all runs are kept, since one that held once says little."""
    system = "unknown"
    with suppress(OSError):
        system = platform.freedesktop_os_release().get("PRETTY_NAME", system)
    run = Run(
        drill, f"{datetime.now(UTC):%Y-%m-%d %H:%M}", round(seconds), round(os.getloadavg()[1], 1),
        f"{os.cpu_count()} processors, {system}", outcome,
    )  # fmt: skip
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run)) + "\n")


def runs(drill: str) -> list[Run]:
    """All runs of a drill on this machine, the last one last."""
    path = FOLDER / "runs.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [run for line in lines if (run := Run(**json.loads(line))).drill == drill]
