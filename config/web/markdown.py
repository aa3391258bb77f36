"""Texts that people write: Markdown in, and out HTML that can do nothing but be read, or the plain text of it.

Pages and flowing paper show HTML. What has room for letters alone (a cell of a file, a title, a line of the record) takes the
plain text, so that nowhere a reader meets the signs that a writer typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: What may come out. No images: they would ask other servers for a file while a user reads.
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
#: More than is ever read; a grammar of nested things takes its time with what was written to cost time.
MOST = 20_000


@cache
def _parser() -> MarkdownIt:
    # Lines stay lines: people who write in a form expect it. Raw HTML is text.
    return MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).enable(
        ["table", "strikethrough"]
    )


def as_html(text: str) -> SafeString:
    """Markdown as HTML below the headings of a page; longer texts than MOST are shown as they are."""
    if len(text) > MOST:
        return mark_safe(f"<pre>{nh3.clean_text(text)}</pre>")  # nosec B308  # escaped
    made = _parser().render(text)
    for level in (4, 3, 2, 1):
        made = made.replace(f"<h{level}>", f"<h{level + 2}>").replace(f"</h{level}>", f"</h{level + 2}>")
    clean = nh3.clean(
        made,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # nosec B308  # by an allow-list


def as_text(text: str) -> str:
    """Markdown as plain text: a line for each line, item and row, without the signs; longer texts than MOST stay as they are."""
    if len(text) > MOST:
        return text
    lines: list[str] = []
    cells: list[str] | None = None
    mark, depth = "", 0
    for token in _parser().parse(text):
        depth += token.nesting if token.type.endswith(("list_open", "list_close")) else 0
        if token.type == "list_item_open":
            mark = "  " * (depth - 1) + (f"{token.info}. " if token.info else "・")
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            lines.append(" / ".join(cells or []))
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(_words(token.children or ()))
        elif token.type in {"inline", "fence", "code_block"}:
            words = _words(token.children or ()) if token.type == "inline" else token.content.rstrip()
            lines.append(mark + words)
            mark = ""
    return "\n".join(lines)


def _words(tokens: Iterable[Token]) -> str:
    """What a line says; of a picture the text that stands for it."""
    return "".join("\n" if token.type.endswith("break") else token.content for token in tokens)


def as_line(text: str, most: int | None = None) -> str:
    """Markdown as one line of plain text, at most `most` letters of it with the ellipsis."""
    line = " ".join(as_text(text).split())
    return line if most is None or len(line) <= most else line[: most - 1] + "…"
