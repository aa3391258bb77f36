"""Ten people change one plan at the same moment: every change is kept, none gets an error."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

EDITORS, EDITS = 10, 6


class Editor:
    """A user of the site, without a browser."""

    def __init__(self, site: str, name: str) -> None:
        self.site = site
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        found = re.search(r'value="(\d+)"(?:(?!</button>).)*' + name, self.get("/sign-in/"), re.DOTALL)
        assert found
        self.post("/sign-in/", person=found[1])

    def get(self, path: str) -> str:
        with self.opener.open(self.site + path) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> int:
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken") or ""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        with self.opener.open(self.site + path, body) as answer:
            return int(answer.status)


def recorded(editor: Editor, project: str) -> int:
    """How many changes the project's history counts."""
    found = re.search(r"(\d+)件中", editor.get(f"/projects/{project}/history/"))
    assert found
    return int(found[1])


class TestTenEditors:
    def test_lose_no_change_of_each_other(self, site: str) -> None:
        editors = [Editor(site, "鈍色 こはる") for _ in range(EDITORS)]
        listed = re.search(
            r'href="/projects/(\d+)/"[^>]*>(?:(?!</a>).)*新ERP導入', editors[0].get("/projects/"), re.DOTALL
        )
        assert listed
        project = listed[1]
        rows = editors[0].get(f"/projects/{project}/wbs/rows?from=150&count=60")
        tasks = list(dict.fromkeys(re.findall(r"/tasks/(\d+)/", rows)))[-EDITORS:]
        before = recorded(editors[0], project)

        def edit(editor: Editor, task: str) -> set[int]:
            return {
                editor.post(f"/tasks/{task}/cell", column="name", text=f"同時編集 {number}")
                for number in range(EDITS)
            }

        with ThreadPoolExecutor(EDITORS) as pool:
            answers = set().union(*pool.map(edit, editors, tasks))
        assert answers == {200}
        assert recorded(editors[0], project) == before + EDITORS * EDITS
