"""Many cells in one change: written together, refused one by one, for as many statements as one cell costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import AuditEntry, Project
from tasks.editing.refused import Cell, CellsRefusedError
from tasks.editing.writing import write_cells
from tasks.models import Assignment, Task, TaskLink, TaskProgress
from tests.pages import compact

HTMX = {"HX-Request": "true"}
Write = Callable[..., Any]


@pytest.fixture
def write(project: Project, cast: SimpleNamespace) -> Write:
    """`write((task, column, text), …)` as the leader, who may also make members."""

    def written(*cells: tuple[Any, ...], rest: bool = False, actor: Any = None) -> Any:
        typed = [Cell(task.pk, *more) for task, *more in cells]
        return write_cells(project=project, cells=typed, actor=actor or cast.leader, applies_rest=rest)

    return written


def refused_in(error: pytest.ExceptionInfo[CellsRefusedError]) -> dict[tuple[str, str], str]:
    return {(each.name, each.cell.column): each.sentence for each in error.value.refused}


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


class TestWriteCells:
    def test_is_one_revision_of_all_cells(
        self, write: Write, chain: dict[str, Task], project: Project
    ) -> None:
        before = Project.objects.get(pk=project.pk).revision
        written = write(
            (chain["設計"], "duration", "2d"), (chain["開発"], "name", "実装"), (chain["開発"], "duration", "4d"),
            (chain["試験"], "predecessors", "1, 2FS+1d"),
        )  # fmt: skip
        assert written.written == 4
        assert not written.refused
        assert Project.objects.get(pk=project.pk).revision == before + 1
        assert again(chain["開発"]).name == "実装"
        assert [again(chain[name]).duration_minutes for name in ("設計", "開発")] == [2 * 480, 4 * 480]
        assert TaskLink.objects.filter(successor=chain["試験"]).count() == 2
        assert str(again(chain["試験"]).start_date) == "2026-04-15"

    def test_computes_the_dates_once(
        self, write: Write, chain: dict[str, Task], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tasks.plan import rescheduling, unit

        runs, compute = [], rescheduling.reschedule

        def count(*args: Any, **more: Any) -> Any:
            runs.append(1)
            return compute(*args, **more)

        monkeypatch.setattr(unit, "reschedule", count)
        write(*((task, "duration", "2d") for task in list(chain.values())[:3]))
        assert runs == [1]

    def test_records_what_each_task_was_before(self, write: Write, chain: dict[str, Task]) -> None:
        write(
            (chain["設計"], "name", "方式設計"),
            (chain["設計"], "duration", "2d"),
            (chain["開発"], "duration", "4d"),
        )
        found = AuditEntry.objects.filter(action="task.edited").order_by("sequence")
        assert [(entry.target_id, entry.before, entry.after) for entry in found] == [
            (chain["設計"].pk, {"name": "設計"}, {"name": "方式設計"}),
            (chain["設計"].pk, {"duration_minutes": 2400, "is_elapsed": False}, {"duration_minutes": 960, "is_elapsed": False}),
            (chain["開発"].pk, {"duration_minutes": 4800, "is_elapsed": False}, {"duration_minutes": 1920, "is_elapsed": False}),
        ]  # fmt: skip

    def test_puts_people_on_tasks_and_makes_members_of_them_once(
        self, write: Write, chain: dict[str, Task], cast: SimpleNamespace, organization: Any
    ) -> None:
        from resources.models import Resource

        Resource.objects.create(
            organization=organization, name="同社 別人", kind="person", user=cast.outsider
        )
        written = write(
            (chain["設計"], "assignees", "同社 別人"), (chain["開発"], "assignees", "同社 別人[50%]")
        )
        assert written.change.joined == ["同社 別人"]
        shares = Assignment.objects.order_by("task__row_number").values_list("units_percentage", flat=True)
        assert [int(share) for share in shares] == [100, 50]

    def test_reports_progress_of_many(self, write: Write, chain: dict[str, Task]) -> None:
        write((chain["設計"], "progress", "100"), (chain["開発"], "progress", "30%"))
        assert [again(chain[name]).progress_percentage for name in ("設計", "開発")] == [100, 30]
        assert TaskProgress.objects.count() == 2

    def test_keeps_what_was_said_of_one_task_together(
        self, write: Write, chain: dict[str, Task], resource: Any
    ) -> None:
        task = chain["設計"]
        write(
            (task, "work", "20h"), (task, "duration", "5d"), (task, "assignees", resource.name),
            (task, "start", "4/13"),
        )  # fmt: skip
        now = again(task)
        assert (now.duration_minutes, now.work_minutes, str(now.start_date)) == (2400, 1200, "2026-04-13")

    def test_lets_the_duration_stay_that_was_sent_as_it_stands(
        self, write: Write, chain: dict[str, Task], work_on: Any
    ) -> None:
        task = chain["設計"]
        work_on(task)
        write((task, "duration", "5日"), (task, "work", "20h"))
        assert (again(task).duration_minutes, again(task).work_minutes) == (2400, 1200)
        assert Assignment.objects.get(task=task).units_percentage == 50

    def test_lets_the_finish_decide_over_the_duration(self, write: Write, chain: dict[str, Task]) -> None:
        task = chain["設計"]
        write((task, "duration", "20d"), (task, "start", "2026/4/13"), (task, "finish", "2026/4/15"))
        now = again(task)
        assert (str(now.start_date), str(now.end_date)) == ("2026-04-13", "2026-04-15")

    def test_changes_nothing_where_all_reads_so_already(self, write: Write, chain: dict[str, Task]) -> None:
        assert not write((chain["設計"], "duration", "5日"), (chain["開発"], "name", " 開発 ")).change


class TestRefusedCells:
    def test_are_all_listed_and_nothing_is_written(self, write: Write, chain: dict[str, Task]) -> None:
        with pytest.raises(CellsRefusedError) as error:
            write(
                (chain["設計"], "duration", "すこし"), (chain["開発"], "assignees", "だれか"),
                (chain["試験"], "name", ""), (chain["試験"], "duration", "4d"),
            )  # fmt: skip
        found = refused_in(error)
        assert set(found) == {("設計", "duration"), ("開発", "assignees"), ("試験", "name")}
        assert "5d" in found["設計", "duration"]
        assert error.value.rest == 1
        assert again(chain["試験"]).duration_minutes == 3 * 480
        assert not AuditEntry.objects.filter(action="task.edited").exists()

    def test_leave_the_rest_where_it_is_asked_for(self, write: Write, chain: dict[str, Task]) -> None:
        written = write(
            (chain["設計"], "duration", "すこし"), (chain["設計"], "name", "方式設計"), (chain["試験"], "duration", "4d"),
            rest=True,
        )  # fmt: skip
        assert [(each.row, each.cell.column) for each in written.refused] == [(1, "duration")]
        assert (again(chain["設計"]).name, again(chain["試験"]).duration_minutes) == ("方式設計", 4 * 480)

    def test_leave_no_trace_of_what_was_half_done(
        self, write: Write, chain: dict[str, Task], resource: Any
    ) -> None:
        task = chain["設計"]
        write((task, "assignees", f"{resource.name}[50%]"))
        written = write((task, "assignees", ""), (task, "work", "1h"), (task, "progress", "101"), rest=True)
        assert {each.cell.column for each in written.refused} == {"progress"}
        write((task, "assignees", f"{resource.name}[50%]"))
        written = write((task, "work", "99999999人月"), (chain["開発"], "name", "実装"), rest=True)
        assert [each.cell.column for each in written.refused] == ["work"]
        assert again(chain["開発"]).name == "実装"
        assert Assignment.objects.get(task=task).units_percentage == 50

    def test_are_those_that_new_dates_do_not_allow(self, write: Write, chain: dict[str, Task]) -> None:
        cells = [
            (chain["開発"], "start", "4/7"),
            (chain["試験"], "start", "4/8"),
            (chain["設計"], "name", "方式設計"),
        ]
        with pytest.raises(CellsRefusedError) as error:
            write(*cells)
        assert set(refused_in(error)) == {("開発", "start"), ("試験", "start")}
        assert "設計" in refused_in(error)["開発", "start"]
        written = write(*cells, rest=True)
        assert len(written.refused) == 2
        assert again(chain["設計"]).name == "方式設計"
        assert again(chain["開発"]).constraint_type == "ASAP"

    def test_are_the_links_of_a_circle(self, write: Write, chain: dict[str, Task]) -> None:
        written = write((chain["設計"], "predecessors", "3"), (chain["試験"], "name", "総合試験"), rest=True)
        assert [(each.name, each.cell.column) for each in written.refused] == [("設計", "predecessors")]
        assert "輪になります" in written.refused[0].sentence
        assert again(chain["試験"]).name == "総合試験"

    def test_are_those_that_fill_a_day_twice(
        self, write: Write, plan: Callable[..., dict[str, Task]], resource: Any
    ) -> None:
        tasks = plan(("甲", 1, 2), ("乙", 1, 2), ("丙", 1, 2))
        cells = [(task, "assignees", resource.name) for task in tasks.values()]
        with pytest.raises(CellsRefusedError) as error:
            write(*cells)
        assert {name for name, _column in refused_in(error)} == {"甲", "乙", "丙"}
        assert not Assignment.objects.exists()

    def test_are_those_that_others_have_changed(self, write: Write, chain: dict[str, Task]) -> None:
        write((chain["設計"], "duration", "7d"))
        with pytest.raises(CellsRefusedError) as error:
            write((chain["設計"], "duration", "6d", "5日"), (chain["開発"], "duration", "6d", "10日"))
        (refused,) = error.value.refused
        assert (refused.name, refused.current) == ("設計", "7日")
        assert error.value.is_stale

    def test_are_those_of_rows_that_are_gone(self, write: Write, chain: dict[str, Task], cast: Any) -> None:
        from tasks.editing.tree import delete_tasks

        project = chain["設計"].project
        delete_tasks(project=project, task_ids=[chain["試験"].pk], actor=cast.leader)
        written = write((chain["試験"], "name", "総合試験"), (chain["設計"], "name", "方式設計"), rest=True)
        assert [each.cell.task_id for each in written.refused] == [chain["試験"].pk]
        assert "もうありません" in written.refused[0].sentence

    def test_are_others_tasks_for_who_only_reports(
        self, write: Write, chain: dict[str, Task], work_on: Any, cast: SimpleNamespace
    ) -> None:
        work_on(chain["設計"])
        cells = [(chain["設計"], "progress", "40"), (chain["開発"], "progress", "40")]
        written = write(*cells, rest=True, actor=cast.contributor)
        assert [each.name for each in written.refused] == ["開発"]
        assert again(chain["設計"]).progress_percentage == 40


@pytest.fixture
def wide(plan: Callable[..., dict[str, Task]]) -> Callable[[int], list[Task]]:
    """A plan of so many tasks, each after the one before."""

    def make(count: int) -> list[Task]:
        return list(
            plan(*((f"作業{n}", 1, 2, str(n)) if n else ("作業0", 1, 2) for n in range(count))).values()
        )

    return make


def typed_into(tasks: list[Task], name: str) -> list[Cell]:
    """Every kind of cell, in each task."""
    cells = []
    for task in tasks:
        number = task.row_number or 0
        texts = {
            "name": f"仕事{number}", "duration": "3d", "work": "12h", "assignees": f"{name}[50%]",
            "predecessors": f"{number - 1}FS+1d" if number > 1 else "", "progress": "10" if number == 1 else "0",
        }  # fmt: skip
        cells += [Cell(task.pk, column, text) for column, text in texts.items()]
    return cells


class TestCost:
    def test_is_as_many_queries_for_three_hundred_tasks_as_for_three(
        self,
        wide: Callable[[int], list[Task]],
        project: Project,
        resource: Any,
        cast: SimpleNamespace,
    ) -> None:
        tasks = wide(300)
        asked = []
        for some in (tasks[:3], tasks[3:]):
            with CaptureQueriesContext(connection) as queries:
                written = write_cells(project=project, cells=typed_into(some, resource.name), actor=cast.leader, applies_rest=True)  # fmt: skip
            assert written.written > 4 * len(some)
            asked.append(len(queries))
        assert asked[1] <= asked[0], asked


class TestCellsWrite:
    @pytest.fixture
    def url(self, project: Project) -> str:
        return reverse("tasks:cells_write", args=[project.pk])

    def send(self, client: Client, url: str, cells: Any, **more: Any) -> Any:
        text = cells if isinstance(cells, str) else json.dumps(cells)
        return client.post(url, {"cells": text, "first": 0, "count": 40, **more}, headers=HTMX)

    def test_answers_with_the_rows_that_changed(
        self, planner_client: Client, url: str, chain: dict[str, Task]
    ) -> None:
        cells = [[chain["設計"].pk, "duration", "2d"], [chain["試験"].pk, "name", "総合試験", "試験"]]
        response = self.send(planner_client, url, cells)
        page = compact(response)
        assert response.status_code == 200
        assert 'data-message="2件のセルを変えました。"' in page
        assert all(f'id="row-{chain[name].pk}"' in page for name in ("設計", "開発", "試験"))

    def test_lists_what_is_refused_and_writes_nothing(
        self, planner_client: Client, url: str, chain: dict[str, Task]
    ) -> None:
        cells = [[chain["設計"].pk, "duration", "<b>"], [chain["試験"].pk, "name", "総合試験"]]
        response = self.send(planner_client, url, cells)
        page = compact(response)
        assert response.status_code == 422
        assert f'data-task="{chain["設計"].pk}" data-column="duration" data-text="&lt;b&gt;"' in page
        assert 'data-rest="1"' in page
        assert again(chain["試験"]).name == "試験"

    def test_writes_the_rest_and_still_lists(
        self, planner_client: Client, url: str, chain: dict[str, Task]
    ) -> None:
        cells = [[chain["設計"].pk, "duration", "?"], [chain["試験"].pk, "name", "総合試験"]]
        response = self.send(planner_client, url, cells, rest="1")
        page = compact(response)
        assert response.status_code == 200
        assert 'id="wbs-part"' in page
        assert 'id="cells-refused" data-count="1"' in page
        assert again(chain["試験"]).name == "総合試験"

    def test_says_what_gave_way_in_how_many_tasks(
        self, planner_client: Client, url: str, chain: dict[str, Task], work_on: Any
    ) -> None:
        work_on(chain["設計"])
        page = compact(self.send(planner_client, url, [[chain["設計"].pk, "work", "80h"]]))
        assert "1件のタスクで、入力していない期間、工数、割当も変わりました。" in page

    def test_says_what_is_there_now(self, planner_client: Client, url: str, chain: dict[str, Task]) -> None:
        response = self.send(planner_client, url, [[chain["設計"].pk, "duration", "2d", "4日"]])
        assert response.status_code == 409
        assert 'data-current="5日"' in compact(response)

    def test_refuses_what_is_no_list_of_cells(
        self, planner_client: Client, url: str, chain: dict[str, Task]
    ) -> None:
        pk = chain["設計"].pk
        for cells in (
            "", "[]", "{}", "x", "[1]", "[[1]]", "[" * 100_000, [[pk, "duration"]], [[str(pk), "duration", "2d"]],
            [[True, "duration", "2d"]], [[pk, "none", "2d"]], [[pk, "number", "2"]], [[2**63, "name", "x"]],
            f'[[{pk}, "name", "\\u0000"]]', f'[[{pk}, "name", "\\ud800"]]', [[pk, "name", 5]], [[pk, ["name"], "x"]],
            [[pk, "name", "x" * 5001]], [[pk, "name", "x", "y", "z"]], f'[[{pk}, "name", NaN]]',
        ):  # fmt: skip
            assert self.send(planner_client, url, cells).status_code == 422, cells

    def test_is_hidden_from_strangers_and_refused_to_viewers(
        self, stranger_client: Client, viewer_client: Client, contributor_client: Client, url: str, chain: Any
    ) -> None:
        cells = [[chain["設計"].pk, "duration", "2d"]]
        found = [self.send(each, url, cells).status_code for each in (stranger_client, viewer_client, contributor_client)]  # fmt: skip
        assert found == [404, 403, 403]

    def test_touches_no_task_of_another_plan(
        self, planner_client: Client, url: str, chain: dict[str, Task], organization: Any, calendar: Any
    ) -> None:
        other = Project.objects.create(
            organization=organization, code="PRJ-002", name="別", start_date=chain["設計"].project.start_date,
            end_date=chain["設計"].project.end_date, start_minute=0, calendar=calendar,
        )  # fmt: skip
        task = Task.objects.create(organization=organization, project=other, name="秘密", row_number=1)
        response = self.send(planner_client, url, [[task.pk, "name", "見えた"]])
        assert response.status_code == 422
        assert "秘密" not in compact(response)
        assert again(task).name == "秘密"
