"""A planner with a workbook: edits it, sends it back, decides, applies."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from projects.models import Project
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.models import Task
from tasks.workbooks.tests.books import Plan, book_of, content_of, file_of

UNTOUCHED: Final = "このファイルに、計画に取り込む変更はありません。"


class Desk:
    """A planner with a file."""

    def __init__(self, client: Client, project: Project, **query: str) -> None:
        self.client, self.project = client, project
        self.plan = Plan(book_of(file_of(client, project, **query)))

    def send(self, content: bytes | None = None) -> Any:
        """Upload it; the preview."""
        content = content_of(self.plan.book) if content is None else content
        url = reverse("tasks:workbook_return", args=[self.project.pk])
        return self.client.post(url, {"file": SimpleUploadedFile("計画.xlsx", content)})

    def apply(self, answer: Any, **decisions: str) -> Any:
        """What the preview sends."""
        page = answer.content.decode()
        edits, revision = (
            re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("edits", "revision")
        )
        url = reverse("tasks:workbook_apply", args=[self.project.pk])
        return self.client.post(url, {"edits": edits, "revision": revision, **decisions})

    def take_in(self, **decisions: str) -> None:
        """Upload it and make it a change."""
        answer = self.send()
        assert answer.status_code == 200
        applied = self.apply(answer, **decisions)
        assert applied.status_code == 302, applied.content.decode()


def task(project: Project, name: str) -> Task:
    return Task.objects.get(project=project, name=name, deleted_at=None)


def write(project: Project, actor: Any, tasks: dict[str, Task], name: str, column: str, text: str) -> None:
    write_cells(project=project, cells=[Cell(tasks[name].pk, column, text)], actor=actor)


def names_of(project: Project) -> list[tuple[str, int]]:
    rows = Task.objects.filter(project=project, deleted_at=None).order_by("row_number")
    return list(rows.values_list("name", "outline_level"))
