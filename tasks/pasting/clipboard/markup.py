"""The tables of clipboard HTML as Excel, LibreOffice, Google Sheets and Numbers write it. Nothing of it is rendered: only texts are kept.

One walk from tag to tag, in time that grows with the length alone, whatever is nested, spanned or left open.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

from tasks.pasting.clipboard.table import (
    LONGEST_CLIPBOARD,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    TooLargeError,
    trimmed,
)
from tasks.pasting.clipboard.values import Style, raw_of, style_of, text_of

if TYPE_CHECKING:
    from tasks.pasting.clipboard.table import Table

#: What is quoted may hold a ">". Possessive: no text makes it go back.
_TAG: Final = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})((?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z][\w:.-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
_TABLE: Final = re.compile("<table", re.IGNORECASE)
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
#: Attributes that mean something; a cell without them is not looked at closer.
_TELLING: Final = ("span", "x:", "sdval", "data-sheets", "style", "class")
_BREAKS: Final = frozenset({"br", "p", "div", "li"})
_RAW: Final = frozenset({"script", "style", "title", "xml", "textarea", "template", "noscript", "iframe"})
#: Steps of an indent, as a name in our own tables has them.
INDENT: Final = "\u3000"
#: So many different looks of cells are kept.
_MOST_KNOWN: Final = 2_000
#: More tags than the largest table has.
_MOST_TAGS: Final = 6 * MOST_CELLS


def read_html(html: str) -> Table | None:
    """The table in a piece of HTML, merged cells as a text and empty cells; None without one. Raises TooLargeError."""
    if len(html) > LONGEST_CLIPBOARD:
        raise TooLargeError("size")
    if not _TABLE.search(html):
        return None
    walk = _Walk()
    walk.over(html)
    return trimmed(walk.rows)


class _Looks(NamedTuple):
    """What the attributes of a cell say: themselves, its number format, how far it is set in."""

    attributes: dict[str, str]
    format: str
    indent: int


class _Walk:
    """Where the walk stands."""

    def __init__(self) -> None:
        self.rows: Table = []
        self.styles: dict[str, Style] = {}
        self._depth = 0  # of tables within tables: only the outer one has rows
        self._row: list[str] | None = None
        self._down: dict[int, int] = {}  # how many rows more a merged cell covers, by its column
        self._pieces: list[str] | None = None  # the texts of the open cell
        self._looks = _Looks({}, "", 0)
        #: Cells of a column look alike: what their attributes say is read once.
        self._known: dict[str, _Looks] = {}
        self._keeps_spaces = False
        self._count = 0

    def over(self, html: str) -> None:
        """Read all of it."""
        at = 0
        for _number in range(_MOST_TAGS):
            begin = html.find("<", at)
            if begin < 0:
                self._say(html[at:])
                break
            if self._pieces is not None and begin > at:
                self._say(html[at:begin])
            at = self._tag(html, begin)
            if at < 0:
                break
        else:
            raise TooLargeError("cells")
        self._end_row()

    def _tag(self, html: str, begin: int) -> int:
        """Take in a tag; the place behind it, or -1 where it never ends: nothing is read from there on."""
        if html.startswith("<!--", begin):
            end = html.find("-->", begin)
            return end + 3 if end >= 0 else -1
        if html.startswith(("<!", "<?"), begin):
            return html.find(">", begin) + 1 or -1
        following = html[begin + 1 : begin + 3]
        if not (following[:1].isalpha() or (following[:1] == "/" and following[1:].isalpha())):
            self._say("&lt;")
            return begin + 1
        tag = _TAG.match(html, begin)
        if tag is None:
            return -1
        name = tag[2].lower()
        if tag[1]:
            self._close(name)
        elif name in _RAW:
            return self._skip(html, tag[2], tag.end())
        else:
            self._open(name, tag[3])
        return tag.end()

    def _skip(self, html: str, name: str, at: int) -> int:
        """Past what is no text of a page; of style sheets the classes are kept."""
        end = html.find(f"</{name}", at)
        if end < 0:
            return -1
        if name.lower() == "style":
            rules = (rule.rpartition("{")[::2] for rule in html[at:end].split("}"))
            self.styles |= {names.strip().rpartition(".")[2]: style_of(said) for names, said in rules}
        return html.find(">", end) + 1 or -1

    def _open(self, name: str, attributes: str) -> None:
        if name == "table":
            self._depth += 1
        elif name in {"td", "th"} and self._depth == 1:
            self._end_cell()
            self._row = [] if self._row is None else self._row
            self._pieces, self._keeps_spaces = [], False
            self._looks = self._looks_of(attributes)
        elif name == "tr" and self._depth == 1:
            self._end_row()
            self._row = []
        elif name in _BREAKS:
            self._say("\n" if name == "br" else "\v")
        elif name in {"td", "th"}:
            self._say(" ")
        elif name == "span" and "mso-spacerun" in attributes:
            self._keeps_spaces = True

    def _close(self, name: str) -> None:
        if name == "table":
            if self._depth == 1:
                self._end_row()
            self._depth = max(self._depth - 1, 0)
        elif name == "tr" and self._depth == 1:
            self._end_row()
        elif name in {"td", "th"} and self._depth == 1:
            self._end_cell()
        elif name == "span":
            self._keeps_spaces = False

    def _say(self, text: str) -> None:
        if self._pieces is None:
            return
        if text in {"\n", "\v"}:
            self._pieces.append(text)
        elif self._keeps_spaces:
            self._pieces.append(text.replace("\r", "").replace("\n", " ").replace(" ", "\u00a0"))
        else:
            self._pieces.append(_SPACE.sub(" ", text))

    def _end_cell(self) -> None:
        if self._pieces is None or self._row is None:
            return
        text = self._meant(_joined(self._pieces))
        self._pieces = None
        while self._down.get(len(self._row), 0) > 0:
            self._cover()
        wide, high = (_span(self._looks.attributes, name) for name in ("colspan", "rowspan"))
        for column in range(min(wide, MOST_COLUMNS + 1 - len(self._row))):
            if high > 1:
                self._down[len(self._row)] = min(high, MOST_ROWS) - 1
            self._row.append("" if column else text)
        self._count += 1
        if self._count > MOST_CELLS:
            raise TooLargeError("cells")

    def _cover(self) -> None:
        """A cell that a merged one above covers."""
        if self._row is not None:
            self._down[len(self._row)] -= 1
            self._row.append("")

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is None:
            return
        while self._down.get(len(self._row), 0) > 0:
            self._cover()
        for column in [column for column in self._down if column >= len(self._row)]:
            self._down[column] -= 1
        # Excel ends with a row that only says how wide the columns are; it is empty, as others may be.
        self.rows.append(self._row)
        self._row = None
        if len(self.rows) > MOST_ROWS + 200:
            raise TooLargeError("rows")

    def _looks_of(self, text: str) -> _Looks:
        known = self._known.get(text)
        if known is None:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            attributes = _attributes(text) if any(word in text for word in _TELLING) else {}
            named = self.styles.get(attributes.get("class", ""), Style())
            own = style_of(attributes.get("style", ""))
            known = _Looks(attributes, own.format or named.format, own.indent or named.indent)
            self._known[text] = known
        return known

    def _meant(self, shown: str) -> str:
        """The text of a cell by all that stands beside it."""
        attributes, own, indent = self._looks
        if attributes.get("x:str"):
            return attributes["x:str"]
        raw, form = raw_of(attributes) if attributes else ("", "")
        return INDENT * indent + (text_of(shown, raw, form or own) if raw else shown)


def _joined(pieces: list[str]) -> str:
    """The text of a cell: blocks begin on a line of their own, spaces of the source at the ends mean nothing."""
    text = "".join(pieces)
    if len(pieces) == 1 and "\v" not in text and "&" not in text:
        return text.strip(" ").replace("\0", "")
    lines = [
        re.sub(" +", " ", line).strip(" ")
        for line in re.sub("\n?\v+\n?", "\n", text.strip(" \v")).split("\n")
    ]
    return unescape("\n".join(lines)).replace("\0", "").strip("\n")


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(text):
        found[name.lower()] = unescape(value[1:-1] if value[:1] in {'"', "'"} else value)
    return found


def _span(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "")
    return max(int(text[:6]), 1) if text.isascii() and text.isdigit() else 1
