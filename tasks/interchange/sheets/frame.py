"""What a table needs to become a plan and does not say itself, and what is told of it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from projects.worktime.rules import CalendarRules
from tasks.interchange.notices import Notice, NoticeCode, NoticeKind

#: Of each kind of notice so many are told, and the rest counted.
MOST_OF_A_KIND: Final = 100


@dataclass(frozen=True, slots=True)
class Frame:
    """What a table does not say: the project that it is read for. Without a calendar: Monday to Friday, 8–12 and 13–17."""

    #: On which a plan begins in which no day stands.
    today: date
    calendar_id: int | None = None
    calendars: tuple[CalendarRules, ...] = ()
    minutes_per_day: int = 480
    minutes_per_week: int = 2400
    days_per_month: int = 20
    status_minute: int | None = None
    honors_constraints: bool = True
    #: Whether people whom no resource is called as are made; else they are left out.
    makes_people: bool = True
    #: Names of resources that are there, by what a cell may call them, folded (`folded_name`).
    people: Mapping[str, str] = field(default_factory=dict)
    #: What was said of people by what cells call them, folded: who is meant, "" for a new one, None for no one.
    decided: Mapping[str, str | None] = field(default_factory=dict)


class Notices:
    """What is told of the file; of each kind a hundred, and how many more there are."""

    def __init__(self) -> None:
        self._kept: list[Notice] = []
        self._counts: Counter[tuple[NoticeKind, NoticeCode]] = Counter()

    def add(self, kind: NoticeKind, code: NoticeCode, **params: str | int) -> None:
        """One of them."""
        self._counts[kind, code] += 1
        if self._counts[kind, code] <= MOST_OF_A_KIND:
            self._kept.append(
                Notice(kind, code, tuple(params.items()), f"{code}: {', '.join(map(str, params.values()))}")
            )

    def all(self) -> tuple[Notice, ...]:
        """In the order in which they were told."""
        more = [
            Notice(
                kind, "more_notices", (("code", code), ("more", count - MOST_OF_A_KIND)),
                f"{count - MOST_OF_A_KIND} more of {code}",
            )
            for (kind, code), count in self._counts.items()
            if count > MOST_OF_A_KIND
        ]  # fmt: skip
        return (*self._kept, *more)


def folded_name(name: str) -> str:
    """A name without its spaces and widths: 「藍沢　湊」 and 「藍沢 湊」 are one person."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
