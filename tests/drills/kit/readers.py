"""People of the demo who ask for page after page, until so many requests are done and so many minutes over."""

from __future__ import annotations

import http.cookiejar
import itertools
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

#: Each reader signs in anew after so many requests, and folds its menu (a write) after so many.
SIGNS_IN_EVERY: Final = 400
WRITES_EVERY: Final = 25
#: Pages of a person; those of a project are found on the list.
PAGES: Final = (
    "/",
    "/projects/",
    "/my-tasks/",
    "/late-tasks/",
    "/utilization/",
    "/reports/",
    "/notifications/",
    "/search/?q=設計",
    "/preferences/",
)
OF_PROJECT: Final = (
    "/projects/{}/",
    "/projects/{}/wbs/",
    "/projects/{}/gantt/",
    "/projects/{}/wbs/rows",
    "/projects/{}/wbs/rows",
)


class Reader:
    """One browser of a demo person."""

    def __init__(self, address: str, person: str) -> None:
        self.address, self.person = address.rstrip("/"), person
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and page, redirects followed."""
        typed = None
        if form is not None:
            typed = urllib.parse.urlencode(form | {"csrfmiddlewaretoken": self._token()}).encode()
        target = self.address + urllib.parse.quote(path, safe="/?=&")
        try:
            with self.opener.open(urllib.request.Request(target, typed), timeout=120) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def sign_in(self) -> None:
        """As one does by hand, in a new window."""
        self.jar.clear()
        _status, page = self.ask("/sign-in/")
        people = re.findall(r'name="person" value="(\d+)"', page)
        assert people, page[:2000]
        status, _page = self.ask("/sign-in/", {"person": people[int(self.person) % len(people)]})
        assert status == 200

    def _token(self) -> str:
        return next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")


@dataclass
class Load:
    """Readers at work, and what they were told."""

    address: str
    requests: int
    minutes: float
    statuses: Counter[int] = field(default_factory=Counter)
    done: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    ends: float = 0.0

    def run(self, number: int) -> None:
        """One reader, until all requests are done and the time is over."""
        reader = Reader(self.address, str(number))
        reader.sign_in()
        pages = self._pages(reader)
        for count in itertools.count(1):
            if self._is_over():
                return
            if count % SIGNS_IN_EVERY == 0:
                reader.sign_in()
            status, _page = self._one(reader, pages[count % len(pages)], count)
            with self.lock:
                self.statuses[status] += 1
                self.done += 1
            self._pace()

    def _one(self, reader: Reader, page: str, count: int) -> tuple[int, str]:
        if count % WRITES_EVERY:
            return reader.ask(page)
        return reader.ask("/preferences/rail/", {"folded": str(count // WRITES_EVERY % 2)})

    def _pages(self, reader: Reader) -> list[str]:
        _status, listed = reader.ask("/projects/")
        projects = list(dict.fromkeys(re.findall(r'href="/projects/(\d+)/"', listed)))[:5]
        assert projects
        found = [*PAGES, *(path.format(project) for project in projects for path in OF_PROJECT)]
        # What this person may not open is no part of it.
        return [page for page in found if reader.ask(page)[0] == 200]

    def _is_over(self) -> bool:
        return self.done >= self.requests and time.monotonic() > self.ends

    def _pace(self) -> None:
        """No faster than that the last request is asked at the end of the time."""
        wanted = self.ends - self.minutes * 60 * (1 - self.done / self.requests)
        if (early := wanted - time.monotonic()) > 0:
            time.sleep(min(early, 1.0))
