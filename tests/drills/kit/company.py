"""A company at work: one installation, people who are signed in, what they read and what they write."""

from __future__ import annotations

import http.client
import itertools
from collections.abc import Mapping
from typing import Any, Final

from tests.drills.kit import nginx, packages, postgres
from tests.drills.kit import redis as servers
from tests.drills.kit.programs import Room
from tests.drills.kit.site import Answer, Installation, request_of

PEOPLE: Final = """
import json
from django.conf import settings
from django.test import Client
from projects.rls import scope as tenancy
from projects.models import Organization, OrganizationMember, Project
from tasks.models import Task
organization = max(Organization.objects.all(), key=lambda each: each.memberships.count())
user = OrganizationMember.objects.filter(organization=organization, role="pmo").select_related("user").first().user
user.current_organization = organization; user.save()
sessions = []
for _each in range({people}):
    client = Client(); client.force_login(user, backend="projects.auth.AccountBackend")
    sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
with tenancy.scope([organization.pk]):
    project = Project.objects.alive().filter(task_count__gt=0).order_by("-task_count", "pk").first()
    tasks = list(Task.objects.filter(project=project, is_summary=False).values_list("pk", flat=True)[:{people}])
print(json.dumps([sessions, project.pk, tasks]))
"""


class Company:
    """PostgreSQL, cache, broker and the site's tables with a demo; gunicorn and nginx are the drill's own."""

    def __init__(self, room: Room, *, people: int = 8, **more: str) -> None:
        packages.need("postgres", "redis-server")
        self.room = room
        self.primary = postgres.make_primary(room)
        self.cache, self.broker = servers.start(room, "cache"), servers.start(room, "broker")
        self.installation = Installation(
            room, database=self.primary.url(), owner=self.primary.url("owner"), cache=self.cache.url, broker=self.broker.url,
            **({"LIMIT_API_USER": "100000/minute"} | more),  # type: ignore[arg-type]  # variables, none of them `root`
        )  # fmt: skip
        self.installation.prepare()
        found: Any = self.installation.evaluate(PEOPLE.format(people=people))
        self.sessions, self.project, self.tasks = found
        self.pages = [
            "/projects/",
            f"/projects/{self.project}/",
            f"/projects/{self.project}/gantt/",
            f"/projects/{self.project}/wbs/",
        ]

    def visitors(self, proxy: nginx.Proxy) -> list[Visitor]:
        """A browser for each of the people, each at a machine of their own."""
        return [
            Visitor(proxy, session, f"127.0.0.{10 + number}") for number, session in enumerate(self.sessions)
        ]


class Visitor:
    """A browser at one address of this machine; it keeps its connection, as browsers do."""

    def __init__(self, proxy: nginx.Proxy, session: str, address: str, *, seconds: float = 70) -> None:
        self.session, self._numbers = session, itertools.count(1)
        self._connection = http.client.HTTPSConnection(
            "127.0.0.1", proxy.https, timeout=seconds, context=nginx.anyone(), source_address=(address, 0)
        )

    def ask(self, path: str, form: Mapping[str, object] | None = None, **headers: str) -> Answer:
        """One request; `form` makes it a POST. An answer that breaks off is an error."""
        body, sent = request_of(self.session, form, headers)
        try:
            self._connection.request("GET" if form is None else "POST", path, body, sent)
            response = self._connection.getresponse()
            return Answer(response.status, response.read().decode(errors="replace"), dict(response.headers))
        except (OSError, http.client.HTTPException):
            # The next request gets a new one.
            self._connection.close()
            raise

    def comment(self, task: int) -> tuple[str, int]:
        """Write something under a task; the words, and what came back."""
        words = f"{self.session[:6]} {next(self._numbers)}"
        return words, self.ask(f"/tasks/{task}/comments/", {"body": words}, HX_Request="true").status
