"""The chart draws what was agreed on under each bar, and says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from projects.models import Project
from tasks.baselines.services import Asked, take_baseline
from tasks.editing.fields import edit_task
from tasks.gantt.window import MOST_BESIDE, load_window, with_agreed
from tasks.models import Task
from tasks.plan.agreed import agreed_rows
from tasks.sheet.visible import VisibleRows
from tests.pages import compact


@pytest.fixture
def later(project: Project, chain: dict[str, Task], cast: Any) -> Project:
    """A plan that was agreed on with 設計 of five days, which then took eight."""
    take_baseline(project=project, actor=cast.planner, name="合意した計画")
    edit_task(task=chain["設計"], changes={"duration_minutes": 8 * 480}, actor=cast.planner)
    project.refresh_from_db()
    return project


@pytest.fixture
def chart(project: Project) -> Callable[..., str]:
    def read(client: Client, **query: Any) -> str:
        return compact(client.get(reverse("tasks:gantt", args=[project.pk], query=query)))

    return read


class TestChart:
    def test_says_of_a_bar_what_was_agreed_on_and_how_late_it_is(
        self, viewer_client: Client, later: Project, chart: Callable[..., str]
    ) -> None:
        page = chart(viewer_client)
        assert "、ベースライン 4/6–4/10、3日遅い" in page
        assert (
            page.count('class="gantt-baseline" d="M') == 1 + 1
        )  # the section's, and the sample in the legend

    def test_is_switched_off_and_on_again(
        self, viewer_client: Client, later: Project, chart: Callable[..., str]
    ) -> None:
        assert 'value="critical line" aria-pressed="true" aria-label="ベースライン"' in chart(viewer_client)
        page = chart(viewer_client, show="critical")
        assert "ベースライン 4/6" not in page
        assert 'value="critical baseline" aria-pressed="false" aria-label="ベースライン"' in page

    def test_offers_no_switch_where_there_is_no_baseline(
        self, viewer_client: Client, chain: dict[str, Task], chart: Callable[..., str]
    ) -> None:
        assert 'aria-label="ベースライン"' not in chart(viewer_client)

    def test_asks_as_much_for_many_bars_as_for_few(
        self, viewer_client: Client, project: Project, plan: Any, queries_of: Callable[..., int], cast: Any
    ) -> None:
        plan(*((f"作業{number}", 1, 3) for number in range(12)))
        take_baseline(project=project, actor=cast.planner, name="合意した計画")
        url = reverse("tasks:gantt", args=[project.pk])
        counts = []
        for _size in ("many", "few"):
            cache.clear()
            counts.append(queries_of(viewer_client, url))
            Task.objects.filter(row_number__gt=3).update(deleted_at="2026-04-01T00:00Z", row_number=None)
            Project.objects.filter(pk=project.pk).update(task_count=3)
        assert counts[0] == counts[1]


class TestWindow:
    def test_has_baselines_of_the_chosen_one_and_of_its_rows_alone(
        self, later: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        row = chain["開発"].row_number
        take_baseline(
            project=later, actor=cast.planner, name="開発だけ", rows=Asked([(row, row)]), is_chosen=True
        )
        everything = VisibleRows(later.task_count, (), frozenset())
        window = load_window(later, everything, first=0, count=9, on=later.start_date, has_baseline=True)
        assert [each.name for each in window.rows if each.baseline] == ["開発"]

    def test_counts_differences_in_the_working_time_of_each_task(
        self, later: Project, chain: dict[str, Task]
    ) -> None:
        agreed = agreed_rows(later.pk, None)
        assert (agreed[chain["設計"].pk].start_later, agreed[chain["設計"].pk].finish_later) == (0, 3 * 480)
        assert agreed[chain["開発"].pk].start_later == 3 * 480
        assert set(agreed_rows(later.pk, [chain["設計"].pk])) == {chain["設計"].pk}

    @pytest.mark.parametrize(
        ("agreed", "days"),
        [
            (None, (100, 200)),
            ((120, 150), (100, 200)),
            ((80, 230), (80, 230)),
            ((-9_000, 90_000), (100 - MOST_BESIDE, 200 + MOST_BESIDE)),
        ],
    )
    def test_has_room_for_what_was_agreed_on_a_year_beside_the_plan_at_most(
        self, agreed: tuple[int, int] | None, days: tuple[int, int]
    ) -> None:
        minutes = agreed and (agreed[0] * 1440 + 540, agreed[1] * 1440 + 1080)
        assert with_agreed((100, 200), minutes) == days
