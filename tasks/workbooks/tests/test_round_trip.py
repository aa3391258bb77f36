"""An untouched workbook changes nothing, whatever the plan holds: generated ones, and those of the demo."""

from __future__ import annotations

import datetime as dt
import os
import random
from io import BytesIO
from typing import Any, Final
from unittest import mock

import pytest
from django.utils import timezone

from projects.models import Organization, Project, User
from projects.permissions import rights_in
from projects.rls.scope import scope
from tasks.demo.seeding import seed_demo
from tasks.pasting.forms import offered_to
from tasks.pasting.tests.test_round_trip import drawn
from tasks.sheet.choosing.services import ShownColumn
from tasks.sheet.columns.registry import registry
from tasks.sheet.visible import VisibleRows
from tasks.workbooks.axis import SCALES
from tasks.workbooks.contents import Choices, contents_of
from tasks.workbooks.edits import Edits, read_edits
from tasks.workbooks.file import write_workbook
from tasks.workbooks.tests.books import book_of, content_of

pytestmark = pytest.mark.django_db
#: 200 take some minutes, each file being read in a process of its own.
PLANS: Final = int(os.environ.get("WORKBOOK_PLANS", "12"))
ALWAYS: Final = ("number", "name")


def round_trip(project: Project, user: Any, names: list[str], scale: str, *, saved_again: bool) -> Edits:
    """Out and in again."""
    columns = [ShownColumn(registry[name]) for name in names]
    offered = offered_to(rights_in(user, project))
    visible = VisibleRows(project.task_count, (), frozenset())
    contents = contents_of(project, visible, columns, Choices(scale=scale))
    stream = BytesIO()
    write_workbook(contents, stream, offered=offered, people=["Ann"], made_at=timezone.localtime())
    content = content_of(book_of(stream.getvalue())) if saved_again else stream.getvalue()
    return read_edits(BytesIO(content), project, offered=offered, file_name="x.xlsx")


def nothing(edits: Edits) -> bool:
    """Whether a file says that nothing was done to it."""
    return not edits.found and not edits.computed and not edits.is_sorted and not edits.uncounted


class TestRoundTrip:
    def test_changes_nothing_of_generated_plans(
        self, plan: Any, project: Project, cast: Any, crew: Any
    ) -> None:
        plan(
            ("基本", 1, 5),
            ("画面", 2, 3),
            ("帳票", 2, 2),
            ("細部", 3, 2),
            ("開発", 1, 4, "1"),
            ("完了", 1, 0, "5"),
        )
        every = [column.name for column in registry if column.right is None and column.name not in ALWAYS]
        for seed in range(PLANS):
            draw = random.Random(seed)
            drawn(draw, project, cast.leader)
            project.refresh_from_db()
            names = [*ALWAYS, *[name for name in every if draw.random() < 0.5]]
            scale = draw.choice(SCALES)
            edits = round_trip(project, cast.leader, names, scale, saved_again=bool(seed % 2))
            assert nothing(edits), (seed, edits.found, edits.computed)

    def test_changes_nothing_of_the_demo(self) -> None:
        with mock.patch("tasks.demo.crowd.refresh_statistics"):
            seed_demo(today=dt.date(2026, 12, 2), seed=1)
        every = [column.name for column in registry if column.name not in ALWAYS]
        for organization in Organization.objects.all():
            with scope([organization.pk]):
                user = User.objects.filter(
                    memberships__organization=organization, memberships__role="admin"
                ).first()
                projects = Project.objects.filter(organization=organization, task_count__gt=0).order_by("pk")
                for project in projects if PLANS > 100 else projects[:: max(len(projects) // 3, 1)]:
                    edits = round_trip(project, user, [*ALWAYS, *every], "", saved_again=False)
                    assert nothing(edits), (project.code, edits.found, edits.computed)
