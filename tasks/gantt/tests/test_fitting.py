"""The plan, or the selected rows, as a whole: the finest scale at which their days fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Project
from projects.worktime.moments import MINUTES_PER_DAY, day_number
from tasks.gantt.fitting import MARGIN
from tasks.models import Task
from tests.pages import compact

#: Pixels of a day, from the finest scale to the coarsest.
ZOOMS = {"day": 28, "week": 7, "month": 2.4, "quarter": 0.9, "year": 0.35}


@pytest.fixture
def tasks(plan: Callable[..., dict[str, Task]], project: Project) -> dict[str, Task]:
    """Three tasks of ten days each: at once, a hundred days later, and a thousand."""
    found = plan(("準備", 1, 10), ("本番", 1, 10), ("撤去", 1, 10))
    first = day_number(project.start_date)
    for task, later in zip(found.values(), (0, 100, 1000), strict=True):
        start = (first + later) * MINUTES_PER_DAY
        Task.objects.filter(pk=task.pk).update(start_minute=start, finish_minute=start + 10 * MINUTES_PER_DAY)
    ends = {
        "planned_start_minute": first * MINUTES_PER_DAY,
        "planned_finish_minute": (first + 1010) * MINUTES_PER_DAY,
    }
    Project.objects.filter(pk=project.pk).update(**ends)
    return found


@pytest.fixture
def ask(viewer_client: Client, project: Project) -> Callable[..., str]:
    def act(**query: Any) -> str:
        return compact(viewer_client.get(reverse("tasks:gantt_chart", args=[project.pk]), query))

    return act


def zoom_of(page: str) -> str:
    return re.findall(r'data-zoom="(\w+)"', page)[0]


def days_of(page: str, project: Project) -> tuple[int, int]:
    """The first and the last day that are to be seen, counted from the first one of the project."""
    found = re.findall(r'data-fit-first="(\d+)" data-fit-last="(\d+)"', page)
    first, last = found[0]
    begin = day_number(project.start_date)
    return int(first) - begin, int(last) - begin


class TestPlan:
    @pytest.mark.parametrize(("zoom", "pixels"), ZOOMS.items())
    def test_is_shown_at_the_finest_scale_at_which_it_fits(
        self, ask: Any, tasks: Any, project: Project, zoom: str, pixels: float
    ) -> None:
        room = int(1010 * pixels) + 2 * MARGIN + 1
        page = ask(fit="plan", room=room, zoom="week")
        assert zoom_of(page) == zoom
        assert days_of(page, project) == (0, 1009)
        if zoom not in {"year", "quarter"}:
            names = list(ZOOMS)
            assert zoom_of(ask(fit="plan", room=room - 3)) == names[names.index(zoom) + 1]

    def test_is_shown_at_the_coarsest_one_where_it_fits_at_none(self, ask: Any, tasks: Any) -> None:
        assert zoom_of(ask(fit="plan", room=1)) == "year"

    def test_is_shown_as_on_a_small_screen_where_the_room_is_not_said(
        self, ask: Any, tasks: dict[str, Task]
    ) -> None:
        ends = {"fit-first": tasks["準備"].pk, "fit-last": tasks["本番"].pk}
        assert [
            zoom_of(ask(fit="rows", **ends, **room)) for room in ({}, {"room": "wide"}, {"room": 560})
        ] == ["month"] * 3

    def test_without_tasks_is_its_project(self, ask: Any, project: Project) -> None:
        page = ask(fit="plan", room=100_000)
        assert days_of(page, project) == (0, (project.end_date - project.start_date).days)


class TestRows:
    def test_are_shown_from_their_first_day_to_their_last(
        self, ask: Any, tasks: dict[str, Task], project: Project
    ) -> None:
        one, two, three = (task.pk for task in tasks.values())
        for selected, days, zoom in (
            ({"fit-first": two, "fit-last": two}, (100, 109), "day"),
            ({"fit-first": two, "fit-last": one}, (0, 109), "week"),
            ({"fit-first": one, "fit-last": three, "fit-without": three}, (0, 109), "week"),
            ({"fit-first": one, "fit-last": one, "fit-tasks": f"{three}"}, (0, 1009), "quarter"),
            ({"fit-tasks": f"{two}"}, (100, 109), "day"),
            ({}, (0, 1009), "quarter"),
        ):
            page = ask(fit="rows", room=1000, **selected)
            assert (days_of(page, project), zoom_of(page)) == (days, zoom), selected

    @pytest.mark.parametrize(
        "nonsense", [{"fit-first": "x"}, {"fit-tasks": "1;2"}, {"fit-tasks": "999999999"}]
    )
    def test_that_are_none_leave_the_chart_as_it_is(
        self, ask: Any, tasks: Any, nonsense: dict[str, str]
    ) -> None:
        page = ask(fit="rows", room=1000, zoom="month", **nonsense)
        assert zoom_of(page) == "month"
        assert "data-fit-first" not in page

    def test_of_another_project_are_none(self, ask: Any, tasks: dict[str, Task], project: Project) -> None:
        other = Project.objects.create(
            organization=project.organization, code="PRJ-002", name="別の計画", start_date=project.start_date,
            end_date=project.end_date, start_minute=project.start_minute, calendar=project.calendar, status="active",
        )  # fmt: skip
        theirs = tasks["撤去"]
        Task.objects.filter(pk=theirs.pk).update(project=other)
        assert "data-fit-first" not in ask(fit="rows", room=1000, **{"fit-tasks": f"{theirs.pk}"})

    def test_cost_the_same_for_many(
        self,
        viewer_client: Client,
        tasks: dict[str, Task],
        project: Project,
        django_assert_max_num_queries: Any,
    ) -> None:
        address = reverse("tasks:gantt_chart", args=[project.pk])
        viewer_client.get(address)
        with django_assert_max_num_queries(40) as plain:
            viewer_client.get(address, {"zoom": "day"})
        ends: dict[str, Any] = {"fit-first": tasks["準備"].pk, "fit-last": tasks["撤去"].pk}
        with django_assert_max_num_queries(len(plain) + 2):
            viewer_client.get(address, {"fit": "rows", "room": 1000, **ends})
