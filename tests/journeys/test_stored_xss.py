"""Hostile texts in every field, and a browser on every page: nothing runs, nothing loads, nothing becomes an element.

The same walk says that every address with a page was seen, how many pages that were, and that the policy of the site
(Content-Security-Policy) had nothing to stop.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, FilePayload

from tasks.interchange.tests.builders import mspdi, task
from tests.access.table import ADDRESSES, NEVER
from tests.access.test_matrix import ALL
from tests.journeys.hostile import STRINGS
from tests.sites import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

#: Addresses that give no page, and why. Whatever else can be read is walked.
NO_PAGE: Final = {
    "health": "two words for a platform",
    "health/live": "two words for a platform",
    "health/ready": "two words for a platform",
    "tasks:calendar_feed": "a calendar file, for a program",
    "tasks:attachment_file": "a file to be saved",
    "tasks:plan_export": "a file to be saved",
    "tasks:plan_workbook": "a file to be saved",
    "tasks:plan_csv": "a file to be saved",
    "reports:report_download": "a file to be saved",
    "projects:session_check": "no words at all, for nginx",
    "projects:sign_in_return": "leads on, and only with a provider",
    "metrics": "figures for a program",
} | {name: "JSON, for a program with a token" for name in ADDRESSES if name.startswith("api:")}
#: What a page must be asked with, or it says what is missing.
QUERIES: Final = {
    "tasks:tasks_delete": "?tasks={task_id}",
    "tasks:gantt_chart": "?first=0&count=40",
    "tasks:gantt_axis": "?tiles=0,1,2",
    "tasks:wbs_find": "?text=xss",
    "tasks:wbs_rows": "?first=0&count=40",
    "reports:search": "?q=xss",
    "reports:report_page": "?kind=wbs",
    "reports:report_page_of_all": "?kind=portfolio",
}
#: Is asked on every page: what ran, what the policy stopped, and what a text has become.
WATCH: Final = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', event => window.__violations.push(event.violatedDirective));
"""
#: What texts have become in a document.
BECOME: Final = """
(root) => ({
  elements: [...root.querySelectorAll('[data-xss]')].map(each => each.outerHTML.slice(0, 120)),
  links: [...root.querySelectorAll('[href],[action],[src],[data]')]
    .flatMap(each => ['href', 'action', 'src', 'data'].map(name => each.getAttribute(name) || ''))
    .filter(value => /^[\\s\\u0000-\\u001f]*(javascript|data|vbscript):/i.test(value) && !/^data:image/.test(value)),
  handlers: [...root.querySelectorAll('*')]
    .filter(each => each.getAttributeNames().some(name => /^on|^(data-)?hx-on/.test(name) && /xss/.test(each.getAttribute(name))))
    .map(each => each.outerHTML.slice(0, 120)),
})
"""
LOOK: Final = f"""
() => ({{ ran: window.__xss !== undefined, stopped: window.__violations, ...({BECOME})(document) }})
"""
#: The same of a page that is only read: parsed as the browser parses it, and nothing of it runs.
PARSE: Final = f"""
html => ({BECOME})(new DOMParser().parseFromString(html, 'text/html'))
"""


@pytest.fixture(scope="module")
def planted(surroundings: dict[str, str], site: str) -> dict[str, Any]:
    """Where things are."""
    command = [sys.executable, "-m", "tests.journeys.plant_hostile"]
    result = subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-3000:]
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


