"""Number formats, fills and indents of a workbook, reduced to what they may say of a plan."""

from __future__ import annotations

import re
from typing import Final

from tasks.interchange.sheets.grid import PLAIN, Style
from tasks.interchange.sheets.xlsx.package import Package, local

#: Built-in formats that show days; 27 to 36 and 50 to 58 are those of Japanese, Chinese and Korean Excel.
_DAYS: Final = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59)})
_TIMES: Final = frozenset({*range(18, 22), *range(32, 36), 45, 46, 47})
_SHARES: Final = frozenset({9, 10})
_QUOTED: Final = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')
_WHITE: Final = frozenset({"FFFFFF", "theme:0", "indexed:9", "indexed:64", "indexed:65", "indexed:1"})
_NO_FILL: Final = frozenset({"", "none"})
MOST_STYLES: Final = 70_000


def shows_of(pattern: str) -> tuple[str, str]:
    """What a number format shows ("d", "%", "t" or nothing), and the word that it writes behind a number."""
    first = pattern.split(";")[0]
    words = "".join(found[0] or found[1] for found in _QUOTED.findall(first)).strip()
    # Of "General" the first letters would be those of an era.
    bare = _QUOTED.sub("", first).lower().replace("general", "")
    if "%" in bare:
        return "%", ""
    if "y" in bare or "d" in bare or re.search(r"e[/.]|gg?e|m/|aaa", bare) or (bare.strip() == "m" and words):
        return "d", ""
    if "h" in bare or "s" in bare or "mm" in bare:
        return "t", ""
    return "", words


class Styles:
    """The style of each cell by its number."""

    def __init__(self, package: Package, part: str | None) -> None:
        self._formats: dict[int, str] = {}
        self._fonts: list[bool] = []
        self._fills: list[str] = []
        self._found: list[Style] = []
        self._inside = ""
        self._pattern = ""
        if part and package.has(part):
            package.parse(part, self._start, self._end)

    def __getitem__(self, number: int) -> Style:
        return self._found[number] if 0 <= number < len(self._found) else PLAIN

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name in ("fonts", "fills", "cellXfs", "cellStyleXfs", "dxfs"):
            self._inside = name
        elif name == "numFmt" and self._inside != "dxfs":
            self._formats[_int(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif self._inside == "fonts":
            self._font(name, attributes)
        elif self._inside == "fills":
            self._fill(name, attributes)
        elif self._inside == "cellXfs":
            self._cell(name, attributes)

    def _end(self, tag: str) -> None:
        if local(tag) == self._inside:
            self._inside = ""

    def _font(self, name: str, attributes: dict[str, str]) -> None:
        if name == "font":
            self._fonts.append(False)
        elif name == "b" and self._fonts:
            self._fonts[-1] = attributes.get("val", "1") not in ("0", "false")

    def _fill(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fill":
            self._fills.append("")
        elif name == "patternFill":
            self._pattern = attributes.get("patternType", "none" if not attributes else "")
            if self._pattern not in _NO_FILL and self._fills and self._pattern != "solid":
                self._fills[-1] = self._pattern
        elif name == "fgColor" and self._fills and self._pattern not in _NO_FILL:
            self._fills[-1] = _colour(attributes) or (self._pattern if self._pattern != "solid" else "")
        elif name == "gradientFill" and self._fills:
            self._fills[-1] = "gradient"

    def _cell(self, name: str, attributes: dict[str, str]) -> None:
        if name == "xf":
            if len(self._found) < MOST_STYLES:
                self._found.append(self._style(attributes))
        elif name == "alignment" and self._found:
            indent = min(_int(attributes.get("indent")), 50)
            self._found[-1] = self._found[-1]._replace(indent=indent)

    def _style(self, attributes: dict[str, str]) -> Style:
        number = _int(attributes.get("numFmtId"))
        if number in self._formats:
            shows, unit = shows_of(self._formats[number])
        else:
            shows, unit = (
                ("d" if number in _DAYS else "t" if number in _TIMES else "%" if number in _SHARES else ""),
                "",
            )
        fill, font = _int(attributes.get("fillId")), _int(attributes.get("fontId"))
        return Style(
            shows, unit, self._fills[fill] if fill < len(self._fills) else "",
            bold=font < len(self._fonts) and self._fonts[font],
        )  # fmt: skip


def _colour(attributes: dict[str, str]) -> str:
    """A name for a colour; "" for white, which is paper."""
    if "rgb" in attributes:
        name = attributes["rgb"][-6:].upper()
    elif "theme" in attributes:
        tint = attributes.get("tint", "")
        name = f"theme:{attributes['theme']}" + (
            f":{float(tint):.2f}" if _is_figure(tint) and float(tint) else ""
        )
    elif "indexed" in attributes:
        name = f"indexed:{attributes['indexed']}"
    else:
        return ""
    return "" if name in _WHITE else name


def _is_figure(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?", text))


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else 0
