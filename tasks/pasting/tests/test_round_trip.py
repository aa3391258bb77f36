"""What was copied and is pasted where it came from changes nothing, whatever the sheet holds and whichever way it went."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Project
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.models import Task
from tasks.pasting.clipboard.markup import read_html
from tasks.pasting.clipboard.tsv import read_tsv
from tasks.pasting.clipboard.writing import CopiedCell, as_html, as_text, unguarded
from tasks.pasting.copying import copied
from tasks.pasting.layout import guess, rows_of
from tasks.pasting.placing import Anchor
from tasks.pasting.services import Asked, apply_paste, preview_paste
from tasks.sheet.columns.registry import registry
from tasks.sheet.selected import Selected
from tasks.sheet.visible import visible_rows

SHEETS: Final = 200
NAMES: Final = (
    "設計",
    "=cmd|'/c calc'!A0",
    "+1",
    "-2",
    "@x",
    "1-2",
    "0012",
    "3/4",
    'a "b" c',
    "<b>太字</b>",
    "画面 一覧",
    "'引用",
    "開始",
    "5日",
)
COLUMNS: Final = (
    "number", "name", "status", "progress", "start", "finish", "duration", "work", "assignees", "predecessors", "deadline", "priority",
    "milestone", "description", "constraint", "constraint_on", "task_type", "mode", "estimated", "code", "late", "total_slack",
)  # fmt: skip


def respelled(table: list[list[str]], draw: random.Random) -> list[list[str]]:
    """As a spreadsheet hands back what it was given: 2026/04/01 is 2026/4/1."""
    if draw.random() < 0.5:
        return table
    day = lambda text: len(text) == 10 and text[4:8:3] == "//" and text.replace("/", "").isdigit()  # noqa: E731  # read once below
    return [
        [f"{int(text[:4])}/{int(text[5:7])}/{int(text[8:])}" if day(text) else text for text in row]
        for row in table
    ]


def drawn(draw: random.Random, project: Project, actor: Any) -> None:
    """Other values in a few cells of a plan; what is refused is not written."""
    tasks = list(Task.objects.filter(project=project, deleted_at=None).order_by("row_number"))
    texts = {
        "name": lambda: draw.choice(NAMES), "duration": lambda: draw.choice(("5日", "90分", "1.5日", "経過3日", "0日", "4h")),
        "work": lambda: draw.choice(("", "12h", "2人日")), "deadline": lambda: f"{date(2026, 4, 1) + timedelta(draw.randrange(90)):%Y/%m/%d}",
        "priority": lambda: str(draw.randrange(1000)), "description": lambda: draw.choice(("", "一行\n二行", "=1+1\tx")),
        "assignees": lambda: draw.choice(("", "Ann", "Ann[50%]、Bob", "Cem[25%]")), "progress": lambda: draw.choice(("0%", "40%")),
        "predecessors": lambda: draw.choice(("", "1", "2SS+1d", "1FS-2d")), "milestone": lambda: draw.choice(("はい", "")),
    }  # fmt: skip
    cells = []
    for _number in range(4):
        column = draw.choice(list(texts))
        cells.append(Cell(draw.choice(tasks).pk, column, texts[column]()))
    write_cells(project=project, cells=cells, actor=actor, applies_rest=True)


class TestRoundTrip:
    def test_changes_nothing_of_200_sheets(self, plan: Any, project: Project, cast: Any, crew: Any) -> None:
        plan(
            ("基本", 1, 5),
            ("画面", 2, 3),
            ("帳票", 2, 2),
            ("細部", 3, 2),
            ("開発", 1, 4, "1"),
            ("完了", 1, 0, "5"),
        )
        ids = list(Task.objects.filter(project=project).order_by("row_number").values_list("pk", flat=True))
        for seed in range(SHEETS):
            draw = random.Random(seed)
            if seed % 4 == 0:
                drawn(draw, project, cast.leader)
            project.refresh_from_db()
            names = [name for name in COLUMNS if draw.random() < 0.6] or ["name"]
            first, last = sorted(draw.sample(range(len(ids)), 2))
            visible = visible_rows(project, cast.leader)
            has_head = draw.random() < 0.5 and len(names) > 1
            held = copied(
                project,
                visible,
                Selected(ids[first], ids[last]),
                [registry[name] for name in names],
                has_head=has_head,
            )
            table = (
                read_html(held.html)
                if draw.random() < 0.5
                else [[unguarded(text) for text in row] for row in read_tsv(held.text)]
            )
            if not table:
                continue
            table = respelled(table, draw)
            layout = guess(table, names, {column.name for column in registry.editable()}, has_head)
            asked = Asked(rows=rows_of(table, layout), anchor=Anchor(ids[first]))
            looked = preview_paste(project=project, asked=asked, actor=cast.leader)
            assert not looked.faults, (seed, looked.faults)
            assert not looked.differing, (seed, looked.differing)
            assert looked.placing is not None
            assert (looked.placing.new, looked.placing.shifted) == ([], {}), seed
        before = project.revision
        apply_paste(project=project, asked=asked, actor=cast.leader)
        assert Project.objects.get(pk=project.pk).revision == before

    @pytest.mark.parametrize("text", NAMES)
    def test_keeps_texts_that_a_spreadsheet_would_run(self, text: str) -> None:
        rows = [[CopiedCell(text, depth=1), CopiedCell("5日", is_figure=True)]]
        html = as_html(rows)
        assert 'mso-number-format:"\\@"' in html
        assert "<b>" not in html
        assert not as_text(rows).lstrip(" ").startswith(("=", "+", "-", "@")) or as_text(rows).startswith(" ")
        read = read_html(html)
        assert read is not None
        assert read[0][0].strip("\u00a0") == text
        assert unguarded(read_tsv(as_text(rows))[0][0]).strip() == text


class TestTableCopy:
    def test_gives_types_and_heads(
        self, viewer_client: Client, chain: dict[str, Task], project: Project
    ) -> None:
        url = reverse("tasks:table_copy", args=[project.pk])
        answer = viewer_client.get(url, {"columns": "name,start,duration,progress", "head": "1"})
        found = json.loads(answer.content)
        assert found["rows"] == 4
        assert found["text"].splitlines()[:2] == ["タスク名\t進捗\t開始\t期間", "設計\t0%\t2026/04/06\t5日"]
        assert 'x:num="46118"' in found["html"]
        assert 'x:num="5"' in found["html"]

    def test_takes_rows_that_the_page_does_not_hold(
        self, viewer_client: Client, chain: dict[str, Task], project: Project
    ) -> None:
        url = reverse("tasks:table_copy", args=[project.pk])
        asked: dict[str, Any] = {
            "columns": "name",
            "first": chain["設計"].pk,
            "last": chain["試験"].pk,
            "without": chain["開発"].pk,
        }
        assert json.loads(viewer_client.get(url, asked).content)["text"] == "設計\r\n試験"

    def test_is_hidden_from_strangers(self, stranger_client: Client, project: Project) -> None:
        assert stranger_client.get(reverse("tasks:table_copy", args=[project.pk])).status_code == 404

    def test_costs_the_same_for_300_rows(
        self, plan: Any, viewer_client: Client, project: Project, queries_of: Any
    ) -> None:
        tasks = plan(*((f"作業 {at}", 1, 1) for at in range(300)))
        url = reverse("tasks:table_copy", args=[project.pk]) + "?columns=name,start,assignees,predecessors"
        few, many = (f"{url}&first={tasks['作業 3'].pk}&last={tasks[f'作業 {last}'].pk}" for last in (5, 299))
        assert queries_of(viewer_client, few) == queries_of(viewer_client, many)