class Watched:
    """A window that notes whatever must not happen."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.page, self.site = context.new_page(), site
        self.visited: list[str] = []
        #: Of a list: its next pages.
        self.further: dict[str, list[str]] = {}
        self.faults: list[str] = []
        context.add_init_script(WATCH)
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._console)

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"{self.page.url}: dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        # A text may be in the address that was asked for by us; what it asks for itself has no such text in it.
        asked = request.url.partition("?")[0]
        if "xss-probe" in asked or not request.url.startswith((self.site, "data:image", "about:", "blob:")):
            self.faults.append(f"{self.page.url}: asked for {request.url}")

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def see(self, address: str, *, wanted: tuple[int, ...] = (200,)) -> None:
        """Open an address, let its scripts work, and look."""
        answer = self.page.goto(address)
        assert answer is not None
        if answer.status not in wanted:
            self.faults.append(f"{address}: answered {answer.status}")
        self.visited.append(address)
        self.look()
        if "page=" not in address and "/tasks/" not in address:
            links = self.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
            self.further[address] = sorted({link for link in links if re.search(r"[?&]page=\d+$", link)})[:8]

    def read(self, address: str) -> None:
        """Have a page parsed, not shown: a twin of one that is seen, with other texts in the same places."""
        answer = self.page.request.get(address)
        if answer.status != 200:
            self.faults.append(f"{address}: answered {answer.status}")
        self.visited.append(address)
        self._note(address, self.page.evaluate(PARSE, answer.text()))

    def links_in(self, address: str, selector: str) -> list[str]:
        """Where things of a page lead."""
        find = "([html, selector]) => [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll(selector)].map(each => each.getAttribute('href'))"
        links: list[str] = self.page.evaluate(find, [self.page.request.get(address).text(), selector])
        return links

    def look(self) -> None:
        """Note what the page that is open has done."""
        self._note(self.page.url, self.page.evaluate(LOOK))

    def _note(self, address: str, found: dict[str, Any]) -> None:
        self.faults += [f"{address}: {key} {value}" for key, value in found.items() if value]


@pytest.fixture
def watched(planted: dict[str, Any], chromium: Browser, site: str) -> Iterator[Watched]:
    context = chromium.new_context(base_url=site, locale="ja-JP", viewport={"width": 1400, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": planted["session"], "url": site}])
    yield Watched(context, site)
    context.close()


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Any:
    """Figures, also where pytest keeps what is printed to itself."""

    def say(words: str) -> None:
        with capsys.disabled():
            print(f"\n{words}", flush=True)  # noqa: T201  # the figures are what the walk is for

    return say


def addresses(planted: dict[str, Any]) -> dict[str, list[str]]:
    """The addresses of each name that gives a page; of what there are many, all of them."""
    found: dict[str, list[str]] = {}
    for name, access in ADDRESSES.items():
        if access.safe == NEVER or name in NO_PAGE:
            continue
        ids = planted["ids"] | planted["other"].get(name, {})
        given = {key: ids[key] for key in ALL[name]}
        address = reverse(name, kwargs=given) if ":" in name else f"/{name}"
        found[name] = [address + QUERIES.get(name, "").format(**ids)]
        if name == "tasks:task_detail":
            found[name] = [reverse(name, args=[pk]) for pk in planted["tasks"]]
    return found


class TestEveryPage:
    def test_is_walked(self, watched: Watched, planted: dict[str, Any], tell: Any) -> None:
        names = addresses(planted)
        readable = {name for name, access in ADDRESSES.items() if access.safe != NEVER}
        assert set(names) == readable - set(NO_PAGE)
        for first, *twins in names.values():
            watched.see(first)
            for address in [*twins, *watched.further.get(first, [])]:
                watched.read(address)
        tell(
            f"{len(STRINGS)} texts in {planted['written']} fields; {len(names)} names of pages, {len(watched.visited)} pages, "
            f"{len(watched.faults)} faults; not walked: {', '.join(sorted(readable & set(NO_PAGE)))}"
        )
        assert planted["written"] > 1_000
        assert not watched.faults, "\n".join(watched.faults[:40])

    def test_of_admin_too(self, watched: Watched, tell: Any) -> None:
        """All of them parsed, as each is made by the same templates; one model of each app is opened, too."""
        watched.see("/admin/")
        opened: set[str] = set()
        for model in admin.site._registry:
            label = model._meta.app_label
            look = watched.read if label in opened else watched.see
            address = reverse(f"admin:{label}_{model._meta.model_name}_changelist")
            look(address)
            rows = watched.links_in(address, "#result_list th a")
            for row in rows[:1]:
                look(row)
                opened.add(label)
            for row in rows[:3]:
                watched.read(row)
                watched.read(row.replace("/change/", "/history/"))
        tell(f"{len(watched.visited)} pages of admin, {len(watched.faults)} faults")
        assert not watched.faults, "\n".join(watched.faults[:40])

    def test_while_it_is_used(self, watched: Watched, planted: dict[str, Any], tell: Any) -> None:
        """Tips, drawers, popovers and menus, which scripts make."""
        project, page, touched = planted["ids"]["project_id"], watched.page, 0
        for address, things in (
            (f"/projects/{project}/gantt/", ".gantt-bar"),
            (f"/projects/{project}/wbs/", "[role=row]"),
            ("/utilization/", "[role=gridcell] a, [role=gridcell]"),
            ("/dashboard/", "main [title], main summary, main a"),
            ("/notifications/", "summary, button[aria-expanded]"),
        ):
            watched.see(address)
            for thing in page.locator(things).all()[:25]:
                if thing.is_visible():
                    thing.hover(force=True, timeout=2_000)
                    touched += 1
            watched.look()
        watched.see(f"/projects/{project}/wbs/")
        for link in page.locator("a[href^='/tasks/']").all()[:10]:
            if link.is_visible():
                link.click(timeout=2_000)
                page.wait_for_load_state("networkidle")
                watched.look()
                page.go_back()
                touched += 1
        tell(f"{touched} things pointed at, {len(watched.faults)} faults")
        assert touched > 20
        assert not watched.faults, "\n".join(watched.faults[:40])


class TestPlanFile:
    def test_is_read_looked_at_and_taken_in(self, watched: Watched) -> None:
        lines = [task(uid, name=escape(text)) for uid, text in enumerate(printable(), 1)]
        page = watched.page
        watched.see("/import/")
        name = "<img data-xss src=x onerror=__xss=1>.xml"
        file = FilePayload(name=name, mimeType="text/xml", buffer=mspdi(*lines).encode())
        page.set_input_files("input[type=file]", file)
        page.click("form[enctype] .button--primary")
        page.wait_for_url(re.compile(r"/import/\d+/"))
        watched.look()
        page.fill("[name=name]", STRINGS[0])
        page.fill("[name=code]", "<b data-xss>")
        page.click("#import .button--primary")
        page.wait_for_url(re.compile(r"/projects/\d+/"))
        watched.look()
        project = re.search(r"/projects/(\d+)/", page.url)
        assert project is not None
        for tail in ("", "wbs/", "gantt/", "history/"):
            watched.see(f"/projects/{project[1]}/{tail}")
        assert not watched.faults, "\n".join(watched.faults[:40])


def printable() -> list[str]:
    """Those that an XML file can hold."""
    return [text for text in STRINGS if text.isprintable()]


class TestWatch:
    def test_sees_what_a_text_becomes_and_the_policy_stops_what_would_run(self, watched: Watched) -> None:
        """Past all escaping, as a page with a hole would show it: the elements are there, and nothing runs."""
        watched.page.goto("/preferences/")
        become, stopped = 0, 0
        # A refresh that is an element leads away, whatever the policy.
        for text in (each for each in STRINGS if "http-equiv" not in each):
            watched.page.evaluate(
                "text => { const place = document.createElement('div'); document.body.append(place); place.innerHTML = text; }",
                text,
            )
            watched.page.wait_for_timeout(20)
            if watched.page.url.endswith("/preferences/"):
                found = watched.page.evaluate(LOOK)
                become, stopped = max(become, len(found["elements"])), max(stopped, len(found["stopped"]))
                assert not found["ran"], text
        assert become > 30
        assert stopped > 5
        assert watched.faults


class TestWordsOfAnAddress:
    @pytest.mark.parametrize(
        ("path", "step"),
        [("/search/", 1), ("/projects/", 4), ("/resources/", 4), ("/record/", 4), ("/late-tasks/", 4)],
    )
    def test_come_back_as_words(self, watched: Watched, path: str, step: int) -> None:
        """Each by itself as the browser parses it, and some with all that scripts do."""
        watched.page.goto("/preferences/")
        for text in STRINGS[::step]:
            watched.read(f"{path}?{_query(text)}")
        for text in STRINGS[::16]:
            watched.see(f"{path}?{_query(text)}")
        assert not watched.faults, "\n".join(watched.faults[:40])


def _query(text: str) -> str:
    return urlencode(dict.fromkeys(("q", "kind", "leader", "status", "sort", "next"), text))
