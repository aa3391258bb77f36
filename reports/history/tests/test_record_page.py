"""The record of a whole organization, for those who have to look after it."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from projects.changes import changing, changing_organization
from projects.models import AuditEntry, Project
from projects.permissions import Right, System
from tests.pages import compact


@pytest.fixture
def entries(project: Project, cast: Any) -> None:
    with changing(project, actor=cast.leader) as record:
        record("project.edited", target=project, before={"name": "旧"}, after={"name": "=HYPERLINK(1)"})
    with changing_organization(
        project.organization, actor=System("sign-in", user=cast.viewer), needs=Right.VIEW
    ) as record:
        record("session.started", target=cast.viewer, after={"address": "192.0.2.1"})


def html(client: Client, query: str = "") -> str:
    answer = client.get(f"/record/{query}")
    assert answer.status_code == 200
    return compact(answer)


class TestRecordPage:
    def test_shows_projects_and_the_organizations_own_lines(self, admin_client, entries, cast):
        page = html(admin_client)
        assert "プロジェクトの基本情報を変えました" in page
        assert f"{cast.viewer.display_name}がサインインしました" in page

    @pytest.mark.parametrize(
        ("query", "edited", "started"),
        [
            ("?kind=project", True, False), ("?kind=session", False, True), ("?actor={leader}", True, False),
            ("?project={project}", True, False), ("?first=2000-01-01&last=2000-01-02", False, False),
            ("?first=2000/01/01", True, True), ("?kind=nonsense&actor=x&first=soon", True, True), ("?until=1", False, False),
        ],
    )  # fmt: skip
    def test_is_searched(self, admin_client, entries, cast, project, query, edited, started):
        page = html(admin_client, query.format(leader=cast.leader.pk, project=project.pk))
        assert ("基本情報を変えました" in page) == edited
        assert ("がサインインしました" in page) == started

    @pytest.mark.parametrize("name", ["leader_client", "viewer_client"])
    def test_is_for_admins(self, request, entries, name):
        assert request.getfixturevalue(name).get("/record/").status_code == 403

    def test_shows_strangers_their_own(self, stranger_client, entries):
        assert "基本情報" not in html(stranger_client)

    def test_stands_in_the_menu_of_admins_alone(self, admin_client, leader_client, project):
        assert 'href="/record/"' in compact(admin_client.get("/projects/"))
        assert 'href="/record/"' not in compact(leader_client.get("/projects/"))

    def test_costs_the_same_for_many_lines(
        self, admin_client, entries, project, cast, django_assert_max_num_queries
    ):
        html(admin_client)
        with django_assert_max_num_queries(25) as few:
            html(admin_client)
        for number in range(20):
            with changing(project, actor=cast.planner) as record:
                record("project.edited", target=project, after={"name": str(number)})
        with django_assert_max_num_queries(len(few)):
            html(admin_client)

    def test_says_how_it_is_when_nothing_is_found(self, admin_client, entries):
        assert "条件に合う記録がありません" in html(admin_client, "?first=2000-01-01&last=2000-01-02")


class TestRecordExport:
    def rows(self, answer: Any) -> list[dict[str, str]]:
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_holds_everything_of_a_line_and_no_formula(self, admin_client, entries, project, cast):
        rows = self.rows(admin_client.post("/record/export/", {"kind": "project"}))
        first = AuditEntry.objects.get(project=project, action="project.edited")
        row = rows[0]
        assert (row["sequence"], row["actor"], row["hash"]) == (
            str(first.sequence),
            cast.leader.username,
            first.hash,
        )
        assert json.loads(row["after"]) == {"name": "=HYPERLINK(1)"}
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())

    def test_is_recorded_itself_and_not_in_the_file(self, admin_client, entries, cast):
        rows = self.rows(admin_client.post("/record/export/"))
        taken = AuditEntry.objects.get(action="record.exported")
        assert (taken.actor, taken.after["lines"]) == (cast.admin, len(rows))
        assert "record.exported" not in [row["action"] for row in rows]

    def test_is_bounded(self, admin_client, entries, monkeypatch):
        monkeypatch.setattr("reports.history.record_views.MOST_ROWS", 1)
        assert len(self.rows(admin_client.post("/record/export/"))) == 1

    def test_is_for_admins(self, leader_client, entries):
        assert leader_client.post("/record/export/").status_code == 403
        assert not AuditEntry.objects.filter(action="record.exported").exists()

    def test_is_not_read(self, admin_client, entries):
        assert admin_client.get("/record/export/").status_code == 405

    def test_holds_nothing_of_others(self, stranger_client, entries):
        assert self.rows(stranger_client.post("/record/export/")) == []
