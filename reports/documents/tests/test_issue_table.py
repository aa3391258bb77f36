"""課題・リスク in regular reports: what is not over, the gravest first, in every form of the report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Project
from reports.documents.contents import Mark
from reports.documents.csv_file import csv_file
from reports.documents.issue_table import LONGEST_MEASURE, MOST_ISSUES, issue_table
from reports.documents.kinds import Subject, report_kinds
from reports.documents.options import Options
from reports.documents.tests.samples import MADE_AT
from tasks.issues.services import add_issue, edit_issue

ON = dt.date(2026, 4, 13)


def added(project: Project, by: Any, title: str, **values: Any) -> Any:
    risk = {"kind": "risk", "probability": 3, "impact": 3}
    return add_issue(project=project, actor=by, values={**risk, "title": title, **values})


def test_lists_what_is_not_over_by_its_weight(project: Project, cast: Any) -> None:
    added(project, cast.leader, "軽い", impact=1)
    added(project, cast.leader, "ある", kind="issue", probability=None, impact=4, owner=cast.leader,
          due_on=ON - dt.timedelta(days=1), measure="**至急** 直す")  # fmt: skip
    over = added(project, cast.leader, "済んだ")
    edit_issue(issue=over, actor=cast.leader, values={"state": "closed"}, version=over.version)
    first, second = issue_table(project, ON).lines
    assert first.values[1:3] == ("ある", 20)
    assert first.values[3:5] == (cast.leader.display_name, ON - dt.timedelta(days=1))
    assert first.values[6] == "至急 直す"
    assert first.mark is Mark.LATE
    assert second.values[1:5] == ("軽い", 3, "", None)
    assert second.mark is Mark.NONE


def test_is_cut_with_a_word_and_asks_once_however_many_there_are(project: Project, cast: Any) -> None:
    added(project, cast.leader, "はじめ", measure="あ" * 200)
    with CaptureQueriesContext(connection) as one:
        table = issue_table(project, ON)
    assert table.note == ""
    assert len(str(table.lines[0].values[6])) == LONGEST_MEASURE
    for number in range(MOST_ISSUES):
        added(project, cast.leader, f"次 {number}")
    with CaptureQueriesContext(connection) as many:
        table = issue_table(project, ON)
    assert len(table.lines) == MOST_ISSUES
    assert str(MOST_ISSUES + 1) in table.note
    assert len(many) == len(one) + 1


@pytest.mark.parametrize("kind", ["status", "monthly"])
def test_stands_in_regular_reports(project: Project, chain: Any, cast: Any, kind: str) -> None:
    added(project, cast.leader, "=要員が足りない")
    subject = Subject(cast.leader, project.organization, Options(on=ON), Project.objects.get(pk=project.pk))
    report = report_kinds()[kind].read(subject)
    names = [table.name for table in report.tables]
    assert names.index("late") < names.index("issues") < names.index("next")
    written = csv_file(report, made_at=MADE_AT).decode("utf-8-sig")
    assert "'=要員が足りない" in written


def test_of_another_project_is_not_shown(project: Project, cast: Any) -> None:
    added(project, cast.leader, "ここだけ")
    other = Project.objects.get(pk=project.pk)
    other.pk, other.code = None, "OTHER"
    other.save()
    assert not issue_table(other, ON).lines
