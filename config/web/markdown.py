"""Texts that people write: Markdown in, HTML out that can do nothing but be read."""

from __future__ import annotations

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

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
