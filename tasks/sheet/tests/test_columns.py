"""A column is added in one place, and stands everywhere; taken away again, it stands nowhere."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any, Final

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.errors import RuleBrokenError
from projects.permissions import Right
from projects.worktime.moments import minute_of
from tasks.editing.cells import write_cell
from tasks.interchange.mspdi.element_order import TASK as PROJECT_FIELDS
from tasks.models import Constraint, Task
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.kinds import Face, SummaryRule, ValueKind
from tasks.sheet.columns.registry import Registry, registry
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_within, text_of
from tasks.sheet.visible import VisibleRows
from tests.pages import compact

PLACES = dict.fromkeys(Face, 95)
HTMX = {"HX-Request": "true", "HX-Target": "task-drawer"}


def urgency(**more: Any) -> Column:
    """The column, as it would stand in one of the groups."""
    return Column(
        name="urgency",
        header="緊急度",
        kind=ValueKind.COUNT,
        places=PLACES,
        fields=("priority",),
        edit=Edit(read=lambda text, _task, _reader: int(text), sets="priority"),
        **more,
    )


@pytest.fixture
def added() -> Iterator[Column]:
    """The column, for the length of a test."""
    column = urgency()
    registry.add(column)
    yield column
    registry.remove(column.name)


#: The value among words, and not within a coordinate of the chart, which is another one every day.
SHOWN = re.compile(r"(?<![\d.\"])731(?![\d.])")


@pytest.fixture
def of_money() -> Iterator[None]:
    """The same, for those alone who may see money."""
    registry.add(urgency(sees=Right.SEE_MONEY))
    yield
    registry.remove("urgency")


@pytest.fixture
def faces(
    project: Any, cast: SimpleNamespace, chain: dict[str, Task], django_capture_on_commit_callbacks: Any
) -> Callable[[Client], dict[str, str]]:
    """All that shows columns of a plan, as text: pages, drawer, and the files of the report."""
    Task.objects.filter(pk=chain["設計"].pk).update(priority=731)

    def file_of(client: Client, file_format: str) -> bytes:
        asked = {"kind": "wbs", "format": file_format, "project": project.pk, "paper": "a4"}
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("reports:report_create"), asked)
        page = compact(client.get(reverse("reports:report_list")))
        number = max(int(found) for found in re.findall(r"/reports/(\d+)/file/", page))
        return client.get(reverse("reports:report_download", args=[number])).content

    def read(client: Client) -> dict[str, str]:
        def page(name: str, key: int, **more: Any) -> str:
            return compact(client.get(reverse(name, args=[key]), **more))

        book = openpyxl.load_workbook(io.BytesIO(file_of(client, "xlsx")))
        cells = [str(value) for row in book["WBS"].iter_rows(values_only=True) for value in row]
        return {
            "sheet": page("tasks:wbs", project.pk),
            "chart": page("tasks:gantt", project.pk),
            "drawer": page("tasks:task_detail", chain["設計"].pk, headers=HTMX),
            "report": page("reports:report_page", project.pk, query_params={"kind": "wbs"}),
            "excel": " ".join(cells),
            "csv": file_of(client, "csv").decode("utf-8-sig"),
        }

    return read


class TestAColumnThatIsAdded:
    def test_stands_on_every_face_of_the_plan(
        self, leader_client: Client, faces: Callable[[Client], dict[str, str]], added: Column
    ) -> None:
        for face, text in faces(leader_client).items():
            assert "緊急度" in text, face
            assert SHOWN.search(text), face

    def test_is_gone_when_it_is_taken_away(
        self, leader_client: Client, faces: Callable[[Client], dict[str, str]]
    ) -> None:
        for face, text in faces(leader_client).items():
            assert "緊急度" not in text, face
            assert not SHOWN.search(text), face

    def test_stands_under_its_name_among_the_others(
        self, leader_client: Client, faces: Callable[[Client], dict[str, str]], added: Column
    ) -> None:
        found = faces(leader_client)
        head = '<th scope="col" data-column="urgency" data-editable="" class="num">緊急度<a class="wbs__sort"'
        assert head in found["sheet"]
        assert '<td data-column="urgency" class="num">731</td>' in found["sheet"]
        assert '<td data-column="urgency" class="num">731</td>' in found["chart"]
        assert '<dd data-column="urgency">731</dd>' in found["drawer"]
        heads, first = list(csv.reader(io.StringIO(found["csv"])))[:2]
        assert first[heads.index("緊急度")] == "731"

    def test_is_typed_into(self, planner_client: Client, chain: dict[str, Task], added: Column) -> None:
        url = reverse("tasks:task_cell", args=[chain["設計"].pk])
        typed = {"column": "urgency", "text": "900", "was": "500"}
        assert planner_client.post(url, typed).status_code == 302
        chain["設計"].refresh_from_db()
        assert chain["設計"].priority == 900
        stale = planner_client.post(url, typed | {"text": "100"}, headers={"HX-Request": "true"})
        assert stale.status_code == 409
        assert "「緊急度」を「900」に変えました" in compact(stale)

    def test_costs_no_question_more(
        self, planner_client: Client, project: Any, chain: Any, queries_of: Callable[..., int]
    ) -> None:
        url = reverse("tasks:wbs", args=[project.pk])
        before = queries_of(planner_client, url)
        registry.add(urgency())
        try:
            assert queries_of(planner_client, url) == before
        finally:
            registry.remove("urgency")

    def test_is_not_there_twice(self, added: Column) -> None:
        with pytest.raises(ValueError, match="urgency"):
            registry.add(urgency())


class TestAColumnOfMoney:
    def test_is_shown_to_those_who_may_see_money(
        self, admin_client: Client, faces: Callable[[Client], dict[str, str]], of_money: None
    ) -> None:
        for face, text in faces(admin_client).items():
            assert SHOWN.search(text), face

    def test_is_hidden_from_all_others(
        self, leader_client: Client, faces: Callable[[Client], dict[str, str]], of_money: None
    ) -> None:
        for face, text in faces(leader_client).items():
            assert not SHOWN.search(text), face

    def test_is_not_written_by_others_either(
        self, planner_client: Client, chain: dict[str, Task], of_money: None
    ) -> None:
        url = reverse("tasks:task_cell", args=[chain["設計"].pk])
        assert planner_client.post(url, {"column": "urgency", "text": "1"}).status_code == 403
        chain["設計"].refresh_from_db()
        assert chain["設計"].priority == 500


class TestTheRegistry:
    def test_shows_columns_in_the_order_of_their_places(self) -> None:
        columns = Registry(
            [
                Column(name="b", header="B", places={Face.SHEET: 20}),
                Column(name="a", header="A", places={Face.SHEET: 10, Face.DRAWER: 30}),
            ]
        )
        assert [column.name for column in columns.shown(Face.SHEET, ())] == ["a", "b"]
        assert [column.name for column in columns.shown(Face.DRAWER, ())] == ["a"]

    @pytest.mark.parametrize(
        "column", [one for one in registry if one.project_field], ids=lambda one: one.name
    )
    def test_names_elements_that_microsoft_project_has(self, column: Column) -> None:
        assert column.project_field in PROJECT_FIELDS

    def test_says_how_cells_are_filled_in_that_can_be_unreadable(self) -> None:
        silent = [column.name for column in registry.editable() if not column.hint]
        # A name is whatever is typed; links say themselves which piece they cannot read.
        assert silent == ["name", "predecessors"]


class TestAllColumns:
    def test_are_fifty_at_least_and_each_says_what_it_is(self) -> None:
        assert len(list(registry)) >= 50
        assert [column.name for column in registry if not str(column.help)] == []
        assert len({str(column.header) for column in registry}) == len(list(registry))

    def test_carry_the_right_to_money_where_they_show_amounts(self) -> None:
        names = [column.name for column in registry if column.right is Right.SEE_MONEY]
        assert names == ["fixed_cost", "baseline_cost", "cost_variance"]

    def test_are_drawn_with_no_question_a_row(
        self, project: Any, plan: Callable[..., Any], work_on: Callable[..., Any]
    ) -> None:
        tasks = plan(("工程", 1, 1), *((f"作業{n}", 2, 2, str(n) if n > 1 else "") for n in range(1, 31)))
        for number in range(1, 31):
            work_on(tasks[f"作業{number}"], 50)
        project.refresh_from_db()
        look, asked = make_look(project), []
        for count in (3, 31):
            everything = VisibleRows(project.task_count, (), frozenset())
            with CaptureQueriesContext(connection) as queries:
                rows = rows_within(
                    project, everything, tuple(registry), first=0, count=count, on=timezone.localdate()
                )
                drawn = [column.cell_of(row, look) for column in registry for row in rows]
            assert len(drawn) == count * len(list(registry))
            asked.append(len(queries))
        assert asked[0] == asked[1]

    #: For each column that is typed into, a text that reads otherwise than before, and the text that stands then.
    TYPED: Final = {
        "name": ("方式設計", "方式設計"), "start": ("4/13", "2026/04/13"), "finish": ("4/15", "2026/04/15"), "duration": ("3d", "3日"),
        "deadline": ("R8.5.1", "2026/05/01"), "constraint": ("FNLT", "指定日までに終了"), "constraint_on": ("4/20", "2026/04/20"),
        "progress": ("40", "40%"), "work": ("2人日", "16h"), "task_type": ("期間固定", "期間固定"), "assignees": ("茜部", "茜部 陽斗"),
        "predecessors": ("", ""), "deliverable": ("設計書", "設計書"), "description": ("前提", "前提"), "priority": ("900", "900"),
        "milestone": ("はい", "はい"), "active": ("いいえ", ""), "estimated": ("○", "はい"), "effort_driven": ("yes", "はい"),
        "ignores_people": ("はい", "はい"), "mode": ("手動", "手動"), "calendar": ("会社カレンダー", "会社カレンダー"), "fixed_cost": ("12万円", "¥120,000"),
        "approver": ("茜部", "茜部 陽斗"),
    }  # fmt: skip

    def test_are_typed_into_as_they_are_read(
        self, chain: dict[str, Task], resource: Any, cast: SimpleNamespace
    ) -> None:
        assert set(self.TYPED) == {column.name for column in registry.editable()}
        task = chain["設計"]
        for name, (text, _shown) in self.TYPED.items():
            with transaction.atomic():
                write_cell(task=task, column=name, text=text, actor=cast.admin)
                assert text_of(Task.objects.get(pk=task.pk), name) == self.TYPED[name][1], name
                transaction.set_rollback(True)
            task = Task.objects.get(pk=task.pk)

    @pytest.mark.parametrize(
        "column", [one for one in registry.editable() if one.hint], ids=lambda one: one.name
    )
    def test_say_what_they_cannot_read(
        self, column: Column, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        if column.name in {"deliverable", "description"}:
            return
        with pytest.raises(RuleBrokenError):
            write_cell(task=chain["設計"], column=column.name, text="読めない言葉", actor=cast.admin)


class TestWhatColumnsSayOfTheirValues:
    @pytest.fixture
    def rows(self, project: Any, plan: Callable[..., Any]) -> list[Any]:
        """A summary over three tasks, with the values of every column."""
        tasks = plan(("工程", 1, 1), ("調査", 2, 5), ("設計", 2, 3, "2"), ("試験", 2, 8, "3"))
        for name, work, progress in (("調査", 2400, 100), ("設計", 480, 50), ("試験", 960, 0)):
            Task.objects.filter(pk=tasks[name].pk).update(work_minutes=work, progress_percentage=progress)
        Task.objects.filter(pk=tasks["工程"].pk).update(work_minutes=3840)
        project.refresh_from_db()
        everything = VisibleRows(project.task_count, (), frozenset())
        columns = tuple(registry)
        return rows_within(project, everything, columns, first=0, count=9, on=timezone.localdate())

    @pytest.mark.parametrize(
        ("rule", "fold"), [(SummaryRule.EARLIEST, min), (SummaryRule.LATEST, max), (SummaryRule.SUM, sum)]
    )
    def test_a_summary_follows_its_rule(
        self, project: Any, rows: list[Any], rule: SummaryRule, fold: Callable[[list[Any]], Any]
    ) -> None:
        look = make_look(project)
        for column in registry:
            if column.summary is rule:
                summary, *children = [column.value_of(row, look) for row in rows]
                assert summary == fold(children), column.name

    @pytest.mark.parametrize(
        "column", [one for one in registry if one.sort and one.is_figure], ids=lambda one: one.name
    )
    def test_the_database_sorts_as_values_do(self, project: Any, rows: list[Any], column: Column) -> None:
        look, by_id = make_look(project), {row.id: row for row in rows}
        made = {name: make(timezone.localdate()) for name, make in column.annotations.items()}
        tasks = Task.objects.filter(project=project, is_summary=False).annotate(**made)
        sorted_ids = tasks.order_by(*column.sort, "pk").values_list("pk", flat=True)
        values = [column.value_of(by_id[pk], look) for pk in sorted_ids]
        known = [value for value in values if value is not None]
        assert known == sorted(known)

    @pytest.mark.parametrize(
        ("minutes", "text"), [(150, "0.3日"), (480, "1日"), (16 * 480 + 70, "16.1日"), (2 * 480 + 17, "2日")]
    )
    def test_a_summary_lasts_days_to_one_place_and_no_hours(
        self, project: Any, rows: list[Any], minutes: int, text: str
    ) -> None:
        summary = rows[0]._replace(duration_minutes=minutes)
        assert registry["duration"].text(summary, make_look(project)) == text

    def test_offers_comparisons_that_fit(self) -> None:
        days = ("is", "not", "before", "after", "from", "to", "between", "empty", "filled")
        assert registry["start"].operators == days
        assert registry["work"].operators == ("is", "not", "from", "to", "between", "empty", "filled")
        assert registry["name"].operators == ("has", "is", "not", "empty", "filled")
        assert registry["milestone"].operators == ("is", "not", "empty", "filled")

    def test_a_deadline_at_midnight_is_the_day_before_in_values_and_in_the_drawer(self) -> None:
        row: Any = SimpleNamespace(deadline_minute=minute_of(date(2026, 4, 11)))
        column = registry["deadline"]
        assert column.value_of(row, None) == date(2026, 4, 10)
        assert column.fact_of(row, None) == "2026/04/10（金）"

    @pytest.mark.parametrize(
        ("kind", "day"),
        [(Constraint.FNLT, "2026/04/10"), (Constraint.SNET, "2026/04/11"), (Constraint.ASAP, "")],
    )
    def test_a_constraint_at_midnight_is_the_day_before_where_it_holds_a_finish(
        self, kind: Constraint, day: str
    ) -> None:
        minute = minute_of(date(2026, 4, 11)) if day else None
        row: Any = SimpleNamespace(constraint_type=kind, constraint_minute=minute)
        said = registry["constraint"].fact_of(row, None)
        assert said == (f'{kind.label} <span class="num">{day}</span>' if day else "")
