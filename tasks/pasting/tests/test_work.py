"""How much work a paste is: counted, since a clock says something else each time; and that the quick way comes to the same plan."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import AuditEntry, Project
from tasks.editing.refused import Cell
from tasks.editing.tree import add_task
from tasks.editing.writing import read_cell, write_cells
from tasks.models import Assignment, Task, TaskGram, TaskLink
from tasks.pasting.layout import NAME, PastedRow
from tasks.pasting.placing import Anchor
from tasks.pasting.services import Asked, apply_paste, preview_paste
from tasks.plan.held import HeldRows
from tasks.plan.rescheduling import reschedule
from tasks.sheet.parsing import read_people
from tests.pages import compact

HTMX: Final = {"HX-Request": "true"}
HEAD: Final = "No.\tタスク名\t期間\t先行タスク\t担当者\t制約の種類\t制約の指定日\t備考\t優先度\t開始日"
SHEETS: Final = 10
ROWS: Final = 8
#: What a plan is compared by.
FIELDS: Final = (
    "name", "outline_level", "description", "priority", "duration_minutes", "is_elapsed", "is_milestone", "work_minutes",
    "constraint_type", "constraint_minute", "deadline_minute", "mode", "progress_percentage", "status",
    "actual_start_minute", "actual_finish_minute", "remaining_minutes", "start_minute", "finish_minute", "is_critical",
)  # fmt: skip


def table(rows: int) -> str:
    """As many rows as are asked for, of few different texts."""
    lines = [HEAD]
    for number in range(1, rows + 1):
        after, day = str(number - 1) if number % 3 == 2 else "", f"2026/5/{number % 20 + 1}"
        kind, on = ("指定日以後に開始", day) if number % 3 == 0 else ("", "")
        start = day if number % 3 == 1 else ""
        who = "Ann[1%]" if number <= 60 else ""
        cells = (f"{number % 5 + 1}日", after, who, kind, on, f"備考 {number % 7}", "600", start)
        lines.append("\t".join((str(number), f"作業 {number}", *cells)))
    return "\n".join(lines)


@pytest.fixture
def read() -> Iterator[Counter[tuple[str, str]]]:
    """How often each text of a column is read."""
    found: Counter[tuple[str, str]] = Counter()

    def counted(column: str, text: str, *others: Any) -> Any:
        found[column, text] += 1
        return read_cell(column, text, *others)

    with mock.patch("tasks.pasting.writing.read_cell", counted):
        yield found


class TestCounted:
    @pytest.mark.parametrize("name", ["table_paste", "paste_apply"])
    def test_asks_as_often_for_3_rows_as_for_300_and_3000(
        self, planner_client: Client, project: Project, crew: Any, queries_of: Any, name: str
    ) -> None:
        url = reverse(f"tasks:{name}", args=[project.pk])
        # The first request reads what stays known, like the calendar of the plan.
        counts = [
            queries_of(planner_client, url, {"text": table(rows)}, headers=HTMX)
            for rows in (3, 3, 300, 3_000)
        ]
        assert counts[1] == counts[2] == counts[3]

    @pytest.mark.parametrize("name", ["table_paste", "paste_apply"])
    def test_reads_each_text_of_a_column_once_and_computes_once(
        self, planner_client: Client, project: Project, crew: Any, read: Counter[Any], name: str
    ) -> None:
        url = reverse(f"tasks:{name}", args=[project.pk])
        with (
            mock.patch("tasks.plan.unit.reschedule", side_effect=reschedule) as computed,
            mock.patch("tasks.pasting.reader.read_people", side_effect=read_people) as teams,
        ):
            assert planner_client.post(url, {"text": table(60)}, headers=HTMX).status_code == 200
        assert computed.call_count == 1
        # A team is read once, too, though each of its cells is asked whom it may name.
        assert read.pop(("assignees", "Ann[1%]")) == 60
        assert teams.call_count == 1
        assert set(read.values()) == {1}
        assert read["description", "備考 3"] == 1

    def test_reads_each_of_few_texts_once_also_for_rows_that_are_there(
        self, planner_client: Client, project: Project, chain: Any, read: Counter[Any]
    ) -> None:
        url = reverse("tasks:table_paste", args=[project.pk])
        fields = {"task": chain["設計"].pk, "columns": "task_type,priority"}
        lines = ["期間固定\t600"] * 3 + ["いつか\t600"]
        body = planner_client.post(url, {"text": "\n".join(lines), **fields}, headers=HTMX).content.decode()
        assert "「いつか」は読めません。" in body
        few = {text: count for (column, text), count in read.items() if column == "task_type"}
        assert few.keys() >= {"期間固定", "いつか"}
        assert set(few.values()) == {1}

    def test_stores_new_rows_once_with_all_that_they_begin_with(
        self, planner_client: Client, project: Project, crew: Any
    ) -> None:
        url = reverse("tasks:paste_apply", args=[project.pk])
        with CaptureQueriesContext(connection) as queries:
            planner_client.post(url, {"text": table(30)}, headers=HTMX)
        written = [
            query["sql"] for query in queries if '"tasks"' in query["sql"] or "UPDATE tasks" in query["sql"]
        ]
        assert sum(sql.startswith('INSERT INTO "tasks"') for sql in written) == 1
        # What the engine computes, and no change of what was just stored.
        assert sum(sql.startswith("UPDATE tasks") for sql in written) == 1

    def test_records_a_row_that_comes_in_one_line_which_the_history_tells(
        self, planner_client: Client, project: Project, crew: Any
    ) -> None:
        url = reverse("tasks:paste_apply", args=[project.pk])
        planner_client.post(
            url, {"text": "No.\tタスク名\t先行タスク\n1\t調査\t\n2\t設計\t1FS+1d"}, headers=HTMX
        )
        first, second = Task.objects.order_by("row_number")
        [entry] = AuditEntry.objects.filter(target_type="task", target_id=second.pk)
        assert entry.action == "task.added"
        assert entry.after["predecessors"].keys() == {str(first.pk)}
        told = compact(planner_client.get(reverse("reports:project_history", args=[project.pk])))
        assert "「1 調査」FS" in told
        assert "先行タスク" in told

    def test_fires_once_for_all_rows_that_come(self, db: None) -> None:
        """What a summary keeps of its own is set on its row before it is there."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 5 = 5"
                " AND tgrelid IN ('tasks'::regclass, 'task_links'::regclass, 'task_assignments'::regclass)"
            )
            assert cursor.fetchall() == [("tasks", "keep_own_insert")]

    def test_keeps_no_letters_of_what_is_only_looked_at(self, project: Project, cast: Any) -> None:
        asked = Asked([row("設計")], Anchor())
        kept: list[tuple[int, int]] = []

        def put(unit: Any) -> None:
            flush(unit)
            kept.append((Task.objects.count(), TaskGram.objects.count()))

        flush = HeldRows.flush
        with mock.patch.object(HeldRows, "flush", put):
            preview_paste(project=project, asked=asked, actor=cast.planner)
            apply_paste(project=project, asked=asked, actor=cast.planner)
        assert list(dict.fromkeys(kept)) == [(1, 0), (1, 1)]


