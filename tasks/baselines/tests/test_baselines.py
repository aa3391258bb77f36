"""Baselines: taken whole or of some rows, named, compared with, let go; and what they hold stays."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry, Project
from resources.models import ResourceRate
from tasks.baselines.forms import TakeForm
from tasks.baselines.selectors import listed
from tasks.baselines.services import (
    Asked,
    choose_baseline,
    delete_baseline,
    rename_baseline,
    take_baseline,
)
from tasks.editing.fields import edit_task
from tasks.models import Baseline, BaselineTask, Task
from tasks.plan.agreed_costs import opened
from tests.signing_in import browser_of


def take(project: Project, actor: Any, name: str = "合意した計画", **more: Any) -> Baseline:
    return take_baseline(project=project, actor=actor, name=name, **more)


def last_entry(project: Project) -> AuditEntry:
    return AuditEntry.objects.filter(project=project).latest("sequence")


class TestTakeBaseline:
    def test_keeps_every_row_as_it_is(self, project: Project, chain: dict[str, Task], cast: Any) -> None:
        revision = Project.objects.get(pk=project.pk).revision
        baseline = take(project, cast.planner, reason="承認会議")
        names = (
            "task_id",
            "start_minute",
            "finish_minute",
            "duration_minutes",
            "work_minutes",
            "row_number",
            "is_critical",
        )
        rows = set(BaselineTask.objects.filter(baseline=baseline).values_list(*names))
        assert rows == set(Task.objects.filter(project=project).values_list("pk", *names[1:]))
        assert (baseline.task_count, baseline.revision, baseline.is_whole) == (4, revision, True)
        project.refresh_from_db()
        assert (baseline.finish_minute, project.revision) == (project.planned_finish_minute, revision + 1)
        entry = last_entry(project)
        assert (entry.action, entry.after) == (
            "baseline.taken",
            {"name": "合意した計画", "reason": "承認会議"},
        )

    def test_of_some_rows_has_them_and_the_summaries_above(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        for name in ("開発", "試験"):
            Task.objects.filter(pk=chain[name].pk).update(parent=chain["設計"])
        Task.objects.filter(pk=chain["設計"].pk).update(is_summary=True)
        asked = [(chain["試験"].row_number, chain["完了"].row_number)]
        alone = take(project, cast.planner, rows=Asked(asked, with_summaries=False))
        both = take(project, cast.planner, rows=Asked(asked))
        held = {
            baseline: set(baseline.rows.values_list("task__name", flat=True)) for baseline in (alone, both)
        }
        assert held == {alone: {"試験", "完了"}, both: {"設計", "試験", "完了"}}
        assert not alone.is_whole
        assert both.work_minutes == chain["試験"].work_minutes + chain["完了"].work_minutes

    def test_keeps_costs_of_people_and_tasks_encrypted(
        self, project: Project, chain: dict[str, Task], cast: Any, work_on: Callable[..., Any], resource: Any
    ) -> None:
        task = chain["設計"]
        assignment = work_on(task)
        type(assignment).objects.filter(pk=assignment.pk).update(work_minutes=600)
        ResourceRate.objects.create(
            organization=project.organization,
            resource=resource,
            valid_from="2026-01-01",
            cost_per_hour=Decimal(5000),
        )
        Task.objects.filter(pk=task.pk).update(fixed_cost=Decimal("1200.50"), parent=chain["完了"])
        Task.objects.filter(pk=chain["完了"].pk).update(row_number=0)
        baseline = take(project, cast.planner)
        whole = 10 * 5000 * 100 + 120050
        assert opened(baseline.cost_secret) == {task.pk: whole, chain["完了"].pk: whole}
        assert str(whole) not in baseline.cost_secret
        assert opened(take(project, cast.planner, rows=Asked([(99, 99), (0, 0)])).cost_secret) == {
            chain["完了"].pk: whole
        }

    def test_the_first_is_compared_with_and_later_ones_where_they_are_asked_to_be(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        first, second = (take(project, cast.planner, name) for name in ("一", "二"))
        assert (first.is_chosen, second.is_chosen) == (True, False)
        third = take(project, cast.planner, "三", is_chosen=True)
        assert list(Baseline.objects.filter(is_chosen=True)) == [third]

    def test_refuses_a_number_that_is_taken_and_rows_that_are_not_there(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        take(project, cast.planner, number=0)
        for more, field in (({"number": 0}, "number"), ({"rows": Asked([(90, 99)])}, "rows")):
            with pytest.raises(RuleBrokenError) as refused:
                take(project, cast.planner, **more)
            assert refused.value.field == field
        assert Baseline.objects.count() == 1

    def test_is_for_those_who_plan(self, project: Project, chain: dict[str, Task], cast: Any) -> None:
        with pytest.raises(NotAllowedError):
            take(project, cast.contributor)

    def test_asks_as_much_for_many_rows_as_for_few(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        take(project, cast.planner)
        counts = []
        for first, last in ((5, 5), (6, 300)):
            Task.objects.bulk_create(
                Task(
                    organization=project.organization, project=project, name=f"作業{row}", row_number=row,
                    start_minute=project.start_minute, finish_minute=project.start_minute + 540,
                )
                for row in range(first, last + 1)
            )  # fmt: skip
            with CaptureQueriesContext(connection) as captured:
                take(project, cast.planner)
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestKept:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE baseline_tasks SET work_minutes = 0",
            "UPDATE baselines SET finish_minute = 0",
            "UPDATE baselines SET reason = ''",
        ],
    )
    def test_is_never_changed(
        self, statement: str, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        take(project, cast.planner, reason="承認会議")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_loses_no_row_of_its_own(self, project: Project, chain: dict[str, Task], cast: Any) -> None:
        take(project, cast.planner)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM baseline_tasks")

    def test_stays_as_it_was_when_the_plan_moves(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        baseline = take(project, cast.planner)
        before = dict(baseline.rows.values_list("task", "finish_minute"))
        edit_task(task=chain["設計"], changes={"duration_minutes": 4800}, actor=cast.planner)
        assert dict(baseline.rows.values_list("task", "finish_minute")) == before
        project.refresh_from_db()
        (row,) = listed(project, [baseline])
        late = project.planned_finish_minute - baseline.finish_minute
        assert late > 0
        assert row.minutes_later
        assert row.minutes_later % project.minutes_per_day == 0
        assert row.words == f"{row.minutes_later // project.minutes_per_day}日遅い"

    def test_goes_with_its_project(self, project: Project, chain: dict[str, Task], cast: Any) -> None:
        take(project, cast.planner)
        Baseline.objects.filter(project=project).delete()
        assert not BaselineTask.objects.exists()


class TestOtherChanges:
    def test_are_recorded_and_change_no_row(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        first, second = (take(project, cast.planner, name) for name in ("一", "二"))
        rename_baseline(baseline=second, actor=cast.planner, name="第二版")
        entry = last_entry(project)
        assert (entry.action, entry.before, entry.after) == (
            "baseline.renamed",
            {"name": "二"},
            {"name": "第二版"},
        )
        choose_baseline(baseline=second, actor=cast.planner)
        entry = last_entry(project)
        assert (entry.action, entry.before, entry.after) == (
            "baseline.chosen",
            {"name": "一"},
            {"name": "第二版"},
        )
        assert Baseline.objects.get(is_chosen=True) == second
        delete_baseline(baseline=first, actor=cast.planner)
        assert last_entry(project).action == "baseline.deleted"
        assert set(BaselineTask.objects.values_list("baseline", flat=True)) == {second.pk}

    def test_that_change_nothing_leave_no_line(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        baseline = take(project, cast.planner)
        entry = last_entry(project)
        choose_baseline(baseline=baseline, actor=cast.planner)
        rename_baseline(baseline=baseline, actor=cast.planner, name=baseline.name)
        assert last_entry(project) == entry


class TestTakeForm:
    @pytest.mark.parametrize(
        ("typed", "rows"),
        [
            ("", None),
            ("3", [(3, 3)]),
            ("3-10, 15", [(3, 10), (15, 15)]),
            ("３～１０、１５", [(3, 10), (15, 15)]),
            ("3 - 10 15", [(3, 10), (15, 15)]),
        ],
    )
    def test_reads_row_numbers(self, typed: str, rows: list[tuple[int, int]] | None) -> None:
        form = TakeForm({"name": "一", "rows": typed})
        assert form.is_valid()
        assert form.values["rows"] == (Asked(rows, with_summaries=False) if rows else None)

    @pytest.mark.parametrize("typed", ["a", "3-", "10-3", "1,2,x", "9999999999"])
    def test_refuses_what_is_none(self, typed: str) -> None:
        assert "rows" in TakeForm({"name": "一", "rows": typed}).errors


class TestPages:
    def test_say_who_took_what_and_how_far_it_is_now(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        take(project, cast.planner, reason="承認会議")
        edit_task(task=chain["設計"], changes={"duration_minutes": 4800}, actor=cast.planner)
        page = browser_of(cast.viewer).get(reverse("tasks:baseline_list", args=[project.pk])).content.decode()
        for word in ("合意した計画", "承認会議", cast.planner.display_name, "比較の基準", "日遅い"):
            assert word in page
        assert reverse("tasks:baseline_take", args=[project.pk]) not in page

    def test_take_choose_rename_and_delete(self, project: Project, chain: dict[str, Task], cast: Any) -> None:
        client = browser_of(cast.planner)
        url = reverse("tasks:baseline_take", args=[project.pk])
        assert "の計画" in client.get(url).content.decode()
        client.post(url, {"name": "一", "number": "0"})
        client.post(url, {"name": "二", "rows": "1-2", "number": ""})
        first, second = Baseline.objects.order_by("pk")
        assert (first.number, second.number, second.task_count) == (0, None, 2)
        taken = client.post(url, {"name": "三", "number": "0"})
        assert (taken.status_code, "「一」が使っています" in taken.content.decode()) == (422, True)
        client.post(reverse("tasks:baseline_choose", args=[project.pk, second.pk]))
        client.post(reverse("tasks:baseline_rename", args=[project.pk, second.pk]), {"name": "第二版"})
        second.refresh_from_db()
        assert (second.is_chosen, second.name) == (True, "第二版")
        delete = reverse("tasks:baseline_delete", args=[project.pk, second.pk])
        assert "元に戻せません" in client.get(delete).content.decode()
        client.post(delete)
        assert list(Baseline.objects.all()) == [first]

    def test_begin_with_the_rows_that_were_selected_in_the_sheet(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        client, rows = browser_of(cast.planner), {name: task.row_number for name, task in chain.items()}
        assert rows == {"設計": 1, "開発": 2, "試験": 3, "完了": 4}
        sheet = client.get(reverse("tasks:wbs", args=[project.pk])).content.decode()
        url = reverse("tasks:baseline_take", args=[project.pk])
        assert f'data-baseline-url="{url}"' in sheet
        ids = ",".join(str(chain[name].pk) for name in ("完了", "開発", "設計"))
        opened = client.post(url, {"tasks": f"{ids},x,99999999999999999999", "opens": "1"})
        assert (opened.status_code, 'value="1-2, 4"' in opened.content.decode()) == (200, True)
        assert not Baseline.objects.exists()
        assert 'value="3-4"' in client.get(url, {"rows": "3-4"}).content.decode()

    def test_know_no_baseline_of_another_project(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        baseline = take(project, cast.planner)
        other = Project.objects.create(
            organization=project.organization, code="OTHER", name="ほか", start_date=project.start_date,
            end_date=project.end_date, start_minute=project.start_minute, calendar=project.calendar,
        )  # fmt: skip
        client = browser_of(cast.admin)
        assert client.post(reverse("tasks:baseline_choose", args=[other.pk, baseline.pk])).status_code == 404

    def test_ask_as_much_for_many_baselines_as_for_few(
        self, project: Project, chain: dict[str, Task], cast: Any,
        queries_of: Callable[..., int],
    ) -> None:  # fmt: skip
        url = reverse("tasks:baseline_list", args=[project.pk])
        counts = []
        for more in (2, 17):
            for number in range(more):
                take(project, cast.planner, rows=Asked([(1, 1)]) if number % 2 else None)
            counts.append(queries_of(browser_of(cast.planner), url))
        assert counts[0] == counts[1]
