"""A person's connection to the site, and what is noted of it. Runs in a process of its own and knows no Django.

Asks for what a browser asks for: fragments with HX-Request, forms with the CSRF token, a page that was seen before with
If-None-Match.
"""

from __future__ import annotations

import http.client
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple
from urllib.parse import urlencode

CSRF: Final = "b" * 32
#: Seconds until a person gives up; an answer that comes later is an error.
PATIENCE: Final = 30


class Sample(NamedTuple):
    """One answer: what was asked, when (seconds since the begin), status (0: none came), milliseconds."""

    kind: str
    at: float
    status: int
    taken: float


class Kept(NamedTuple):
    """A change that the site has acknowledged: the request's id, the task, which cell, and what was typed."""

    request_id: str
    task: int
    column: str
    text: str


@dataclass(frozen=True)
class Person:
    """A session, and the plans that its user sees."""

    session: str
    plans: tuple[int, ...]
    is_editor: bool = False


@dataclass(frozen=True)
class Load:
    """What is to be done: by whom, for how many seconds, with pauses of so many seconds between two pages on the average."""

    #: Of the site's containers, among which a balancer spreads people evenly.
    ports: tuple[int, ...]
    people: tuple[Person, ...]
    pause: float
    seconds: float
    #: Whose plan the editors share, and how many rows it has.
    plan: int
    rows: int
    #: How large the plans are that are looked at.
    sizes: Mapping[int, int]
    formats: tuple[str, ...]
    seed: int = 7


@dataclass
class Outcome:
    """All answers, all changes that were acknowledged, and how often a person met a conflict or a refusal."""

    samples: list[Sample] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    conflicts: int = 0
    #: Changes that another user had made before in the very same words.
    there_already: int = 0
    #: What the site said to changes that it refused, in short.
    refusals: list[str] = field(default_factory=list)
    #: Changes that were given up after so many conflicts.
    given_up: int = 0

    def add(self, other: Outcome) -> None:
        """What one more person met."""
        self.samples += other.samples
        self.kept += other.kept
        self.conflicts += other.conflicts
        self.there_already += other.there_already
        self.refusals += other.refusals
        self.given_up += other.given_up


class Asker:
    """One person's connection: cookies, what they have seen, and how long each answer took."""

    def __init__(self, load: Load, person: Person, began: float, number: int) -> None:
        self.load, self.person, self.began = load, person, began
        self.port = load.ports[number % len(load.ports)]
        self.outcome = Outcome()
        self.chance = Random(load.seed * 1_000 + number)
        self.etags: dict[str, str] = {}
        self.end = began + load.seconds

    def is_over(self) -> bool:
        """Whether it is time to go home."""
        return time.monotonic() >= self.end

    def pause(self, part: float = 1.0) -> None:
        """Half to one and a half of the pause, and never beyond the end."""
        wait = self.load.pause * part * self.chance.uniform(0.5, 1.5)
        time.sleep(max(0.0, min(wait, self.end - time.monotonic())))

    def get(self, kind: str, path: str, *, is_fragment: bool = False) -> str:
        """The body, empty where what is known of it still holds."""
        headers = {"HX-Request": "true"} if is_fragment else {}
        key = f"{path} {is_fragment}"
        if key in self.etags:
            headers["If-None-Match"] = self.etags[key]
        status, found, body = self._ask(kind, "GET", path, headers)
        if status == 200 and "etag" in found:
            self.etags[key] = found["etag"]
        return body

    def post(self, kind: str, path: str, form: Mapping[str, str]) -> tuple[int, str, str]:
        """Status, body and the request's id; as the scripts of the pages post."""
        headers = {
            "HX-Request": "true", "X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        status, found, body = self._ask(kind, "POST", path, headers, urlencode(form))
        return status, body, found.get("x-request-id", "")

    def _ask(
        self, kind: str, method: str, path: str, headers: dict[str, str], body: str | None = None
    ) -> tuple[int, dict[str, str], str]:
        cookies = f"sessionid={self.person.session}; csrftoken={CSRF}"
        headers |= {"Cookie": cookies, "Accept-Language": "ja", "X-Request-ID": secrets.token_hex(8)}
        # gunicorn's plain workers close after each answer; before them nginx does the same.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        status, found, text = 0, {}, ""
        began = time.monotonic()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            status, found = response.status, {name.lower(): value for name, value in response.getheaders()}
        except (OSError, http.client.HTTPException):
            pass  # Status 0 is counted as an error.
        finally:
            connection.close()
        taken = (time.monotonic() - began) * 1000
        self.outcome.samples.append(Sample(kind, began - self.began, status, taken))
        return status, found, text
