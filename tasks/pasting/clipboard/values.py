"""What a cell of a spreadsheet means where its picture says less: days of the calendar, shares, figures too wide for their column."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY_ZERO: Final = date(1899, 12, 30)
#: From 1970 on to 2200, as plans know years.
_FIRST_DAY, _LAST_DAY = 25_569, 109_938
_QUOTED: Final = re.compile(r'\\.|"[^"]*"|\[[^\]]*\]|_.|\*.')
_OVERFLOWN: Final = re.compile(r"#+")
_FIGURE: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?(?:[eE][-+]?\d{1,2})?")
_NAMED: Final = {"short date": "d", "medium date": "d", "long date": "d", "general date": "d", "percent": "%"}
_CSS_FORMAT: Final = re.compile(r'mso-number-format:\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]+))')
_CSS_INDENT: Final = re.compile(r"mso-char-indent-count:\s*(\d{1,3})")
#: What LibreOffice and pages of other programs write for one step of an indent: from 9 to 12 points.
_CSS_PADDING: Final = re.compile(r"padding-left:\s*(\d{1,4})(?:\.\d+)?(px|pt)")
_STEP: Final = {"px": 9, "pt": 7}
#: The kinds of number formats of Google Sheets that are days.
_SHEETS_DAYS: Final = {5, 7}


class Style(NamedTuple):
    """What a class or a cell says of its looks, as far as it carries meaning."""

    #: The number format, reduced to what it shows: "d" a day, "%" a share, or nothing.
    format: str = ""
    indent: int = 0


def style_of(css: str) -> Style:
    """Of the declarations of a class or a cell."""
    number = _CSS_FORMAT.search(css)
    indent, padding = _CSS_INDENT.search(css), _CSS_PADDING.search(css)
    steps = int(indent[1]) if indent else int(padding[1]) // _STEP[padding[2]] if padding else 0
    return Style(format_of((number[1] or number[2]).replace("\\", "")) if number else "", min(steps, 50))


def format_of(pattern: str) -> str:
    """What a number format shows: a day ("d"), a share ("%"), or anything else."""
    named = _NAMED.get(pattern.strip().lower())
    if named:
        return named
    bare = _QUOTED.sub("", pattern).lower()
    if "%" in bare:
        return "%"
    return "d" if "y" in bare or "d" in bare or "e/" in bare or "ge" in bare else ""


def day_of_serial(number: float) -> date | None:
    """The day that a spreadsheet keeps as this number; nothing outside of the years that plans know."""
    if not _FIRST_DAY <= number < _LAST_DAY:
        return None
    return _DAY_ZERO + timedelta(days=int(number))


def serial_of(day: date) -> int:
    """The number that spreadsheets keep for a day."""
    return (day - _DAY_ZERO).days


def text_of(shown: str, raw: str, form: str) -> str:
    """The text that says what a cell means: its picture, or what is exact where the picture is not."""
    if not _FIGURE.fullmatch(raw):
        return shown
    number = float(raw)
    if form == "d":
        day = day_of_serial(number)
        return shown if day is None else f"{day:%Y/%m/%d}"
    if form == "%":
        return f"{round(number * 100, 6):g}%"
    return raw if _OVERFLOWN.fullmatch(shown.strip()) else shown


def raw_of(attributes: Mapping[str, str]) -> tuple[str, str]:
    """The bare value of a cell as Excel, LibreOffice and Google Sheets write it beside its picture, and its format."""
    if "x:num" in attributes:
        return attributes["x:num"], ""
    if "sdval" in attributes:
        return attributes["sdval"], format_of(attributes.get("sdnum", "").rpartition(";")[2])
    value = _json(attributes.get("data-sheets-value", ""))
    number = value.get("3")
    if value.get("1") != 3 or not isinstance(number, int | float):
        return "", ""
    form = _json(attributes.get("data-sheets-numberformat", ""))
    pattern = form.get("2")
    shown = format_of(pattern) if isinstance(pattern, str) and pattern else ""
    return f"{number!r}", shown or (
        "d" if form.get("1") in _SHEETS_DAYS else "%" if form.get("1") == 3 else ""
    )


def _json(text: str) -> dict[str, object]:
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
