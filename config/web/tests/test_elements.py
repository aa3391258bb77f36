"""The pieces that rows are made of: escaped, and readable without colour."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from config.web import elements

CSS = Path(settings.BASE_DIR) / "static" / "css"


class TestElements:
    def test_escape_what_people_typed(self):
        assert "<script>" not in elements.person("<script>alert(1)</script>", 1)
        assert "<b>" not in elements.badge("<b>", "late")
        assert "<b>" not in elements.status("active", "<b>")

    def test_give_a_state_an_icon_and_a_word(self):
        html = elements.status("suspended", "中断")
        assert "#circle-pause" in html
        assert "中断" in html

    def test_keep_a_persons_tone(self):
        assert elements.avatar("藍沢 湊", 7) == elements.avatar("藍沢 湊", 7)

    def test_use_only_icons_of_the_sprite(self):
        sprite = (Path(settings.BASE_DIR) / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
        assert {name for name, _tone in elements.STATES.values()} <= set(
            re.findall(r'symbol id="([^"]+)"', sprite)
        )

    def test_leave_out_attributes_that_are_not_set(self):
        assert elements.attributes(class_="a&b", aria_label=None, hidden=True) == 'class="a&amp;b" hidden'


class TestMeter:
    def test_turns_red_ten_points_behind_the_plan(self):
        assert "progress--late" in elements.meter(41, 51)
        assert "progress--late" not in elements.meter(42, 51)

    def test_says_both_figures(self):
        with translation.override("ja"):
            assert "進捗 46%、計画 51%" in elements.meter(46, 51)

    def test_needs_no_plan_once_done(self):
        assert "progress--done" in elements.meter(100, 100)
        assert "progress__plan" not in elements.meter(100, 100)

    def test_is_a_dash_for_none(self):
        assert "—" in elements.meter(None)


class TestTokens:
    def test_say_light_and_dark_in_one_place(self):
        css = (CSS / "tokens.css").read_text(encoding="utf-8")
        pairs = re.findall(r"(--[\w-]+): light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);", css)
        assert len(pairs) > 40
        assert len(set(pairs)) == len(pairs)
        # Every other colour of six digits is the same in both, and says so by standing alone.
        assert re.findall(r"(--[\w-]+): #[0-9a-f]{6};", css) == ["--on-accent"]

    @pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
    def test_ask_the_system_for_its_theme_nowhere_else(self, path):
        css = path.read_text(encoding="utf-8")
        assert "prefers-color-scheme" not in css
        assert path.name == "tokens.css" or "data-theme" not in css

    def test_are_the_only_place_with_colours(self):
        for sheet in ("base.css", "layout.css", "components.css", "gantt.css"):
            path = CSS / sheet
            if path.exists():
                assert not re.search(r":[^;{]*#[0-9a-f]{3,8}\b", path.read_text(encoding="utf-8")), sheet
