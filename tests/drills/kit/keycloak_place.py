"""Keycloak, nginx and two processes of the site as compose puts them together, on a network of the drill's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, sync_playwright

from config.gate.browser import find_chromium
from tests.conftest import FLAGS
from tests.drills.kit import keycloak, nginx, packages, postgres
from tests.drills.kit import keycloak_compose as given
from tests.drills.kit import keycloak_network as network
from tests.drills.kit import redis as servers
from tests.drills.kit.keycloak import Keycloak
from tests.drills.kit.mail import listening
from tests.drills.kit.programs import Room
from tests.drills.kit.site import HOST, Installation, Site, free_port_of_a_site

IDENTITY: Final = f"id.{HOST}"
NGINX, KEYCLOAK, DATABASE = (network.address(number) for number in (10, 20, 21))
#: How soon groups follow, in seconds: as soon as production lets them.
REFRESH: Final = 10
_ORGANIZATION: Final = """
import json
from datetime import date
from projects.calendars.services import make_company_calendar
from projects.models import Organization, Project
from projects.permissions import System
from projects.rls import scope as tenancy
from projects.worktime.moments import minute_of
from tasks.models import Task
from tasks.plan.actions.tree import renumber
from tasks.plan.outline import OutlineRow
from tasks.plan.unit import changing_plan
organization = Organization.objects.create(code="itdo", name="架空ソリューションズ株式会社")
with tenancy.scope([organization.pk]):
    calendar = make_company_calendar(organization, name="会社カレンダー")
    start = date(2026, 4, 6)
    project = Project.objects.create(
        organization=organization, code="PRJ-001", name="新システム導入", start_date=start, end_date=date(2027, 3, 31),
        start_minute=minute_of(start, 540), calendar=calendar, status="active",
    )
    task = Task.objects.create(
        organization=organization, project=project, name="設計", outline_level=1, row_number=1, duration_minutes=2400,
    )
    with changing_plan(project, actor=System("drill")) as unit:
        renumber(project, [OutlineRow(task.pk, task.outline_level)])
        unit.record("plan.made", after={"count": 1})
        unit.moves_dates = True
print(json.dumps([organization.pk, project.pk, task.pk]))
"""


class Place:
    """All of it, and an organization `itdo` with a project of one task."""

    def __init__(self, room: Room) -> None:
        packages.need("nginx", "redis-server", "postgres")
        self.room, folder = room, room.folder("nginx")
        # What an operator fills in.
        env = given.env_file(
            ALLOWED_HOSTS=HOST, SITE_HOST=HOST, SITE_URL=f"https://{HOST}", KEYCLOAK_HOST=IDENTITY, KEYCLOAK_URL=f"https://{IDENTITY}",
            CA_FILE=str(folder / "tls/tls.crt"), TLS_FOLDER=str(folder / "tls"), EMAIL_HOST="127.0.0.1", DEFAULT_FROM_EMAIL=f"ITDO <no-reply@{HOST}>",
        )  # fmt: skip
        dist = keycloak.distribution(room)
        places = {NGINX: "nginx", KEYCLOAK: "keycloak", DATABASE: "keycloak-database"}
        network.enter(room.place, {address: given.names(service, env) for address, service in places.items()})
        stack = ExitStack()
        room.endings.append(stack.close)
        self.mail = stack.enter_context(listening())
        self.env = env | {"EMAIL_PORT": str(self.mail.port)}
        ports = free_port_of_a_site(), free_port_of_a_site()
        self.proxy = nginx.start(room, *ports, place="compose", changes={
            "8080": f"{NGINX}:8080", "8443": f"{NGINX}:8443", "listen 443": f"listen {NGINX}:443", "keycloak:8080": f"{KEYCLOAK}:8080",
        })  # fmt: skip
        self.keycloak = Keycloak(room, self.env, dist, address=KEYCLOAK, database=DATABASE)
        self.primary = postgres.make_primary(room)
        cache, broker = servers.start(room, "cache"), servers.start(room, "broker")
        self.installation = Installation(
            room, database=self.primary.url(), owner=self.primary.url("owner"), cache=cache.url, broker=broker.url,
            KEYCLOAK_URL=self.env["KEYCLOAK_URL"], KEYCLOAK_CLIENT_SECRET=self.env["KEYCLOAK_CLIENT_SECRET"],
            SITE_URL=self.env["SITE_URL"], REQUESTS_CA_BUNDLE=self.env["CA_FILE"], KEYCLOAK_REFRESH_SECONDS=str(REFRESH),

        )  # fmt: skip
        self.installation.migrate()
        self.installation.manage("collectstatic", "--no-input", "--verbosity", "0")
        found: Any = self.installation.evaluate(_ORGANIZATION)
        self.organization, self.project, self.task = found
        self.sites: list[Site] = [
            self.installation.serve(name=f"web-{number}", port=port) for number, port in enumerate(ports)
        ]
        self.started = self.keycloak.wait()

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        """Chromium at the other end of the ports that compose publishes."""
        outside = {inside: port for port, inside in given.published("nginx", self.env).items()}
        rules = ", ".join(f"MAP {host}:{outside[8443]} {NGINX}:8443" for host in (HOST, IDENTITY))
        program = find_chromium()
        if program is None:
            pytest.skip("not run: no Chromium on this machine (apt install chromium)")
        # Playwright leaves a loop behind that Django takes for asynchronous code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=program, args=[*FLAGS, f"--host-resolver-rules={rules}"]
            )
            yield browser
            browser.close()

    def sees(self, script: str) -> Any:
        """A line of JSON from inside the product: `organization` is at hand."""
        first = f"from projects.rls import scope as tenancy\nwith tenancy.scope([{self.organization}]):\n"
        return self.installation.evaluate(
            first + "\n".join(f"    {line}" for line in script.strip().splitlines())
        )

    def membership(self, username: str) -> str:
        """The role of a person in the organization; empty where there is none."""
        return str(self.sees(
            "import json\nfrom projects.models import OrganizationMember as Member\n"
            f"found = Member.objects.filter(user__username={username!r}, organization={self.organization}).first()\n"
            "print(json.dumps(found.role if found else ''))"
        ))  # fmt: skip
