"""What kinds of elements pages hold: one whose kinds were all seen needs no browser that opens it again."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Page

#: Of each element what axe judges by: its own and its parent's tag and classes, and which attributes it has.
KINDS: Final = """(root) => {
    const own = (each) => each ? `${each.tagName}.${[...each.classList].sort().join(".")}` : "";
    const kind = (each) => `${own(each.parentElement)}>${own(each)}[${each.getAttributeNames().sort().join()}]`;
    return [...new Set([...root.querySelectorAll("*")].map(kind))];
}"""
#: Addresses of this site that a document links to, without their fragments.
LINKS: Final = """(root, base) => [...root.querySelectorAll("a[href]")]
    .map(each => new URL(each.getAttribute("href"), base))
    .filter(url => url.origin === new URL(base).origin).map(url => url.pathname + url.search)"""
#: A page that is parsed and not shown.
READ: Final = f"""([html, address]) => {{
    const root = new DOMParser().parseFromString(html, "text/html");
    return {{kinds: ({KINDS})(root), links: ({LINKS})(root, address)}};
}}"""
#: Kinds by what they were found on: a form of address that was read, or one in a theme at a width.
_known: dict[tuple[Any, ...], set[str]] = {}


def links_of(page: Page) -> list[str]:
    """What the page that is open links to."""
    links: list[str] = page.evaluate(f"({LINKS})(document, location.href)")
    return links


def form_of(address: str) -> str:
    """An address with numbers and days taken out: pages of one kind are one page, whatever filters are combined."""
    path, _, query = address.partition("?")
    shape = "/".join("N" if part.replace("-", "").isdigit() else part for part in path.split("/"))
    keys = sorted({pair.partition("=")[0] for pair in query.split("&")})
    if not query:
        return shape
    return f"{shape}?{keys[0] if len(keys) == 1 else 'several'}"


def read_page(page: Page, address: str) -> dict[str, list[str]]:
    """The kinds of elements and the links of a page as it is sent."""
    answer = page.request.get(address)
    assert answer.status == 200, f"{address} answers {answer.status}"
    found: dict[str, list[str]] = page.evaluate(READ, [answer.text(), answer.url])
    return found


def path_of(address: str) -> str:
    """The form of an address, whatever it asks for."""
    return form_of(address.partition("?")[0])


def has_new(place: tuple[Any, ...], kinds: list[str]) -> bool:
    """Whether a kind was not yet seen in this place; from now on it is known."""
    known = _known.setdefault(place, set())
    new = set(kinds) - known
    known |= new
    return bool(new)