class TestNewRows:
    def test_begin_where_the_plan_puts_what_is_done(self, project: Project, cast: Any) -> None:
        rows = [
            row("調査", start="2026/5/11", progress="40%"),
            row("選定", start="2026/5/7", progress="100%"),
        ]
        apply_paste(project=project, asked=Asked(rows, Anchor()), actor=cast.leader)
        begun, done = Task.objects.filter(project=project).order_by("row_number")
        assert str(begun.start_date) == "2026-05-11"
        assert (begun.progress_percentage, begun.actual_start_minute) == (40, begun.start_minute)
        assert begun.actual_finish_minute is None
        assert (done.actual_start_minute, done.actual_finish_minute) == (
            done.start_minute,
            done.finish_minute,
        )
        added = AuditEntry.objects.get(target_id=begun.pk, action="task.added")
        assert added.after is not None
        assert added.after["actual_start_minute"] == begun.start_minute

    def test_take_a_constraint_and_its_day_together(self, project: Project, cast: Any) -> None:
        rows = [row("調査", constraint="指定日までに終了", constraint_on="2026/5/8")]
        looked = preview_paste(project=project, asked=Asked(rows, Anchor()), actor=cast.leader)
        assert not looked.faults
        apply_paste(project=project, asked=Asked(rows, Anchor()), actor=cast.leader)
        task = Task.objects.get(project=project)
        assert (task.constraint_type, str(task.end_date)) == ("FNLT", "2026-04-06")
        assert task.constraint_minute is not None

    def test_come_to_the_same_plan_as_rows_that_are_typed(
        self, project: Project, cast: Any, crew: Any
    ) -> None:
        for seed in range(SHEETS):
            draw = random.Random(seed)
            rows = [drawn(draw, number) for number in range(1, ROWS + 1)]
            with undone(project):
                apply_paste(project=project, asked=Asked(rows, Anchor(), leaves_out=True), actor=cast.admin)
                pasted = plan_of(project)
            with undone(project):
                type_in(project, rows, cast.admin)
                assert plan_of(project) == pasted, seed


