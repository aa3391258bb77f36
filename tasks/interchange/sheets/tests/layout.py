"""A layout: a file, and what a careful reader says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Task = dict[str, Any]
LAYOUTS: dict[str, Layout] = {}


@dataclass
class Layout:
    """`marked` are the (task, field) pairs that must be doubtful; of fields in `unsure` a marked value counts for right."""

    name: str
    make: Callable[[], bytes]
    tasks: list[Task]
    marked: set[tuple[int, str]] = field(default_factory=set)
    unsure: set[tuple[int, str]] = field(default_factory=set)


def day(text: str) -> date | None:
    """A day of 2026, "4/1", or of the next year, "+1/8"."""
    if not text:
        return None
    month, number = text.lstrip("+").split("/")
    return date(2027 if text.startswith("+") else 2026, int(month), int(number))


def task(level: int, name: str, span: str = "", people: str = "", **more: Any) -> Task:
    """`span` is "4/1-4/3", "4/1-" or "4/1"; people are split at commas."""
    start, dash, finish = span.partition("-")
    ends = {"start": day(start), "finish": day(finish if dash else start)}
    return {"level": level, "name": name, **ends, "people": people.split(",") if people else [], **more}


def layout(name: str, tasks: list[Task], **more: Any) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Registers the maker of a file below its name."""

    def keep(make: Callable[[], bytes]) -> Callable[[], bytes]:
        LAYOUTS[name] = Layout(name, make, tasks, **more)
        return make

    return keep
