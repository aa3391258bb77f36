"""What all templates have in common."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from config.web.logs import set_request_id

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
class TestTemplate:
    def test_names_icons_of_the_sprite(self, path):
        sprite = (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r'(?:% icon |symbol=)"([^"]+)"|icons\.svg" %\}#([\w-]+)', text))
        assert {name or reference for name, reference in named} <= set(
            re.findall(r'symbol id="([^"]+)"', sprite)
        )

    def test_keeps_style_and_script_out(self, path):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|<style|javascript:", text)
        assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", text))

    def test_holds_nothing_in_which_spaces_count(self, path):
        """So that pages can be sent without the indentation of their lines."""
        assert not re.search(r"<(pre|textarea)\b", path.read_text(encoding="utf-8"))


class TestLoader:
    def test_leaves_indentation_out_and_line_breaks_in(self):
        html = render_to_string("404.html")
        assert "\n " not in html
        assert html.count("\n") > 10


@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "409", "429", "500", "503", "refusal"])
class TestErrorPage:
    def test_works_without_a_request(self, name):
        html = render_to_string(f"{name}.html")
        assert html.count("<h1>") == 1
        assert 'href="/"' in html


class TestServerError:
    def test_names_the_request_to_the_one_who_reports_it(self):
        set_request_id("abc12345")
        assert "abc12345" in render_to_string("500.html")
        set_request_id("")