def row(name: str, level: int | None = None, number: int = 0, **cells: str) -> PastedRow:
    texts = {NAME: name, **cells}
    return PastedRow(number, level, texts, dict.fromkeys(texts, 0), str(number or ""))


def drawn(draw: random.Random, number: int) -> PastedRow:
    """A row with a few cells; summaries are typed with a name alone."""
    if number % 4 == 1:
        return row(f"まとまり {number}", 1, number)
    day: Callable[[], str] = lambda: f"{date(2026, 4, 6) + timedelta(draw.randrange(60)):%Y/%m/%d}"  # noqa: E731  # read once below
    texts = {
        "duration": lambda: draw.choice(("1日", "3日", "90分", "経過3日", "0日", "2週")),
        "work": lambda: draw.choice(("12h", "2人日")), "deadline": day, "description": lambda: "一行\n二行",
        "priority": lambda: str(draw.randrange(1000)), "assignees": lambda: draw.choice(("Ann[20%]", "Ann[10%]、Bob[30%]", "鋼材")),
        "milestone": lambda: "はい",
        "task_type": lambda: draw.choice(("作業時間固定", "期間固定")), "progress": lambda: draw.choice(("40%", "100%")),
    }  # fmt: skip
    cells = {name: texts[name]() for name in texts if draw.random() < 0.35}
    if "milestone" in cells:
        # A length that is said, too, makes it a task again where nothing stood.
        cells.pop("duration", None)
    if number % 4 > 2 and draw.random() < 0.7:
        cells["predecessors"] = f"{number - 1}{draw.choice(('', 'SS+1d', 'FS-2h'))}"
    elif draw.random() < 0.4:
        cells |= {"constraint": draw.choice(("指定日以後に開始", "指定日までに終了")), "constraint_on": day()}
    elif draw.random() < 0.5:
        cells["start"] = day()
    return row(f"作業 {number}", 2, number, **cells)


@contextmanager
def undone(project: Project) -> Iterator[None]:
    """What is done in the block has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    project.refresh_from_db()


def type_in(project: Project, rows: list[PastedRow], actor: Any) -> None:
    """Rows first, then their cells, and how far they are when they have their dates."""
    tasks = [
        add_task(project=project, name=each.cells[NAME], actor=actor, level=each.level)[0] for each in rows
    ]
    for is_later in (False, True):
        cells = [
            Cell(task.pk, column, text)
            for task, each in zip(tasks, rows, strict=True)
            for column, text in each.cells.items()
            if column != NAME and (column == "progress") == is_later
        ]
        write_cells(project=project, cells=cells, actor=actor, applies_rest=True)


def plan_of(project: Project) -> list[Any]:
    tasks = Task.objects.filter(project=project, deleted_at=None).order_by("row_number")
    numbers = {task.pk: task.row_number for task in tasks}
    links = TaskLink.objects.filter(project=project).order_by(
        "successor__row_number", "predecessor__row_number"
    )
    shares = Assignment.objects.filter(project=project).order_by("task__row_number", "resource")
    return [
        *([getattr(task, name) for name in FIELDS] for task in tasks),
        *((numbers[link.predecessor_id], numbers[link.successor_id], link.lag_minutes) for link in links),
        *(
            (
                numbers[share.task_id],
                share.resource_id,
                share.units_percentage,
                share.work_minutes,
                share.delay_minutes,
            )
            for share in shares
        ),
    ]
