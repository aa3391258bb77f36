"""Links as planners type them: "3", "3FS+2d", "5SS-4h, 7FF+50%", "2FS+1ed". Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from projects.models import Project

#: The columns of a link behind its row, in the order of `TypedLink`.
LAG_FIELDS: Final = ("link_type", "lag_kind", "lag_minutes", "lag_percent", "lag_unit")
#: The other spellings are those of the Japanese Microsoft Project.
TYPES = {"FS": "FS", "SS": "SS", "FF": "FF", "SF": "SF"}
UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分", "分間"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "時間", "時"), "h"),
    **dict.fromkeys(("d", "dy", "dys", "day", "days", "日", "日間", "営業日"), "d"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "週", "週間"), "w"),
    **dict.fromkeys(("mo", "mon", "mons", "month", "months", "月", "か月", "ヶ月", "ヵ月", "カ月", "ケ月", "箇月"), "mo"),
    **dict.fromkeys(("か月間", "ヶ月間", "ヵ月間", "カ月間"), "mo"),
}  # fmt: skip
_LAG = r"(?:(?P<sign>[+-])\s*(?P<amount>\d{1,6}(?:\.\d{1,3})?)\s*(?P<elapsed>[eE経](?:過)?)?(?P<unit>%|[A-Za-z分時間日週月かヶヵカケ箇営業]+)?)?"
_LINK = re.compile(r"(?P<row>\d{1,7})\s*(?:行目?)?\s*(?P<type>FS|SS|FF|SF)?\s*" + _LAG, re.IGNORECASE)
#: A row that is called by its code or its title.
_NAMED = re.compile(r"(?P<row>.+?)\s*(?P<type>FS|SS|FF|SF)?\s*" + _LAG, re.IGNORECASE)
#: The row number that a code or a title means, or None.
Finder = Callable[[str], int | None]


class TypedLink(NamedTuple):
    """A link to the row with this number; lag in minutes, or in % of the predecessor's duration."""

    row: int
    link_type: str = "FS"
    lag_kind: str = "working"
    lag_minutes: int = 0
    lag_percent: float = 0.0
    lag_unit: str = "d"


class LinkTextError(ValueError):
    """A piece of the text is no link; `piece` is what was typed."""

    def __init__(self, piece: str) -> None:
        super().__init__(f"{piece!r} is not a link")
        self.piece = piece


def minutes_per(unit: str, *, day: int, week: int, month: int, elapsed: bool) -> int:
    """Minutes of one unit: of working time, or on the clock."""
    if elapsed:
        return {"m": 1, "h": 60, "d": 1440, "w": 10_080, "mo": 43_200}[unit]
    return {"m": 1, "h": 60, "d": day, "w": week, "mo": month}[unit]


def parse_links(
    text: str, find: Finder | None = None, /, *, day: int, week: int, month: int
) -> list[TypedLink]:
    """Every link in the text; `day`, `week`, `month` are the project's working minutes of each.

    `find` knows the rows by other names than their numbers; what it raises is passed on.
    """
    clean = unicodedata.normalize("NFKC", text).replace("−", "-").replace("、", ",")
    pieces = [piece.strip() for piece in re.split(r"[,;\n\t]", clean) if piece.strip()]
    return [_parse(piece, find, day=day, week=week, month=month) for piece in pieces]


def _parse(piece: str, find: Finder | None, *, day: int, week: int, month: int) -> TypedLink:
    found = _LINK.fullmatch(piece)
    if found:
        row = int(found["row"])
    else:
        # A title may end like a link: the whole is tried before what stands before its type.
        found = _NAMED.fullmatch(piece)
        whole = find(piece) if find and found else None
        if whole is not None:
            return TypedLink(whole)
        named = find(found["row"]) if find and found and (found["type"] or found["amount"]) else None
        if not found or named is None:
            raise LinkTextError(piece)
        row = named
    link_type = (found["type"] or "FS").upper()
    if not found["amount"]:
        return TypedLink(row, link_type)
    amount = float(found["amount"]) * (-1 if found["sign"] == "-" else 1)
    elapsed = bool(found["elapsed"])
    if found["unit"] == "%":
        return TypedLink(row, link_type, "elapsed_percent" if elapsed else "percent", 0, amount, "%")
    unit = UNITS.get((found["unit"] or "d").lower())
    if unit is None:
        raise LinkTextError(piece)
    minutes = round(amount * minutes_per(unit, day=day, week=week, month=month, elapsed=elapsed))
    return TypedLink(
        row, link_type, "elapsed" if elapsed else "working", minutes, 0.0, ("e" if elapsed else "") + unit
    )


def format_link(link: TypedLink, *, day: int, week: int, month: int) -> str:
    """The text that gives this link again; plain FS is the number alone."""
    text = f"{link.row}{'' if link.link_type == 'FS' and not (link.lag_minutes or link.lag_percent) else link.link_type}"
    if link.lag_percent:
        return f"{text}{link.lag_percent:+g}{'e' if link.lag_kind == 'elapsed_percent' else ''}%"
    if not link.lag_minutes:
        return text
    unit = link.lag_unit.lstrip("e") if link.lag_unit not in {"", "%"} else "d"
    unit = unit if unit in {"m", "h", "d", "w", "mo"} else "d"
    elapsed = link.lag_kind == "elapsed"
    size = minutes_per(unit, day=day, week=week, month=month, elapsed=elapsed)
    if round(link.lag_minutes / size, 3) * size != link.lag_minutes:
        unit, size = ("h", 60) if link.lag_minutes % 60 == 0 else ("m", 1)
    return f"{text}{link.lag_minutes / size:+g}{'e' if elapsed else ''}{unit}"


def units_of(project: Project) -> dict[str, int]:
    """Working minutes of the project's day, week and month, as link texts need them."""
    return {
        "day": project.minutes_per_day,
        "week": project.minutes_per_week,
        "month": project.minutes_per_day * project.days_per_month,
    }


def predecessors_text(project: Project, rows: list[tuple[Any, ...]]) -> str:
    """The text of a task's predecessors, from tuples (row, type, kind, minutes, percent, unit)."""
    units = units_of(project)
    return ", ".join(format_link(TypedLink(*row), **units) for row in sorted(rows))
