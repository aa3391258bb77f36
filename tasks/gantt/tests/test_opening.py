"""Where a chart opens: never at an empty picture."""

from datetime import date
from typing import Any

import pytest
import time_machine

from projects.worktime.moments import MINUTES_PER_DAY, day_number
from tasks.gantt.canvas import View, make_canvas
from tasks.gantt.opening import opening_day, opening_row
from tasks.models import CollapsedTask, Task
from tasks.sheet.visible import visible_rows

TODAY = date(2026, 6, 10)
ROWS = 60


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel("2026-06-10T03:00:00Z", tick=False):
        yield


@pytest.fixture
def viewer(cast: Any) -> Any:
    return cast.viewer


@pytest.fixture
def rows(plan: Any, project: Any) -> list[Task]:
    """Sixty rows without a bar in sight of today: all lie a year later."""
    tasks = list(plan(*((f"作業{number}", 1, 1) for number in range(ROWS))).values())
    project.refresh_from_db()
    lay(tasks, day_number(TODAY) + 365)
    project.end_date = date(2027, 12, 31)
    project.save(update_fields=["end_date"])
    return tasks


def lay(tasks: list[Task], day: int, days: int = 5) -> None:
    """Put bars on some days, as the engine would have left them."""
    start = day * MINUTES_PER_DAY
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
        start_minute=start, finish_minute=start + days * MINUTES_PER_DAY
    )


def opened(project: Any, user: Any, **query: str) -> int:
    return opening_row(project, visible_rows(project, user), make_canvas(project, View.read(query)))


def day(project: Any, user: Any, place: int, **query: str) -> int:
    view = View.read(query)
    return opening_day(project, visible_rows(project, user), make_canvas(project, view), view, place=place)


class TestRow:
    def test_is_the_first_with_something_to_do_and_a_bar_in_sight(self, rows, project, viewer):
        lay(rows[20:40], day_number(TODAY))
        assert opened(project, viewer) == 20

    def test_passes_what_is_done(self, rows, project, viewer):
        lay(rows[20:40], day_number(TODAY))
        Task.objects.filter(pk__in=[task.pk for task in rows[20:23]]).update(progress_percentage=100)
        assert opened(project, viewer) == 23

    def test_passes_a_single_bar_for_a_screen_that_is_full(self, rows, project, viewer):
        lay([rows[2], *rows[40:50]], day_number(TODAY))
        assert opened(project, viewer) == 40

    def test_is_the_fullest_where_none_is_full(self, rows, project, viewer):
        lay([rows[2], *rows[40:44]], day_number(TODAY))
        assert opened(project, viewer) == 40

    def test_is_the_first_that_is_not_done_where_nothing_is_in_sight(self, rows, project, viewer):
        Task.objects.filter(pk=rows[0].pk).update(progress_percentage=100)
        assert opened(project, viewer) == 1

    def test_is_the_first_of_all_where_all_is_done(self, rows, project, viewer):
        Task.objects.filter(project=project).update(progress_percentage=100)
        assert opened(project, viewer) == 0

    def test_is_the_first_of_an_empty_plan(self, project, viewer):
        assert opened(project, viewer) == 0

    def test_is_counted_over_what_is_shown(self, rows, project, viewer):
        lay(rows[20:40], day_number(TODAY))
        Task.objects.filter(pk=rows[0].pk).update(descendant_count=10, is_summary=True)
        CollapsedTask.objects.create(
            organization=project.organization, project=project, user=viewer, task=rows[0]
        )
        assert opened(project, viewer) == 10

    def test_asks_twice_whatever_the_plan(self, rows, project, viewer, django_assert_num_queries):
        visible, sheet = visible_rows(project, viewer), make_canvas(project, View.read({}))
        lay(rows, day_number(TODAY))
        with django_assert_num_queries(2):
            opening_row(project, visible, sheet)


class TestDay:
    def test_is_today_where_a_bar_is_in_sight(self, rows, project, viewer):
        lay(rows[20:21], day_number(TODAY) + 20)
        assert day(project, viewer, place=10) == day_number(TODAY)

    def test_is_where_the_first_row_begins_where_none_is(self, rows, project, viewer):
        lay(rows[30:], day_number(TODAY) + 200)
        assert day(project, viewer, place=30) == day_number(TODAY) + 200

    def test_counts_the_last_rows_as_one_screen(self, rows, project, viewer):
        lay(rows[ROWS - 17 :], day_number(TODAY))
        lay(rows[-1:], day_number(TODAY) + 200)
        assert day(project, viewer, place=ROWS - 1) == day_number(TODAY)

    def test_of_a_wide_scale_is_today_for_more_rows(self, rows, project, viewer):
        lay(rows[30:], day_number(TODAY) + 200)
        assert day(project, viewer, place=30, zoom="quarter") == day_number(TODAY)

    def test_is_the_one_that_is_asked_for(self, rows, project, viewer):
        assert day(project, viewer, place=0, date="2026-07-01") == day_number(date(2026, 7, 1))

    def test_is_the_beginning_of_a_plan_that_is_over(self, rows, project, viewer):
        with time_machine.travel("2031-06-10T03:00:00Z", tick=False):
            assert day(project, viewer, place=0) == day_number(TODAY) + 365
