"""What all templates have in common."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from config.web.logs import set_request_id

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: Forms of pages that are opened to read, or to confirm: the focus stays where the page begins.
READ_FIRST = {
    "projects/people/preferences.html": "choices that are looked through",
    "projects/tokens/list.html": "tokens that there are, with a form for one more",
    "reports/documents/list.html": "reports that are made, beside the form for another one",
    "reports/schedules/page.html": "schedules that there are, with a form for one more",
    "resources/skill_list.html": "a list, with a form for one more",
    "tasks/details/form.html": "everything about a task",
    "tasks/editing/delete.html": "a question: no field, and the button is not pressed by chance",
    "tasks/importing/preview.html": "what a file holds, before it is taken in",
    "tasks/sheet/viewing/delete.html": "a question: no field, and the button is not pressed by chance",
    "tasks/undo/clash.html": "a question: no field, and the button is not pressed by chance",
}


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

    def test_says_whether_its_form_is_opened_to_write(self, path):
        """`data-autofocus`: its first field takes the focus (static/js/page/focus.js), in a page, a dialog or a row alike."""
        text = path.read_text(encoding="utf-8")
        forms = re.findall(r'<form class="form"(?:[^>%]|%\}|%(?!\}))*>', text)
        is_read_first = path.relative_to(ROOT / "templates").as_posix() in READ_FIRST
        assert all(("data-autofocus" in form) != is_read_first for form in forms)
        # What is typed before the scripts are there is not lost in the first row of an empty plan; elsewhere they lead to a field.
        assert bool(re.search(r"\sautofocus\b", text)) is (
            path.name == "page.html" and path.parent.name == "sheet"
        )

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
