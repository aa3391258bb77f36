"""Pages, parts of pages, and what travels with them."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.base import SessionBase
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from config.web import htmx

PAGE = "<h1>{{ name }}</h1>{% partialdef rows inline %}<ol id=rows>{{ name }}</ol>{% endpartialdef %}"


@pytest.fixture(autouse=True)
def page(monkeypatch):
    template = engines["django"].from_string(PAGE)

    def fake(name, context=None, request=None):
        if not name.startswith("page.html"):
            return render_to_string(name, context, request)
        partial = name.partition("#")[2]
        if partial:
            return f"<ol id={partial}>{context['name']}</ol>"
        return template.render(context, request)

    monkeypatch.setattr("config.web.htmx.render_to_string", fake)


def ask(**headers: str):
    request = RequestFactory().get("/", headers=headers)
    request.user = AnonymousUser()
    request.session = SessionBase()
    vars(request)["_messages"] = FallbackStorage(request)
    return request


class TestRender:
    def test_gives_the_page_to_a_browser(self):
        assert b"<h1>" in htmx.render(ask(), "page.html", {"name": "a"}, partials=["rows"]).content

    def test_gives_the_part_that_is_the_target(self):
        request = ask(**{"HX-Request": "true", "HX-Target": "rows"})
        assert htmx.render(request, "page.html", {"name": "a"}, partials=["rows"]).content.startswith(
            b"<ol id=rows>"
        )

    def test_gives_the_page_for_a_target_it_does_not_offer(self):
        request = ask(**{"HX-Request": "true", "HX-Target": "elsewhere"})
        assert b"<h1>" in htmx.render(request, "page.html", {"name": "a"}, partials=["rows"]).content

    def test_gives_the_page_when_history_comes_back(self):
        headers = {"HX-Request": "true", "HX-Target": "rows", "HX-History-Restore-Request": "true"}
        assert b"<h1>" in htmx.render(ask(**headers), "page.html", {"name": "a"}, partials=["rows"]).content

    def test_tells_caches_what_the_answer_hangs_on(self):
        vary = htmx.render(ask(), "page.html", {"name": "a"})["Vary"]
        assert {part.strip() for part in vary.split(",")} >= set(htmx.VARY)

    def test_carries_messages_beside_a_part(self):
        request = ask(**{"HX-Request": "true", "HX-Target": "rows"})
        htmx.toast(request, "<保存>しました", undo="/undo/")
        html = htmx.render(request, "page.html", {"name": "a"}, partials=["rows"]).content.decode()
        assert 'hx-swap-oob="beforeend"' in html
        assert "&lt;保存&gt;しました" in html
        assert 'action="/undo/"' in html


class TestIsFragment:
    def test_is_false_for_a_browser(self):
        assert not htmx.is_fragment(SimpleNamespace(headers={}))  # type: ignore[arg-type]  # headers are all it reads


class TestCameFrom:
    @pytest.mark.parametrize(
        ("referer", "page"),
        [
            ("http://testserver/my-tasks/", "/my-tasks/"),
            ("http://testserver/projects/3/wbs/?task=5", "/projects/3/wbs/?task=5"),
            ("http://elsewhere.example/my-tasks/", ""),
            ("http://testserver//elsewhere.example/", ""),
            ("", ""),
        ],
    )
    def test_is_a_page_of_ours_or_nothing(self, rf, referer, page):
        assert htmx.came_from(rf.post("/", headers={"Referer": referer})) == page

    def test_lies_within_what_is_asked_for(self, rf):
        request = rf.post("/", headers={"Referer": "http://testserver/my-tasks/"})
        assert htmx.came_from(request, within="/utilization/") == ""
