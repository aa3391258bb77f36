"""A company of generated people and projects, as large as is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from django.db import connections

from projects.calendars.services import make_company_calendar, rules_of
from projects.changes import changing, changing_organization
from projects.lifecycle.selectors import free_code
from projects.models import Calendar, Organization, OrganizationMember, Project, ProjectMember, User
from projects.models.projects import LONGEST_DAYS
from projects.permissions import System
from projects.rls.scope import scope
from projects.worktime.calendars import Calendars
from projects.worktime.moments import minute_of
from resources.models import Resource
from tasks.demo.fitting import spans
from tasks.demo.generated import random_plan
from tasks.demo.inserting import insert_rows
from tasks.demo.planting import Bed, Hand, plant
from tasks.demo.progressing import Span, advance
from tasks.plan.rescheduling import reschedule

if TYPE_CHECKING:
    from projects.worktime.calendar import WorkingTime
    from tasks.models import Task

CODE, NAME = "daikibo", "大規模検証株式会社"
PEOPLE = 60
CHUNK = 100
#: Tasks of an ordinary generated project.
SMALL = (6, 14)
FAMILIES = (
    "赤城",
    "石動",
    "宇品",
    "江曽島",
    "小瀬",
    "香椎",
    "吉備",
    "久喜",
    "気仙",
    "古河",
    "佐屋",
    "志布志",
)
GIVEN = ("葵", "樹", "海", "恵", "薫")
STATUSES = ("active",) * 10 + ("planning",) * 4 + ("completed",) * 4 + ("suspended", "cancelled")
SUBJECTS = (
    "受注システム",
    "倉庫",
    "ネットワーク",
    "経費精算",
    "生産計画",
    "採用",
    "帳票",
    "品質管理",
    "工場設備",
    "販売店支援",
)
KINDS = ("の更改", "の構築", "の改善", "の調査", "の導入")
CATEGORIES = ("基幹系", "業務改善", "設備", "研究", "受託開発")


class Crowd(NamedTuple):
    """What there is to choose from."""

    organization: Organization
    calendar: Calendar
    users: list[User]
    hands: dict[str, Hand]


def add_crowd(*, projects: int, tasks: int, today: date, seed: int, actor: System) -> int:
    """Add so many small projects, and one of so many tasks; returns how many tasks came in all.

    Plans are stored first and dated in further transactions, since without statistics every look-up of a plan
    would read the tasks of all.
    """
    chance = Random(seed)
    crowd = _crowd(actor)
    with scope([crowd.organization.pk]):
        sizes = [chance.randint(*SMALL) for _ in range(projects)]
        made = _projects(crowd, [*sizes, *([tasks] if tasks else [])], today, chance, actor)
        names = list(crowd.hands)
        beds = [Bed(project, random_plan(size, names, chance), crowd.hands) for project, size in made]
        plant(beds, partial(_advance, today=today, chance=chance))
    refresh_statistics()
    for chunk in range(0, len(beds), CHUNK):
        with scope([crowd.organization.pk]):
            for bed in beds[chunk : chunk + CHUNK]:
                _schedule(bed, actor)
    return sum(len(bed.rows) for bed in beds)


def _schedule(bed: Bed, actor: System) -> None:
    with changing(bed.project, actor=actor) as record:
        record("plan.made", target=bed.project, after={"count": len(bed.rows)})
        reschedule(bed.project, record=record)
        record.entries[-1].consequences = None


def _advance(bed: Bed, tasks: list[Task], clock: WorkingTime, *, today: date, chance: Random) -> None:
    """Progress by rough dates, before the plan is stored, so that it is scheduled once."""
    project = bed.project
    if project.status in {"active", "completed"}:
        minute = project.start_minute
        dates = {
            task.pk: Span(
                clock.add(minute, round(start * project.minutes_per_day)),
                clock.add(minute, round(end * project.minutes_per_day)),
            )
            for task, (start, end) in zip(tasks, spans(bed.rows), strict=True)
        }
        day = today + timedelta(days=LONGEST_DAYS) if project.status == "completed" else today
        advance(tasks, dates, {}, today=day, late=1, chance=chance)


def refresh_statistics() -> None:
    """Let PostgreSQL know how much there is now, before it plans the next query."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "ANALYZE tasks, task_links, task_assignments, projects, project_members, audit_entries"
        )


def _crowd(actor: System) -> Crowd:
    organization = Organization.objects.filter(code=CODE).first()
    if organization is None:
        organization = Organization.objects.create(code=CODE, name=NAME)
        with scope([organization.pk]), changing_organization(organization, actor=actor) as record:
            make_company_calendar(organization, name="会社カレンダー")
            _people(organization)
            record("organization.founded", target=organization, after={"code": CODE, "people": PEOPLE})
    with scope([organization.pk]):
        people = Resource.objects.filter(organization=organization, user__isnull=False).select_related("user")
        rows = list(people.order_by("pk"))
        calendar = Calendar.objects.get(organization=organization, is_default=True)
    return Crowd(
        organization,
        calendar,
        [row.user for row in rows if row.user],
        {row.name: Hand(row.pk, row.user_id) for row in rows},
    )


def _people(organization: Organization) -> None:
    names = [f"{family} {given}" for given in GIVEN for family in FAMILIES]
    users = User.objects.bulk_create(
        User(username=f"{CODE}{number:03}", display_name=name, password="!", current_organization=organization)
        for number, name in enumerate(names[:PEOPLE], 1)
    )  # fmt: skip
    OrganizationMember.objects.bulk_create(
        OrganizationMember(
            organization=organization, user=user, role=("admin", "pmo")[place] if place < 2 else "member",
            may_see_money=place < 2,
        )
        for place, user in enumerate(users)
    )  # fmt: skip
    Resource.objects.bulk_create(
        Resource(organization=organization, name=user.display_name, user=user, department="検証課")
        for user in users
    )


def _projects(
    crowd: Crowd, sizes: Sequence[int], today: date, chance: Random, actor: System
) -> list[tuple[Project, int]]:
    clock = Calendars(rules_of([crowd.calendar.pk])).calendar(crowd.calendar.pk)
    first = free_code(crowd.organization, like="D-00001")
    projects = []
    for number, size in enumerate(sizes, int(first[2:])):
        is_large = size > SMALL[1]
        begins = today - timedelta(days=200 if is_large else chance.randint(-60, 300))
        projects.append(
            Project(
                organization=crowd.organization,
                code=f"D-{number:05}",
                name=f"{size:,} 件の計画" if is_large else chance.choice(SUBJECTS) + chance.choice(KINDS),
                category=chance.choice(CATEGORIES),
                status="active" if is_large else chance.choice(STATUSES),
                start_date=begins,
                end_date=begins + timedelta(days=3_000 if is_large else chance.randint(60, 240)),
                start_minute=clock.next_working(minute_of(begins)),
                budget=chance.randint(10, 900) * 100_000,
                calendar=crowd.calendar,
            )
        )
    Project.objects.bulk_create(projects, batch_size=500)
    _members(crowd, projects, chance)
    with changing_organization(crowd.organization, actor=actor) as record:
        for project in projects:
            record("project.created", target=project, after={"code": project.code, "name": project.name})
    return list(zip(projects, sizes, strict=True))


def _members(crowd: Crowd, projects: Sequence[Project], chance: Random) -> None:
    rows = []
    for project in projects:
        for place, user in enumerate(chance.sample(crowd.users, 5)):
            role = ("leader", "planner")[place] if place < 2 else "contributor"
            rows.append(ProjectMember(organization=crowd.organization, project=project, user=user, role=role))
    insert_rows(rows)
