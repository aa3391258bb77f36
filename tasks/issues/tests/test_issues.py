"""課題・リスク: written down by who works on the project, kept up with, recorded, and ordered by weight."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.errors import StaleRevisionError
from projects.models import AuditEntry
from tasks.issues.selectors import Asked, counts_of, listed, matrix_of, of_project, tone_of
from tasks.issues.services import add_issue, edit_issue
from tasks.models import ProjectIssue, Task
from tests.pages import compact

TODAY = date(2026, 4, 15)
RISK = {"kind": "risk", "title": "要員が足りない", "probability": "4", "impact": "5", "state": "open"}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


@pytest.fixture
def make(project: Any, cast: Any) -> Any:
    def made(title: str = "環境がない", **more: Any) -> ProjectIssue:
        values = {"kind": "issue", "impact": 3, **more}
        return ProjectIssue.objects.create(
            organization=project.organization, project=project, title=title, added_by=cast.leader, **values
        )

    return made


def add_address(project: Any) -> str:
    return reverse("tasks:issue_add", args=[project.pk])


def edit_address(issue: ProjectIssue) -> str:
    return reverse("tasks:issue_edit", args=[issue.project_id, issue.pk])


class TestAdding:
    def test_keeps_what_was_typed_and_is_recorded(
        self, project: Any, chain: dict[str, Task], cast: Any, contributor_client: Client
    ) -> None:
        typed = {
            **RISK, "detail": "5月から2人が抜ける", "owner": cast.leader.pk, "due_on": "2026/04/30",
            "measure": "協力会社に打診する", "tasks": f"{chain['開発'].wbs_code}、{chain['設計'].wbs_code}",
        }  # fmt: skip
        answer = contributor_client.post(add_address(project), typed)
        assert answer.status_code == 302
        issue = ProjectIssue.objects.get()
        assert (issue.score, issue.owner, issue.due_on, issue.added_by) == (
            20, cast.leader, date(2026, 4, 30), cast.contributor,
        )  # fmt: skip
        assert issue.task_ids == [chain["設計"].pk, chain["開発"].pk]
        entry = AuditEntry.objects.get(action="issue.added")
        assert (entry.after["title"], entry.after["tasks"], entry.after["owner"]) == (
            "要員が足りない", 2, cast.leader.pk,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("typed", "word"),
        [
            ({"probability": ""}, "リスクの発生確率を選んでください。"), ({"impact": "9"}, "正しく選択してください"),
            ({"tasks": "99.9"}, "WBS 番号 99.9 のタスクは、この計画にありません。"), ({"title": " "}, "このフィールドは必須です"),
            ({"tasks": " ".join(f"{number}" for number in range(1, 23))}, "関連タスクは 20件までです。"),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong(self, project: Any, leader_client: Client, typed: Any, word: str) -> None:
        answer = leader_client.post(add_address(project), RISK | typed)
        assert answer.status_code == 422
        page = compact(answer)
        assert word in page or "field__error" in page
        assert "field__error" in page
        assert not ProjectIssue.objects.exists()

    def test_gives_an_issue_no_probability(self, project: Any, leader_client: Client) -> None:
        leader_client.post(add_address(project), RISK | {"kind": "issue"})
        issue = ProjectIssue.objects.get()
        assert (issue.probability, issue.score) == (None, 25)

    def test_takes_no_one_as_owner_who_is_not_in_the_project(
        self, project: Any, leader_client: Client, cast: Any
    ) -> None:
        answer = leader_client.post(add_address(project), RISK | {"owner": cast.stranger.pk})
        assert answer.status_code == 422

    def test_is_for_those_who_may_comment(
        self, project: Any, viewer_client: Client, stranger_client: Client
    ) -> None:
        assert viewer_client.post(add_address(project), RISK).status_code == 403
        assert stranger_client.get(add_address(project)).status_code == 404


class TestEditing:
    def test_writes_and_records_what_is_new(self, make: Any, cast: Any) -> None:
        issue = make(measure="調達する")
        values = {
            "kind": "issue",
            "title": "環境がない",
            "impact": 4,
            "state": "doing",
            "measure": "調達する",
        }
        edit_issue(issue=issue, actor=cast.leader, values=values, version=0)
        entry = AuditEntry.objects.get(action="issue.edited")
        assert (entry.before, entry.after) == (
            {"impact": 3, "state": "open"},
            {"impact": 4, "state": "doing"},
        )
        issue.refresh_from_db()
        assert issue.version == 1

    def test_of_nothing_leaves_no_line(self, make: Any, cast: Any) -> None:
        edit_issue(issue=make(), actor=cast.leader, values={"title": "環境がない"}, version=0)
        assert not AuditEntry.objects.filter(action="issue.edited").exists()

    def test_of_an_older_page_is_refused_and_shows_what_is_there(
        self, make: Any, leader_client: Client, cast: Any
    ) -> None:
        issue = make(measure="前の対策")
        edit_issue(
            issue=issue,
            actor=cast.planner,
            values={"title": "本番環境がない", "measure": "新しい対策"},
            version=0,
        )
        typed = {"kind": "issue", "title": "環境", "impact": "3", "state": "closed", "version": "0"}
        answer = leader_client.post(edit_address(issue), typed)
        assert answer.status_code == 409
        page = compact(answer)
        assert "ほかの人が変えました" in page
        assert "新しい対策" in page
        assert 'value="環境"' in page
        issue.refresh_from_db()
        assert (issue.title, issue.state) == ("本番環境がない", "open")
        with pytest.raises(StaleRevisionError):
            edit_issue(issue=issue, actor=cast.leader, values={"title": "環境"}, version=0)
        # Sent once more it is saved: the form says now which version was seen.
        assert 'name="version" value="1"' in page
        assert leader_client.post(edit_address(issue), typed | {"version": "1"}).status_code == 302
        issue.refresh_from_db()
        assert (issue.title, issue.state, issue.version) == ("環境", "closed", 2)

    def test_is_named_in_the_history_with_the_people_that_it_is_about(
        self, make: Any, project: Any, leader_client: Client, cast: Any
    ) -> None:
        issue = make()
        edit_issue(issue=issue, actor=cast.leader, values={"owner": cast.planner, "impact": 5}, version=0)
        page = compact(leader_client.get(reverse("reports:project_history", args=[project.pk])))
        assert "「環境がない」を変えました" in page
        assert cast.planner.display_name in page[page.index("「環境がない」を変えました") :]
        assert "5 ごく大きい" in page

    def test_begins_with_what_stands(
        self, make: Any, chain: dict[str, Task], leader_client: Client, cast: Any
    ) -> None:
        issue = make(task_ids=[chain["設計"].pk, 10**9], owner=cast.stranger, due_on=date(2026, 5, 1))
        page = compact(leader_client.get(edit_address(issue)))
        assert f'value="{chain["設計"].wbs_code}"' in page
        assert f'<option value="{cast.stranger.pk}" selected>' in page
        assert "2026/05/01" in page or "2026-05-01" in page

    def test_is_of_issues_of_this_project(self, make: Any, project: Any, leader_client: Client) -> None:
        address = reverse("tasks:issue_edit", args=[project.pk, make().pk + 1])
        assert leader_client.get(address).status_code == 404


class TestList:
    def test_is_ordered_by_weight_and_day(self, project: Any, make: Any, leader_client: Client) -> None:
        make("軽い", impact=1)
        make("急ぐ", impact=2, due_on=date(2026, 4, 16))
        make("急がない", impact=2)
        make("重い", kind="risk", probability=5, impact=5, due_on=date(2026, 4, 14))
        make("終わった", impact=5, state="closed")
        page = compact(leader_client.get(reverse("tasks:issue_list", args=[project.pk])))
        places = [page.index(f'title="{title}"') for title in ("重い", "急ぐ", "急がない", "軽い")]
        assert places == sorted(places)
        assert "終わった" not in page
        assert '<td class="num nowrap is-late">2026/04/14</td>' in page
        assert "終わった" in compact(
            leader_client.get(reverse("tasks:issue_list", args=[project.pk]), {"view": "all"})
        )

    def test_is_narrowed_by_kind_and_by_a_cell_of_the_matrix(self, project: Any, make: Any) -> None:
        make()
        for probability, impact in ((2, 4), (2, 4), (5, 5)):
            make(f"リスク{probability}", kind="risk", probability=probability, impact=impact)
        make("過ぎた", kind="risk", probability=2, impact=4, state="dropped")
        assert counts_of(of_project(project)) == {"issue": 1, "risk": 3, "all": 4}
        assert listed(of_project(project), Asked.read({"kind": "issue"})).count() == 1
        assert listed(of_project(project), Asked.read({"p": "2", "i": "4"})).count() == 2
        assert listed(of_project(project), Asked.read({"p": "x", "i": "4", "kind": "?"})).count() == 4
        cells = {
            (cell.probability, cell.impact): cell.number
            for _label, row in matrix_of(of_project(project))
            for cell in row
        }
        assert cells[2, 4] == 2
        assert cells[5, 5] == 1
        assert sum(cells.values()) == 3
        assert [tone_of(score) for score in (1, 4, 5, 10, 15, 25)] == [1, 1, 2, 3, 4, 4]

    def test_names_the_tasks_that_are_there(
        self, project: Any, make: Any, chain: dict[str, Task], viewer_client: Client
    ) -> None:
        make(task_ids=[chain["設計"].pk, chain["試験"].pk])
        Task.objects.filter(pk=chain["試験"].pk).update(deleted_at=timezone.now(), row_number=None)
        page = compact(viewer_client.get(reverse("tasks:issue_list", args=[project.pk])))
        assert f'title="{chain["設計"].name}"' in page
        assert f'title="{chain["試験"].name}"' not in page
        issue = ProjectIssue.objects.get()
        page = compact(viewer_client.get(edit_address(issue)))
        assert '<form class="form"' not in page
        assert "中くらい" in page
        assert viewer_client.post(edit_address(issue), RISK).status_code == 403

    def test_costs_the_same_for_many(
        self, project: Any, make: Any, chain: dict[str, Task], leader_client: Client
    ) -> None:
        address, counts = reverse("tasks:issue_list", args=[project.pk]), []
        for number in range(30):
            make(f"課題{number}", task_ids=[chain["設計"].pk])
            if number in (2, 29):
                leader_client.get(address)
                with CaptureQueriesContext(connection) as queries:
                    leader_client.get(address)
                counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_begins_with_what_it_is_for(self, project: Any, leader_client: Client) -> None:
        page = compact(leader_client.get(reverse("tasks:issue_list", args=[project.pk])))
        assert "未完了の課題とリスクはありません" in page
        assert f'href="{add_address(project)}"' in page


class TestListOfAll:
    def test_has_those_of_projects_under_way_that_one_sees(
        self, project: Any, make: Any, viewer_client: Client, stranger_client: Client
    ) -> None:
        make("環境がない", kind="risk", probability=5, impact=5)
        address = reverse("tasks:issue_list_of_all")
        page = compact(viewer_client.get(address))
        assert f'title="{project.name}"' in page
        assert 'id="cell-5-5"' in page
        assert "環境がない" not in compact(stranger_client.get(address))
        type(project).objects.filter(pk=project.pk).update(status="suspended")
        assert "環境がない" not in compact(viewer_client.get(address))


class TestTable:
    @pytest.mark.parametrize("wrong", [{"impact": 6}, {"kind": "risk"}, {"probability": 2}, {"state": "?"}])
    def test_holds_what_can_be(self, make: Any, wrong: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make(**wrong)

    def test_goes_with_its_project(self, project: Any, cast: Any) -> None:
        values = {"kind": "issue", "title": "環境", "impact": 3}
        issue = add_issue(project=project, actor=cast.leader, values=values)
        assert ProjectIssue.objects.visible_to(cast.viewer).get() == issue
        assert not ProjectIssue.objects.visible_to(cast.stranger).exists()
        type(project).objects.filter(pk=project.pk).update(deleted_at=timezone.now())
        assert not ProjectIssue.objects.visible_to(cast.viewer).exists()
