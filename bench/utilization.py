"""How quick the heat map is: 500 people and 53 weeks, with ten thousand assignments behind it and with ten times as many."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from random import Random

from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from bench import pages
from bench.cases import FIRST, WINDOW, Case
from bench.data import SEED
from bench.site import Site
from projects.calendars.services import make_company_calendar
from projects.models import Organization, OrganizationMember, Project, User
from projects.rls.scope import scope
from projects.worktime.moments import EPOCH, minute_of
from resources.models import Absence, Resource

PEOPLE, WEEKS, DEPARTMENTS = 500, 53, 12
ASSIGNMENTS = (10_000, 100_000)
#: Days that one assignment lasts.
LONGEST = 15
ROUNDS = 5


def measure(site: Site, only: str) -> None:
    """A row for each case and size."""
    for size in ASSIGNMENTS:
        user = _user(size)
        client = Client()
        client.force_login(user, backend="projects.auth.AccountBackend")
        site.session = client.cookies["sessionid"].value
        for case in _cases(size):
            if only.lower() in case.name.lower():
                print(pages.line(pages.measured(site, client, case)), flush=True)
        print(pages.line(_all_sections(site, size)), flush=True)


def _cases(size: int) -> list[Case]:
    name = f"Heat map, {size:,} assignments"
    week = f"/utilization/?columns={WEEKS}"
    return [
        Case(f"{name}: first answer", lambda: week, aim=FIRST),
        Case(f"{name}: nothing remembered", _elsewhere(week)),
        Case(f"{name}: 16 weeks", lambda: "/utilization/", aim=FIRST),
        Case(f"{name}: section", lambda: f"/utilization/rows/?columns={WEEKS}&row=201", None, True, WINDOW),
    ]


def _elsewhere(path: str) -> Callable[[], str]:
    """Another week each time, so that no figure is remembered."""
    numbers = count(1)
    monday = date(2026, 1, 5)
    return lambda: f"{path}&from={monday + timedelta(weeks=next(numbers))}"


def _all_sections(site: Site, size: int) -> tuple[str, ...]:
    """The whole map as a user sees it who scrolls to its end."""
    times, sizes, asked = [], 0, 0
    for _ in range(ROUNDS):
        path, is_fragment, total, sizes, asked = f"/utilization/?columns={WEEKS}", False, 0.0, 0, 0
        while path:
            _status, body, taken = site.ask(path, is_fragment=is_fragment)
            total, sizes, asked = total + taken, sizes + len(body), asked + 1
            text = body.decode()
            mark = 'hx-get="'
            path = ""
            if "/utilization/rows/?" in text:
                at = text.index(f"{mark}/utilization/rows/?") + len(mark)
                path = text[at : text.index('"', at)].replace("&amp;", "&")
            is_fragment = True
        times.append(total)
    name = f"Heat map, {size:,}: all {asked} answers"
    return (
        name,
        f"{times[0]:.1f}",
        f"{statistics.median(times):.1f}",
        "",
        "",
        "",
        f"{sizes / 1000:.1f}",
        "",
        "",
    )


def _user(size: int) -> User:
    """A user of a company of so many assignments, which is made once."""
    name = f"u{size}"
    found: User | None = User.objects.filter(username=name).first()
    return found or _make(name, size)


def _make(name: str, size: int) -> User:
    today, chance = timezone.localdate(), Random(SEED)
    organization = Organization.objects.create(code=name, name=name)
    user: User = User.objects.create_user(name, name, current_organization=organization)
    OrganizationMember.objects.create(user=user, organization=organization, role="pmo")
    with scope([organization.pk]):
        calendar = make_company_calendar(organization, name=name)
        people = Resource.objects.bulk_create(
            Resource(
                organization=organization, name=f"人 {number:03}", kana=f"{number:03}",
                department=f"開発{number % DEPARTMENTS}課", capacity_percentage=chance.choice((100, 100, 80)),
            )
            for number in range(PEOPLE)
        )  # fmt: skip
        Absence.objects.bulk_create(
            Absence(organization=organization, resource=person, first_on=day, last_on=day + timedelta(days=2))
            for person in people
            for day in (today + timedelta(days=chance.randrange(-100, 300)) for _ in range(4))
        )
        project = Project.objects.create(
            organization=organization, code=name, name=name, start_date=today, calendar=calendar,
            end_date=today + timedelta(days=400), start_minute=minute_of(today), status="active",
        )  # fmt: skip
        _insert_loads(organization.pk, project.pk, [person.pk for person in people], size, today)
    with connections["owner"].cursor() as cursor:
        # As PostgreSQL does by itself some time later.
        cursor.execute("ANALYZE resources, absences, assignment_loads, resource_loads")
    return user


def _insert_loads(organization_id: int, project_id: int, people: list[int], size: int, today: date) -> None:
    """What so many assignments would have left: rows as the product keeps them, without the plans."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            """
            INSERT INTO assignment_loads (organization_id, project_id, resource_id, task_id, assignment_id, days, minutes)
            SELECT %s, %s, (%s::bigint[])[1 + n %% %s], -n, -n - %s::bigint * 1000000,
                   ARRAY(SELECT generate_series(first, first + length)),
                   array_fill(greatest(1, 1000000 / %s)::int, ARRAY[length + 1])
            FROM (SELECT n, %s + (random() * 500)::int - 60 AS first, (random() * %s)::int AS length
                  FROM generate_series(1, %s) AS n) AS drawn
            """,
            [
                organization_id, project_id, people, len(people), organization_id, size, (today - EPOCH).days,
                LONGEST, size,
            ],
        )  # fmt: skip
        cursor.execute(
            """
            INSERT INTO resource_loads (organization_id, resource_id, grain, first_on, planned_minutes, capacity_minutes)
            SELECT organization_id, resource_id, grain, first_on, sum(needed), CASE grain WHEN 'd' THEN 480 END
            FROM assignment_loads, unnest(days, minutes) AS each(day, needed),
                 LATERAL (SELECT DATE '1970-01-01' + day AS on_day) AS dated,
                 LATERAL (VALUES ('d', on_day), ('w', date_trunc('week', on_day)::date),
                                 ('m', date_trunc('month', on_day)::date)) AS grains(grain, first_on)
            WHERE organization_id = %s GROUP BY 1, 2, 3, 4
            """,
            [organization_id],
        )
