"""What is left out of axe's work changes nothing that it says."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn

pytestmark = pytest.mark.browser
#: A text as faint as its ground, one that is faint on a ground of its own, and a button that says nothing.
FAULTS = """() => document.querySelector("main").insertAdjacentHTML("beforeend",
    `<p id="faint">薄い</p><p id="ground"><b>薄い</b></p><button id="mute"></button>`) ||
    Object.assign(document.querySelector("#faint").style, {color: "rgb(200 200 200)"}) &&
    Object.assign(document.querySelector("#ground").style, {background: "rgb(0 0 0 / 60%)", color: "black"})"""
#: All that it says of each rule and each element, also of those that are right.
EVERYTHING = """() => axe.run().then(said => ["violations", "incomplete", "passes"].map(kind =>
    said[kind].map(({id, nodes}) => [id, nodes.map(({target, any, all, none}) => [target, any, all, none])])))"""


class TestViolations:
    def test_are_those_that_axe_finds_by_itself(self, sign_in: SignIn) -> None:
        page = sign_in("藍沢 湊")
        page.goto("/preferences/")
        page.evaluate(FAULTS)
        by_itself = Axe().run(page).response["violations"]
        said = page.evaluate(EVERYTHING)
        found = violations_of(page)
        assert page.evaluate(EVERYTHING) == said
        assert found == [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in by_itself]
        assert {"color-contrast", "button-name"} <= {rule for rule, _targets in found}
        targets = str(found)
        assert all(name in targets for name in ("#faint", "#ground", "#mute"))
