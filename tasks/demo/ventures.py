"""The projects of a demo company: made by the service, planted, scheduled, and brought to where they stand today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from django.utils import timezone

from projects.changes import changing
from projects.lifecycle.services import create_project
from projects.models import Project, ProjectMember
from projects.permissions import System
from projects.worktime.moments import MINUTES_PER_DAY, day_of
from tasks.baselines.services import take_baseline
from tasks.demo.companies import SettledCompany
from tasks.demo.fitting import fitted
from tasks.demo.inserting import insert_rows
from tasks.demo.planting import Bed, plant
from tasks.demo.portfolio import Venture
from tasks.demo.progressing import Reporter, Span, advance, history_of, store_progress, waits_of
from tasks.demo.sharing import share_hours
from tasks.demo.sketch import read_sketch
from tasks.models import Assignment, Task, TaskLink, TaskStatus
from tasks.plan.rescheduling import Rescheduled, reschedule

#: How much of a project that has stopped was done before.
STOPPED_AFTER = {"suspended": 0.45, "cancelled": 0.2}


class Running(NamedTuple):
    """A project of the demo with its tasks by name."""

    project: Project
    venture: Venture
    tasks: dict[str, Task]


def start_ventures(
    company: SettledCompany, ventures: Sequence[Venture], *, today: date, actor: System, seed: int
) -> dict[str, Running]:
    """All projects of a company, by code; parents come before their children."""
    projects: dict[str, Project] = {}
    for venture in ventures:
        projects[venture.code] = _make(company, venture, projects, today=today, actor=actor)
    beds = [_bed(company, venture, projects[venture.code]) for venture in ventures]
    planted = plant(beds)
    plans = {bed.project.pk: _schedule(bed, actor=actor) for bed in beds}
    share_hours([bed.project for bed in beds], actor=actor)
    _agree(company, ventures, beds)
    running = {}
    for venture, bed in zip(ventures, beds, strict=True):
        tasks = _with_work(planted[bed.project.pk])
        chance = Random(f"{seed} {venture.code}")  # repeatable
        with changing(bed.project, actor=actor) as record:
            moved = _progress(
                company, venture, bed.project, tasks, plans[bed.project.pk], today=today, chance=chance
            )
            if moved:
                record("progress.reported", target=bed.project, after={"count": moved})
                reschedule(bed.project, record=record)
        for task in tasks:
            task.project = bed.project
        running[venture.code] = Running(bed.project, venture, {task.name: task for task in tasks})
    return running


def _make(
    company: SettledCompany, venture: Venture, projects: Mapping[str, Project], *, today: date, actor: System
) -> Project:
    begins = today + timedelta(days=venture.begins)
    names = venture.team.split()
    project = create_project(
        organization=company.organization,
        actor=actor,
        leader=company.users[names[0]],
        fields={
            "code": venture.code,
            "name": venture.name,
            "status": venture.status,
            "start_date": begins,
            "end_date": begins + timedelta(days=venture.days),
            "budget": venture.budget,
            "contract_amount": venture.contract or None,
            "category": venture.category,
            "tags": list(venture.tags),
            "description": venture.description,
            "parent": projects.get(venture.parent),
        },
    )
    with changing(project, actor=actor) as record:
        members = ProjectMember.objects.bulk_create(
            _member(company, project, name, place) for place, name in enumerate(names[1:], 1)
        )
        for member in members:
            record("member.added", target=member, after={"user": member.user_id, "role": member.role})
        ProjectMember.objects.filter(project=project, role="leader").update(
            job_title=company.job_titles[names[0]], may_see_money=True, allocation_percentage=60
        )
    return project


def _member(company: SettledCompany, project: Project, name: str, place: int) -> ProjectMember:
    return ProjectMember(
        organization=company.organization,
        project=project,
        user=company.users[name],
        role="viewer" if name in company.guests else "planner" if place == 1 else "contributor",
        job_title_id=company.job_titles[name],
        allocation_percentage=(100, 80, 50, 60)[place % 4],
        start_date=project.start_date,
    )


def _bed(company: SettledCompany, venture: Venture, project: Project) -> Bed:
    text = venture.plan if isinstance(venture.plan, str) else venture.plan()
    rows = read_sketch(text)
    if venture.is_fitted:
        rows = fitted(rows, venture.days * 5 / 7 * 0.86)
    names = venture.team.split()
    hands = company.hands | {
        letter: company.hands[names[place % len(names)]] for place, letter in enumerate("ABCDEF")
    }
    rows = [replace(row, people=_apart(row.people, hands)) for row in rows]
    return Bed(project, rows, hands, company.site_calendar.pk)


def _apart(people: Sequence[tuple[str, int]], hands: Mapping[str, object]) -> tuple[tuple[str, int], ...]:
    """No one twice on one task, though two letters may mean one person in a small team."""
    seen: dict[object, tuple[str, int]] = {}
    for name, percent in people:
        seen.setdefault(hands[name], (name, percent))
    return tuple(seen.values())


def _schedule(bed: Bed, *, actor: System) -> Rescheduled:
    with changing(bed.project, actor=actor) as record:
        record("plan.made", target=bed.project, after={"count": len(bed.rows)})
        result = reschedule(bed.project, record=record)
        record.entries[-1].consequences = None
    return result


def _agree(company: SettledCompany, ventures: Sequence[Venture], beds: Sequence[Bed]) -> None:
    """What was agreed on when a project began; what is still being planned has nothing yet."""
    for venture, bed in zip(ventures, beds, strict=True):
        if venture.status != "planning":
            begun = timezone.make_aware(datetime.combine(bed.project.start_date, time(10)))
            take_baseline(
                project=bed.project, actor=company.users[venture.team.split()[0]], name="承認時の計画",
                reason="キックオフで合意", number=0, taken_at=min(begun, timezone.now()),
            )  # fmt: skip


def _with_work(tasks: list[Task]) -> list[Task]:
    """The tasks with the work that is left of them after sharing; progress reports hours of it."""
    work = dict(Task.objects.filter(pk__in=[task.pk for task in tasks]).values_list("pk", "work_minutes"))
    for task in tasks:
        task.work_minutes = work[task.pk]
    return tasks


def _progress(
    company: SettledCompany, venture: Venture, project: Project, tasks: list[Task], result: Rescheduled, *,
    today: date, chance: Random,
) -> int:  # fmt: skip
    """Progress and its history as of today, or as of the day the project stopped; returns how many tasks have any."""
    if venture.status == "planning":
        return 0
    as_of = today
    if venture.status == "completed":
        as_of = max(today, day_of(result.plan.finish // MINUTES_PER_DAY) + timedelta(days=1))
    elif venture.status in STOPPED_AFTER:
        as_of = project.start_date + timedelta(days=int(venture.days * STOPPED_AFTER[venture.status]))
    links = TaskLink.objects.filter(project=project)
    waits = waits_of(list(links.values_list("predecessor_id", "successor_id", "link_type", "lag_minutes")))
    dates = {pk: Span(each.start, each.finish, each.total_slack) for pk, each in result.plan.tasks.items()}
    moved = advance(tasks, dates, waits, today=as_of, late=venture.late, chance=chance)
    if venture.status == "suspended":
        for task in moved:
            task.status = TaskStatus.ON_HOLD if task.progress_percentage < 100 else task.status
    store_progress(moved)
    people = dict(
        Assignment.objects.filter(project=project).order_by("-pk").values_list("task_id", "resource__user_id")
    )
    reporter = Reporter(people, company.users[venture.team.split()[0]].pk)
    insert_rows(history_of(moved, dates, reporter, today=min(as_of, today)))
    return len(moved)
