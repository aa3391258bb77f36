"""What a person can choose about a report; kept with it as JSON, since it decides every byte beside the data."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

#: Parts of the progress report that can be left out.
PARTS: Final = ("trend", "milestones", "late", "load")
PAPERS: Final = ("a4", "a3")
#: A utilization report looks at most so far.
MOST_WEEKS: Final = 53
USUAL_WEEKS: Final = 13
#: Boxes for seals that fit beside a title, and letters above one of them.
MOST_SEALS: Final = 5
LONGEST_SEAL: Final = 10


@dataclass(frozen=True, slots=True)
class Written:
    """What a person writes for a report; the texts are Markdown."""

    addressee: str = ""
    author: str = ""
    #: What stands above each box for a seal.
    seals: tuple[str, ...] = ()
    summary: str = ""
    issues: str = ""
    measures: str = ""

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Written:
        """From a row's JSON."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        return cls(**values | {"seals": tuple(stored.get("seals", ()))})


@dataclass(frozen=True, slots=True)
class Options:
    """Language, money, paper, the day that it is about, the period, which parts, and what was written for it."""

    on: dt.date
    language: str = "ja"
    money: bool = False
    paper: str = "a4"
    parts: tuple[str, ...] = PARTS
    first: dt.date | None = None
    last: dt.date | None = None
    written: Written | None = None

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Options:
        """From a row's JSON; what another build has written there is left out."""
        days = {name: stored.get(name) for name in ("on", "first", "last")}
        known = {name: dt.date.fromisoformat(day) for name, day in days.items() if day}
        return cls(
            on=known["on"],
            language=stored.get("language", "ja"),
            money=bool(stored.get("money")),
            paper=stored.get("paper", "a4"),
            parts=tuple(part for part in PARTS if part in stored.get("parts", PARTS)),
            first=known.get("first"),
            last=known.get("last"),
            written=Written.read(stored["written"]) if stored.get("written") else None,
        )

    def store(self) -> dict[str, Any]:
        """As JSON."""
        values = asdict(self)
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in values.items()
            if value is not None
        } | {"parts": list(self.parts)}

    def without_money(self) -> Options:
        """The same for a user who may not see any."""
        return replace(self, money=False)


def weeks_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """The Mondays of the weeks from one day to another, as many as a report holds."""
    monday = first - dt.timedelta(days=first.weekday())
    count = min(max((last - monday).days // 7 + 1, 1), MOST_WEEKS)
    return [monday + dt.timedelta(weeks=number) for number in range(count)]
