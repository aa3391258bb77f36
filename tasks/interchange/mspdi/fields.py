"""Typed access to the elements of one item; what can't be read is noted, never raised."""

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.interchange.mspdi import values
from tasks.interchange.notices import Notice, NoticeCode, NoticeKind, Param
from tasks.interchange.plan_file import Extra
from tasks.interchange.refusals import TooManyItems
from tasks.interchange.xml.items import Node

T = TypeVar("T")
MAX_NOTICES_PER_CODE = 100
MAX_EXTRAS = 500_000
_SHOWN = 60
_NAME_SHOWN = 40
_ZONES_SHOWN = 3
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_WITHOUT_ZONE = len("2026-11-02T08:00:00")


class Notebook:
    """Collects notices; of each kind a hundred are kept and the rest counted, so that a bad file stays readable."""

    def __init__(self) -> None:
        self.kept: list[Notice] = []
        self.counts: Counter[NoticeCode] = Counter()
        self.zones: Counter[str] = Counter()  # of moments that name one

    def note(self, kind: NoticeKind, code: NoticeCode, text: str, /, **params: Param) -> None:
        self.counts[code] += 1
        if self.counts[code] <= MAX_NOTICES_PER_CODE:
            shown = tuple((name, _short(value)) for name, value in params.items())
            self.kept.append(Notice(kind, code, shown, text.format(**dict(shown))))

    def doubt(self, code: NoticeCode, text: str, /, **params: Param) -> None:
        self.note("doubtful", code, text, **params)

    def lose(self, code: NoticeCode, text: str, /, **params: Param) -> None:
        self.note("lost", code, text, **params)

    def zone_of(self, text: str) -> None:
        """Remember the time zone of a moment that names one: a plan lives on the wall clock, without any."""
        zone = _ZONE.search(text)
        if zone is not None:
            self.zones[zone[0]] += 1

    def finished(self) -> tuple[Notice, ...]:
        if self.zones:
            self.doubt(
                "time_zone_ignored",
                "{count} moments name a time zone ({zones}); they are taken as the time of day that they show.",
                count=self.zones.total(),
                zones=", ".join(sorted(self.zones)[:_ZONES_SHOWN]),
            )
        for code, count in list(self.counts.items()):
            if count > MAX_NOTICES_PER_CODE:
                more = count - MAX_NOTICES_PER_CODE
                self.lose("more_notices", "… and {more} more of the kind {code}.", code=code, more=more)
        return tuple(self.kept)


def _short(value: Param) -> Param:
    if isinstance(value, str) and len(value) > _SHOWN:
        return value[:_SHOWN] + "…"
    return value


class Keeper:
    """Turns elements that are not interpreted into ``Extra``; equal ones share one object."""

    def __init__(self) -> None:
        self.cache: dict[tuple[str, str], Extra] = {}
        self.room = MAX_EXTRAS

    def keep(self, node: Node) -> Extra:
        name, value = node
        if isinstance(value, str):
            known = self.cache.get((name, value))
            if known is None:
                self._count()
                known = Extra(name, value)
                if len(value) <= _SHOWN:
                    self.cache[name, value] = known
            return known
        self._count()
        return Extra(name, "", tuple(self.keep(child) for child in value))

    def _count(self) -> None:
        self.room -= 1
        if self.room < 0:
            raise TooManyItems(kind="further element", limit=MAX_EXTRAS)


