"""Asks axe about a page that is open; what it finds is what `Axe().run(page)` finds, for less."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

#: A page has a dozen colours, and axe takes each text of one apart for every element that lies below another: a quarter
#: of all that it does. What comes out depends on the text alone, so it is kept.
REMEMBER_COLOURS: Final = """
const {prototype} = axe.commons.color.Color;
const {parseString} = prototype;
const known = new Map();
prototype.parseString = function (text) {
    const found = known.get(text);
    if (found) {
        [this.r, this.g, this.b, this.alpha] = found;
    } else {
        parseString.call(this, text);
        known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    return this;
};
"""
#: What fades in has other colours until it is there; what turns for ever is left out.
AT_REST: Final = """() => Promise.all(document.getAnimations()
    .filter(({playState, effect}) => playState === "running" && Number.isFinite(effect.getComputedTiming().endTime))
    .map(({finished}) => finished.catch(() => null))).then(() => null)"""
#: Of all that axe reports only what is wrong is sent over: the rest is thousands of lines a page.
RUN: Final = """() => axe.run({resultTypes: ["violations"]}).then(({violations}) =>
    violations.map(({id, nodes}) => [id, nodes.slice(0, 3).map(({target}) => target)]))"""


def violations_of(page: Page) -> list[tuple[str, Any]]:
    """The rules that the page breaks, each with the first three elements that do."""
    page.evaluate(AT_REST)
    page.evaluate(f"() => {{ {AXE_SCRIPT}\n{REMEMBER_COLOURS} }}")
    return [(rule, targets) for rule, targets in page.evaluate(RUN)]
