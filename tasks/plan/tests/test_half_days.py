"""Plans work around absences, half days too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from projects.changes import changing
from projects.jobs import outbox
from projects.permissions import System
from projects.worktime.moments import minute_of
from resources.models import Absence, Resource
from tasks.jobs import calculate_critical_path
from tasks.models import Task
from tasks.plan.rescheduling import reschedule

NOON, EVENING = 720, 1080


@pytest.mark.parametrize(
    ("absences", "finish"),
    [
        ([], (6, EVENING)),
        # The five hours of the afternoon of the 6th, and the three of the next morning.
        ([("morning", 6)], (7, NOON)),
        # The three hours of the morning, and five of the next day: three, and two after the break.
        ([("afternoon", 6)], (7, 900)),
        ([("morning", 6), ("afternoon", 6)], (7, EVENING)),
        ([("day", 6), ("afternoon", 7)], (8, 900)),
    ],
)
def test_a_day_of_work_takes_as_long_as_its_person_is_there(
    plan: Any, project: Any, resource: Resource, work_on: Any, absences: list[tuple[str, int]], finish: Any
) -> None:
    task = plan(("見積", 1, 1))["見積"]
    work_on(task)
    for portion, day in absences:
        on = date(2026, 4, day)
        Absence.objects.create(
            organization=project.organization, resource=resource, portion=portion, first_on=on, last_on=on
        )
    with changing(project, actor=System("test")) as record:
        record("absence.added")
        reschedule(project, record=record)
    day, minute = finish
    assert Task.objects.get(pk=task.pk).finish_minute == minute_of(date(2026, 4, day), minute)


def test_entering_a_half_day_moves_the_plan_once_it_is_visible(
    plan: Any, project: Any, resource: Resource, work_on: Any, contributor_client: Any, monkeypatch: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    task = plan(("見積", 1, 1))["見積"]
    work_on(task)
    sent: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(
        outbox, "send", lambda letters: sent.extend((each.name, each.arguments) for each in letters)
    )
    typed = {"first_on": "2026/04/06", "portion": "morning", "kind": "paid"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = contributor_client.post(f"/resources/{resource.pk}/absences/new/", typed)
    assert answer.status_code == 302
    assert sent == [("calculate_critical_path", {"project_id": project.pk})]
    calculate_critical_path(project_id=project.pk)
    assert Task.objects.get(pk=task.pk).finish_minute == minute_of(date(2026, 4, 7), NOON)
