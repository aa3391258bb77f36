"""A baseline beside the plan of now and beside another: what came, went, moved, grew and got dearer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from tasks.baselines.comparing import Comparison
from tasks.baselines.services import Asked, take_baseline
from tasks.editing.fields import edit_task
from tasks.models import Baseline, Task
from tests.pages import compact
from tests.signing_in import browser_of


def take(project: Project, actor: Any, name: str = "合意した計画", **more: Any) -> Baseline:
    return take_baseline(project=project, actor=actor, name=name, **more)


def kinds_of(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    return {each.name: each.kinds for each in comparison.rows("", first=0, count=99)}


@pytest.fixture
def changed(project: Project, plan: Any, cast: Any) -> tuple[Project, Baseline, dict[str, Task]]:
    """A plan of five tasks under a summary, of which one grew and moved another, one went, one came and one got dearer."""
    tasks: dict[str, Task] = plan(
        ("工程", 1, 1), ("調査", 2, 5), ("設計", 2, 3, "2"), ("教育", 2, 1), ("購入", 2, 2), ("会議", 2, 1)
    )
    baseline = take(project, cast.planner)
    edit_task(task=tasks["調査"], changes={"duration_minutes": 8 * 480}, actor=cast.planner)
    Task.objects.filter(pk=tasks["教育"].pk).update(deleted_at=timezone.now(), row_number=None)
    Task.objects.filter(pk=tasks["購入"].pk).update(fixed_cost=Decimal(30_000))
    late = Task.objects.create(
        organization=project.organization, project=project, name="追加の試験", row_number=7, parent=tasks["工程"],
        start_minute=project.start_minute, finish_minute=project.start_minute + 540, wbs_code="1.6",
    )  # fmt: skip
    project.refresh_from_db()
    return project, baseline, tasks | {"追加の試験": late}


Changed = tuple[Project, Baseline, dict[str, Task]]


class TestComparison:
    def test_finds_what_came_went_moved_grew_and_got_dearer(self, changed: Changed) -> None:
        project, baseline, _tasks = changed
        comparison = Comparison(project, baseline, None, sees_money=True)
        assert kinds_of(comparison) == {
            "調査": ("moved", "longer"), "設計": ("moved",), "教育": ("removed",), "購入": ("dearer",),
            "追加の試験": ("added",),
        }  # fmt: skip
        sums = comparison.sums()
        assert sums.changed == 5
        assert sums.counts == {
            "added": 1, "removed": 1, "moved": 2, "longer": 1, "dearer": 1, "critical": 0
        }  # fmt: skip
        assert [each.name for each in comparison.rows("moved", first=0, count=9)] == ["調査", "設計"]
        assert [each.name for each in comparison.rows("", first=1, count=2)] == ["設計", "教育"]

    def test_says_both_sides_of_a_task_and_how_far_they_are_apart(self, changed: Changed) -> None:
        project, baseline, tasks = changed
        found = {
            each.name: each
            for each in Comparison(project, baseline, None, sees_money=True).rows("", first=0, count=9)
        }
        grown, bought, gone = found["調査"], found["購入"], found["教育"]
        assert (grown.start_later, grown.finish_later) == (0, 3 * 480)
        assert (grown.then.duration, grown.now.duration) == (5 * 480, 8 * 480)
        assert (bought.then.cost, bought.now.cost) == (0, 3_000_000)
        assert (gone.is_deleted, gone.now, gone.finish_later) == (True, None, None)
        assert found["追加の試験"].then is None
        assert tasks["工程"].pk not in {each.task_id for each in found.values()}

    def test_knows_nothing_of_costs_without_the_right(self, changed: Changed) -> None:
        project, baseline, _tasks = changed
        comparison = Comparison(project, baseline, None, sees_money=False)
        assert "dearer" not in comparison.kinds
        assert "購入" not in kinds_of(comparison)
        assert {
            side.cost
            for each in comparison.rows("", first=0, count=9)
            for side in (each.then, each.now)
            if side
        } == {None}

    def test_is_made_with_another_baseline_both_ways(self, changed: Changed, cast: Any) -> None:
        project, before, _tasks = changed
        after = take(project, cast.planner, "見直し")
        assert kinds_of(Comparison(project, after, None, sees_money=True)) == {}
        there = kinds_of(Comparison(project, before, after, sees_money=True))
        back = kinds_of(Comparison(project, after, before, sees_money=True))
        assert there["追加の試験"] == back["教育"] == ("added",)
        assert there["調査"] == ("moved", "longer")
        assert back["調査"] == ("moved",)

    def test_of_some_rows_is_of_these_alone(self, changed: Changed, cast: Any) -> None:
        project, whole, _tasks = changed
        part = take(project, cast.planner, "一部", rows=Asked([(2, 3)], with_summaries=False))
        edit_task(task=Task.objects.get(name="設計"), changes={"duration_minutes": 480}, actor=cast.planner)
        comparison = Comparison(project, part, None, sees_money=True)
        assert "added" not in comparison.kinds
        assert kinds_of(comparison) == {"設計": ("moved",)}
        other = Comparison(project, whole, part, sees_money=True)
        assert "removed" not in other.kinds
        assert set(kinds_of(other)) == {"調査", "設計"}

    def test_says_what_became_critical_where_both_sides_know(self, changed: Changed) -> None:
        project, baseline, tasks = changed
        Task.objects.filter(pk=tasks["会議"].pk).update(
            is_critical=not baseline.rows.get(task=tasks["会議"]).is_critical
        )
        assert kinds_of(Comparison(project, baseline, None, sees_money=True))["会議"] == ("critical",)
        baseline.knows_critical = False
        comparison = Comparison(project, baseline, None, sees_money=True)
        assert "critical" not in comparison.kinds
        assert "会議" not in kinds_of(comparison)

    def test_compares_days_on_the_clock_with_days_of_work_as_days(
        self, project: Project, plan: Any, cast: Any
    ) -> None:
        tasks = plan(("養生", 1, 3))
        baseline = take(project, cast.planner)
        Task.objects.filter(pk=tasks["養生"].pk).update(duration_minutes=2 * 1440, is_elapsed=True)
        assert kinds_of(Comparison(project, baseline, None, sees_money=True)) == {}
        Task.objects.filter(pk=tasks["養生"].pk).update(duration_minutes=4 * 1440)
        assert kinds_of(Comparison(project, baseline, None, sees_money=True)) == {"養生": ("longer",)}


class TestPage:
    def test_shows_counts_totals_and_each_task_on_both_sides(self, changed: Changed, cast: Any) -> None:
        project, baseline, _tasks = changed
        url = reverse("tasks:baseline_compare", args=[project.pk, baseline.pk])
        page = compact(browser_of(cast.admin).get(url))
        for words in (
            "変化のすべて<span>5</span>", "移動<span>2</span>", "コスト増<span>1</span>", "当時 2026/04/10", "3日遅い",
            "¥30,000", "追加の試験", "クリティカルなタスク",
        ):  # fmt: skip
            assert words in page
        assert "¥" not in compact(browser_of(cast.viewer).get(url))

    def test_shows_one_kind_and_takes_nonsense_for_all(self, changed: Changed, viewer_client: Client) -> None:
        project, baseline, _tasks = changed
        url = reverse("tasks:baseline_compare", args=[project.pk, baseline.pk])
        page = compact(viewer_client.get(url, {"kind": "removed"}))
        assert "教育" in page
        assert "追加の試験" not in page
        for asked in ({"kind": "dearer"}, {"kind": "x"}, {"with": "x"}, {"page": "-1"}):
            assert "追加の試験" in compact(viewer_client.get(url, asked))

    def test_says_where_nothing_changed(
        self, project: Project, chain: dict[str, Task], viewer_client: Client, cast: Any
    ) -> None:
        baseline = take(project, cast.planner)
        other = take(project, cast.planner, "次")
        url = reverse("tasks:baseline_compare", args=[project.pk, baseline.pk])
        for asked in ({}, {"with": str(other.pk)}):
            assert "変わったタスクはありません" in compact(viewer_client.get(url, asked))

    def test_knows_no_baseline_of_another_project(
        self, project: Project, chain: dict[str, Task], cast: Any, viewer_client: Client
    ) -> None:
        baseline = take(project, cast.planner)
        url = reverse("tasks:baseline_compare", args=[project.pk, baseline.pk])
        assert viewer_client.get(url, {"with": str(baseline.pk + 999)}).status_code == 404

    def test_asks_as_much_for_many_tasks_as_for_few(
        self, project: Project, plan: Any, cast: Any, queries_of: Callable[..., int]
    ) -> None:
        tasks = plan(*((f"作業{number}", 1, 2) for number in range(60)))
        baseline = take(project, cast.planner)
        url = reverse("tasks:baseline_compare", args=[project.pk, baseline.pk])
        counts = []
        for first in (58, 0):
            names = [f"作業{number}" for number in range(first, 60)]
            Task.objects.filter(pk__in=[tasks[name].pk for name in names]).update(duration_minutes=960 * 2)
            counts.append(queries_of(browser_of(cast.admin), url))
        assert counts[0] == counts[1]
        page = compact(browser_of(cast.admin).get(url, {"page": "2"}))
        assert "60件中 51–60件" in page
        with CaptureQueriesContext(connection) as queries:
            Comparison(project, baseline, None, sees_money=False).sums()
        assert len(queries) == 1
