"""A view as CSV: its rows and columns as they stand, figures without units, nothing that a spreadsheet computes."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import AuditEntry, OrganizationMember
from tasks.models import Task
from tasks.workbooks import csv_view
from tests.planning import planned


def text_of(client: Any, project: Any, **query: str) -> str:
    """The bytes that a user gets, without their mark."""
    answer = client.get(reverse("tasks:plan_csv", args=[project.pk]), query)
    assert answer.status_code == 200
    content: bytes = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\n" not in content.replace(b"\r\n", b"")
    return content[3:].decode("utf-8")


def rows_of(client: Any, project: Any, **query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(client, project, **query))))


class TestCsv:
    def test_has_the_rows_with_levels_and_plain_figures(self, leader_client, project):
        planned(project, ("工程", 1, 1), ("設計", 2, 5), ("開発", 2, 10, "2"))
        Task.objects.filter(project=project, name="設計").update(work_minutes=2_430, progress_percentage=45)
        rows = rows_of(leader_client, project)
        assert [(row["レベル"], row["タスク"]) for row in rows] == [
            ("1", "工程"),
            ("2", "設計"),
            ("2", "開発"),
        ]
        design = rows[1]
        assert (design["開始"], design["終了"]) == ("2026/04/06", "2026/04/10")
        assert (design["期間（日）"], design["工数（時間）"], design["進捗"]) == ("5", "40.5", "45%")
        assert rows[2]["先行"] == "2"

    @pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1+1"])
    def test_computes_nothing(self, leader_client, project, name):
        planned(project, ("設計", 1, 5))
        Task.objects.filter(project=project).update(name=name)
        (row,) = rows_of(leader_client, project)
        assert row["タスク"] == f"'{name}"

    def test_keeps_commas_quotes_and_lines_of_a_text(self, leader_client, project):
        planned(project, ("設計", 1, 5))
        Task.objects.filter(project=project).update(name='「画面」, "帳票"')
        (row,) = rows_of(leader_client, project)
        assert row["タスク"] == '「画面」, "帳票"'

    def test_is_filtered_sorted_and_grouped_as_the_page(self, leader_client, project, chain):
        assert [row["タスク"] for row in rows_of(leader_client, project, sort="-start")][:2] == [
            "完了",
            "試験",
        ]
        found = [row["タスク"] for row in rows_of(leader_client, project, filter="name.has.開発")]
        assert found == ["開発"]
        grouped = rows_of(leader_client, project, sort="group.status")
        assert len(grouped) == 5  # four tasks below one head
        assert "レベル" not in grouped[0]
        assert grouped[0]["状態"] == ""

    def test_holds_clock_days_as_words(self, leader_client, project):
        tasks = planned(project, ("乾燥", 1, 5))
        Task.objects.filter(pk=tasks["乾燥"].pk).update(is_elapsed=True, duration_minutes=4_320)
        (row,) = rows_of(leader_client, project)
        assert row["期間（日）"] == "経過3日"

    def test_is_recorded_as_taken_away(self, leader_client, cast, project, chain):
        text_of(leader_client, project)
        entry = AuditEntry.objects.filter(action="plan.exported").latest("pk")
        assert (entry.actor, entry.after["tasks"], entry.after["with_money"]) == (cast.leader, 4, False)
        assert entry.after["file"].endswith(".csv")

    def test_has_amounts_for_those_alone_who_see_money(self, leader_client, cast, project, chain):
        Task.objects.filter(project=project, name="設計").update(fixed_cost=123_456)
        assert "123456" not in text_of(leader_client, project, view="cost")
        OrganizationMember.objects.filter(user=cast.leader).update(may_see_money=True)
        assert "123456" in text_of(leader_client, project, view="cost")

    def test_holds_few_rows_at_once(self, leader_client, project, monkeypatch):
        planned(project, *((f"作業{place}", 1, 1) for place in range(7)))
        whole = text_of(leader_client, project)
        monkeypatch.setattr(csv_view, "AT_ONCE", 3)
        with CaptureQueriesContext(connection) as queries:
            assert text_of(leader_client, project) == whole
        asked = [query["sql"] for query in queries.captured_queries if '"tasks"."row_number"' in query["sql"]]
        assert len(asked) >= 3