class Fields:
    """The leaves of one item by name."""

    __slots__ = ("leaf", "name", "notebook", "uid", "where")

    def __init__(self, nodes: "list[Node]", where: str, notebook: Notebook) -> None:
        self.leaf: dict[str, str] = {name: value for name, value in nodes if isinstance(value, str)}
        self.where = where
        self.notebook = notebook
        self.uid: int = -1
        self.name = ""

    def text(self, element: str) -> str:
        return self.leaf.get(element, "")

    def short(self, element: str, most: int) -> str:
        """A name, cut where it is longer than what can be kept."""
        text = self.leaf.get(element, "")
        if len(text) <= most:
            return text
        self.notebook.lose(
            "name_cut",
            "{where} {uid} has a name of more than {length} characters ('{name}…'); the rest is left out.",
            where=self.where,
            uid=self.uid if self.uid >= 0 else "?",
            name=text[:_NAME_SHOWN],
            length=most,
        )
        return text[:most]

    def moment(self, element: str) -> int | None:
        text = self.leaf.get(element)
        if text and len(text) > _WITHOUT_ZONE:
            self.notebook.zone_of(text)
        return self._parse(element, text, _moment, None) if text else None

    def day(self, element: str) -> int | None:
        """The day alone: an end at 23:59:59 must not be rounded into the next one."""
        text = self.leaf.get(element)
        if text and len(text) > _WITHOUT_ZONE:
            self.notebook.zone_of(text)
        return self._parse(element, text, _day, None) if text else None

    def amount(self, element: str, default: int | None = None) -> int | None:
        text = self.leaf.get(element)
        if text is None:
            return default
        return self._parse(element, text, _amount, default)

    def tenths(self, element: str, default: int | None = None) -> int | None:
        text = self.leaf.get(element)
        return self._parse(element, text, values.parse_tenths, default) if text else default

    def number(self, element: str, default: int) -> int:
        text = self.leaf.get(element)
        return self._parse(element, text, _number, default) if text else default

    def whole(self, element: str) -> int | None:
        text = self.leaf.get(element)
        return self._parse(element, text, _number, None) if text else None

    def decimal(self, element: str) -> Decimal | None:
        text = self.leaf.get(element)
        return self._parse(element, text, values.parse_decimal, None) if text else None

    def money(self, element: str) -> Decimal | None:
        text = self.leaf.get(element)
        return self._parse(element, text, values.parse_money, None) if text else None

    def floating(self, element: str, default: float) -> float:
        text = self.leaf.get(element)
        return self._parse(element, text, values.parse_float, default) if text else default

    def flag(self, element: str, default: bool = False) -> bool:
        text = self.leaf.get(element)
        if text is None or text == "":
            return default
        return text == "1" if text in "01" else self._parse(element, text, values.parse_flag, default)

    def time(self, element: str, default: int) -> int:
        text = self.leaf.get(element)
        return self._parse(element, text, values.parse_time, default) if text else default

    def choice(self, element: str, choices: dict[int, T], default: T) -> T:
        text = self.leaf.get(element)
        if not text:
            return default
        try:
            return choices[int(text)]
        except (KeyError, ValueError):
            self._unreadable(element, text, str(default))
            return default

    def _parse(self, element: str, text: str, parse: Callable[[str], T], default: T) -> T:
        try:
            return parse(text)
        except values.OutOfRange:
            self.notebook.doubt(
                "value_out_of_range",
                "{where} {uid} '{name}': {element} '{value}' is further away than any plan reaches; it is taken as "
                "{used}.",
                **self._place(element, text, default),
            )
        except (ValueError, OverflowError):
            self._unreadable(element, text, default)
        return default

    def _unreadable(self, element: str, text: str, default: object) -> None:
        self.notebook.doubt(
            "value_unreadable",
            "{where} {uid} '{name}': {element} '{value}' can't be read; it is taken as {used}.",
            **self._place(element, text, default),
        )

    def _place(self, element: str, text: str, default: object) -> dict[str, Param]:
        used = "not set" if default is None else str(default)
        return {
            "where": self.where,
            "uid": self.uid if self.uid >= 0 else "?",  # the project has none, and a row may have lost it
            "name": self.name,
            "element": element,
            "value": text,
            "used": used,
        }


class _Remembering(dict[str, int]):
    """Parsed texts; files repeat the same moments and amounts, and equal ones can share one number."""

    def __init__(self, parse: Callable[[str], int], room: int = 50_000) -> None:
        super().__init__()
        self.parse = parse
        self.room = room

    def __missing__(self, text: str) -> int:
        result = self.parse(text)
        if len(self) >= self.room:
            self.clear()
        self[text] = result
        return result


def _day(text: str) -> int:
    return _moment(text.strip()[:10]) // MINUTES_PER_DAY


_moment = _Remembering(values.parse_moment).__getitem__
_amount = _Remembering(values.parse_amount).__getitem__
_number = _Remembering(values.parse_number).__getitem__
