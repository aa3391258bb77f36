"""One task: its page, its form, its cells, progress, comments, and what is mine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project
from tasks.details.tests.filled_form import fields_of
from tasks.models import Assignment, Constraint, Task, TaskComment, TaskProgress, TaskStatus
from tests.pages import compact

HTMX = {"HX-Request": "true"}
DRAWER = HTMX | {"HX-Target": "task-drawer"}


def address(name: str, task: Task) -> str:
    """The address of a view on a task."""
    return reverse(f"tasks:{name}", args=[task.pk])


def last_entry(project: Project) -> AuditEntry:
    """The newest line of the record."""
    return AuditEntry.objects.filter(project=project).order_by("-sequence")[0]


def fresh(task: Task) -> Task:
    """The task as it is stored now."""
    return Task.objects.get(pk=task.pk)


class TestTaskDetail:
    def test_says_what_decides_the_start(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        html = compact(viewer_client.get(address("task_detail", chain["開発"])))
        assert "先行タスク「1 設計」を待っています。" in html
        assert "2026/04/13（月）" in html

    def test_gives_htmx_the_drawer_alone(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        response = viewer_client.get(address("task_detail", chain["開発"]), headers=DRAWER)
        html = compact(response)
        assert html.strip().startswith("<aside")
        assert "HX-Target" in response["Vary"]

    def test_is_hidden_from_strangers(self, stranger_client: Client, chain: dict[str, Task]) -> None:
        assert stranger_client.get(address("task_detail", chain["開発"])).status_code == 404

    def test_offers_a_viewer_nothing_to_change(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        html = compact(viewer_client.get(address("task_detail", chain["開発"])))
        for name in ("task_edit", "progress_report", "comment_add", "row_shift"):
            assert address(name, chain["開発"]) not in html

    def test_offers_a_contributor_their_own_progress(
        self, contributor_client: Client, chain: dict[str, Task], work_on: Callable[..., Any]
    ) -> None:
        work_on(chain["開発"])
        own = compact(contributor_client.get(address("task_detail", chain["開発"])))
        other = compact(contributor_client.get(address("task_detail", chain["試験"])))
        assert address("progress_report", chain["開発"]) in own
        assert address("progress_report", chain["試験"]) not in other
        assert address("task_edit", chain["開発"]) not in own

    def test_costs_the_same_for_300_tasks(
        self, planner_client: Client, plan: Callable[..., dict[str, Task]], queries_of: Callable[..., int]
    ) -> None:
        few = plan(("一", 1, 1), ("二", 1, 1, "1"), ("三", 1, 1, "2"))
        asked = queries_of(planner_client, address("task_detail", few["二"]))
        Task.objects.all().delete()
        rows = (
            (f"作業{number}", 1, 1, *([str(number - 1)] if 1 < number < 4 else []))
            for number in range(1, 301)
        )
        many = plan(*rows)
        assert queries_of(planner_client, address("task_detail", many["作業2"])) == asked


class TestTaskEdit:
    @pytest.fixture
    def filled(self, planner_client: Client) -> Callable[[Task], dict[str, str]]:
        """The form as it stands on the page."""

        def fill(task: Task) -> dict[str, str]:
            html = compact(planner_client.get(address("task_detail", task)))
            return fields_of(html, "task-form")

        return fill

    def test_changes_nothing_when_nothing_was_typed(
        self,
        planner_client: Client,
        chain: dict[str, Task],
        filled: Callable[[Task], dict[str, str]],
        project: Any,
    ) -> None:
        before = Project.objects.get(pk=project.pk).revision
        response = planner_client.post(address("task_edit", chain["設計"]), filled(chain["設計"]))
        assert response.status_code == 302
        assert Project.objects.get(pk=project.pk).revision == before

    @pytest.mark.parametrize(
        ("typed", "shown", "said"),
        [
            (
                {"deadline_on": "2026/04/19"}, ("deadline_on", "2026/04/19"),
                "2026/04/19（日）は休みなので、2026/04/17（金） 18:00までに終える必要があります。",
            ),
            (
                {"constraint_type": "SNET", "constraint_on": "2026/04/19"}, ("constraint_on", "2026/04/19"),
                "2026/04/19（日）は休みなので、2026/04/20（月） 9:00以降に始まります。",
            ),
            (
                {"constraint_type": "MFO", "constraint_on": "2026/04/29"}, ("constraint_on", "2026/04/29"),
                "2026/04/29（水）は休みなので、2026/04/28（火） 18:00に終わります。",
            ),
        ],
    )  # fmt: skip
    def test_keeps_a_day_off_that_was_typed_and_says_what_it_means(
        self, planner_client: Client, chain: dict[str, Task], filled: Callable[[Task], dict[str, str]],
        typed: dict[str, str], shown: tuple[str, str], said: str,
    ) -> None:  # fmt: skip
        task = chain["設計"]
        page = compact(planner_client.post(address("task_edit", task), filled(task) | typed, follow=True))
        # In the toast, beside the facts, and beside the field.
        assert page.count(said) == 3
        assert filled(task)[shown[0]] == shown[1]

    def test_saves_what_was_typed_and_moves_followers(
        self, planner_client: Client, chain: dict[str, Task], filled: Callable[[Task], dict[str, str]],
        resource: Any, cast: Any, project: Any,
    ) -> None:  # fmt: skip
        fields = filled(chain["設計"]) | {
            "name": "基本設計", "description": "画面と帳票", "duration": "6d", "work": "2人日",
            "assignees": "茜部陽斗[50%]", "deadline_on": "2026/04/20", "priority": "700",
        }  # fmt: skip
        response = planner_client.post(address("task_edit", chain["設計"]), fields)
        assert response.status_code == 302
        task = fresh(chain["設計"])
        assert (task.name, task.description, task.work_minutes, task.priority) == (
            "基本設計", "画面と帳票", 960, 700,
        )  # fmt: skip
        assert task.duration_minutes == 2880
        assert fresh(chain["開発"]).start_date == date(2026, 4, 14)
        assert Assignment.objects.get(task=task).units_percentage == 50
        assert last_entry(project).actor == cast.planner

    def test_sets_a_constraint_with_its_day(
        self, planner_client: Client, chain: dict[str, Task], filled: Callable[[Task], dict[str, str]]
    ) -> None:
        fields = filled(chain["設計"]) | {"constraint_type": "SNET", "constraint_on": "4/9"}
        assert planner_client.post(address("task_edit", chain["設計"]), fields).status_code == 302
        task = fresh(chain["設計"])
        assert (task.constraint_type, task.start_date) == (Constraint.SNET, date(2026, 4, 9))
        assert filled(task)["constraint_on"] == "2026/04/09"

    def test_is_hidden_from_strangers(self, stranger_client: Client, chain: dict[str, Task]) -> None:
        assert stranger_client.post(address("task_edit", chain["設計"]), {"name": "x"}).status_code == 404

    def test_needs_a_planner(
        self, viewer_client: Client, contributor_client: Client, chain: dict[str, Task]
    ) -> None:
        for client in (viewer_client, contributor_client):
            assert client.post(address("task_edit", chain["設計"]), {"name": "x"}).status_code == 403

    def test_rejects_get(self, planner_client: Client, chain: dict[str, Task]) -> None:
        assert planner_client.get(address("task_edit", chain["設計"])).status_code == 405

    @pytest.mark.parametrize(
        ("field", "text", "words"),
        [
            ("name", "", "タスク名を入力してください。"),
            (
                "duration",
                "たくさん",
                "「たくさん」は読めません。期間は 5d、5日、3h のように入力してください。",
            ),
            ("start", "2026/02/31", "日付は 2026/11/24 のように入力してください。"),
            ("work", "3x", "工数は 16h、2人日、0.5人月 のように入力してください。"),
            ("assignees", "誰か", "「誰か」という担当者はいません。"),
            ("predecessors", "99", "99 行目のタスクはありません。"),
            ("constraint_type", "MSO", "この制約には日付が必要です。"),
            ("finish", "2026/04/01", "終了日は開始日より後の日にしてください。"),
        ],
    )
    def test_refuses_nonsense_beside_the_field(
        self, planner_client: Client, chain: dict[str, Task], filled: Callable[[Task], dict[str, str]],
        field: str, text: str, words: str,
    ) -> None:  # fmt: skip
        response = planner_client.post(
            address("task_edit", chain["設計"]), filled(chain["設計"]) | {field: text}
        )
        assert response.status_code == 422
        assert words in compact(response)
        assert fresh(chain["設計"]).name == "設計"

    def test_keeps_all_or_nothing(
        self, planner_client: Client, chain: dict[str, Task], filled: Callable[[Task], dict[str, str]]
    ) -> None:
        fields = filled(chain["設計"]) | {"name": "基本設計", "predecessors": "2"}
        response = planner_client.post(address("task_edit", chain["設計"]), fields)
        assert response.status_code == 422
        assert "依存関係が輪になります" in compact(response)
        assert fresh(chain["設計"]).name == "設計"

    def test_shows_both_versions_when_a_user_was_faster(
        self, planner_client: Client, leader_client: Client, chain: dict[str, Task],
        filled: Callable[[Task], dict[str, str]],
    ) -> None:  # fmt: skip
        mine = filled(chain["設計"]) | {"name": "基本設計"}
        leader_client.post(address("task_cell", chain["設計"]), {"column": "name", "text": "概要設計"})
        response = planner_client.post(address("task_edit", chain["設計"]), mine)
        html = compact(response)
        assert response.status_code == 409
        assert "<td>概要設計</td><td>基本設計</td>" in html
        assert fresh(chain["設計"]).name == "概要設計"
        again = planner_client.post(address("task_edit", chain["設計"]), fields_of(html, "task-form"))
        assert again.status_code == 302
        assert fresh(chain["設計"]).name == "基本設計"

    def test_takes_changes_to_different_fields_together(
        self, planner_client: Client, leader_client: Client, chain: dict[str, Task],
        filled: Callable[[Task], dict[str, str]],
    ) -> None:  # fmt: skip
        mine = filled(chain["設計"]) | {"description": "詳しく"}
        leader_client.post(address("task_cell", chain["設計"]), {"column": "name", "text": "概要設計"})
        assert planner_client.post(address("task_edit", chain["設計"]), mine).status_code == 302
        assert (fresh(chain["設計"]).name, fresh(chain["設計"]).description) == ("概要設計", "詳しく")


class TestTypeOfTask:
    """What stays as it is when work, duration or people change."""

    @pytest.fixture
    def boxes(self, planner_client: Client) -> Callable[[Task], tuple[str, str]]:
        """The choice and the box of a task's form, as they are written."""

        def find(task: Task) -> tuple[str, str]:
            html = compact(planner_client.get(address("task_detail", task)))
            choice = html.split('name="task_type"')[1].split(">")[0]
            return choice, html.split('name="is_effort_driven"')[1].split(">")[0]

        return find

    def test_can_be_chosen(
        self, planner_client: Client, chain: dict[str, Task], boxes: Callable[[Task], tuple[str, str]]
    ) -> None:
        choice, box = boxes(chain["設計"])
        assert "disabled" not in choice + box
        html = compact(planner_client.get(address("task_detail", chain["設計"])))
        fields = fields_of(html, "task-form") | {"task_type": "fixed_duration", "is_effort_driven": "on"}
        assert planner_client.post(address("task_edit", chain["設計"]), fields).status_code == 302
        task = fresh(chain["設計"])
        assert (task.task_type, task.is_effort_driven) == ("fixed_duration", True)
        drawer = compact(planner_client.get(address("task_detail", task), headers=DRAWER))
        assert "期間固定" in drawer
        assert "残存作業優先" in drawer

    def test_closes_the_box_where_work_is_fixed(
        self, planner_client: Client, chain: dict[str, Task], boxes: Callable[[Task], tuple[str, str]]
    ) -> None:
        html = compact(planner_client.get(address("task_detail", chain["設計"])))
        fields = fields_of(html, "task-form") | {"task_type": "fixed_work"}
        planner_client.post(address("task_edit", chain["設計"]), fields)
        choice, box = boxes(chain["設計"])
        assert "disabled" not in choice
        assert "disabled" in box
        assert "checked" in box
        # A closed box is not sent, and says nothing.
        html = compact(planner_client.get(address("task_detail", chain["設計"])))
        fields = fields_of(html, "task-form") | {"priority": "600"}
        fields.pop("is_effort_driven", None)
        planner_client.post(address("task_edit", chain["設計"]), fields)
        task = fresh(chain["設計"])
        assert (task.priority, task.is_effort_driven) == (600, True)

    def test_means_nothing_without_work_that_fills_time(
        self, planner_client: Client, chain: dict[str, Task], boxes: Callable[[Task], tuple[str, str]]
    ) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(is_elapsed=True)
        for task in (chain["完了"], chain["設計"]):
            choice, box = boxes(task)
            assert "disabled" in choice
            assert "disabled" in box
            drawer = compact(planner_client.get(address("task_detail", task), headers=DRAWER))
            assert "単位数固定" not in drawer


class TestTaskCell:
    def test_answers_with_every_row_that_changed(
        self, planner_client: Client, chain: dict[str, Task]
    ) -> None:
        fields = {"column": "duration", "text": "6日", "was": "5日"}
        html = compact(planner_client.post(address("task_cell", chain["設計"]), fields, headers=HTMX))
        assert html.count("<tr ") == 4
        assert "ほかに3件のタスクが変わりました。" in html

    @pytest.mark.parametrize(
        ("column", "text", "field", "value"),
        [
            ("name", "方式設計", "name", "方式設計"),
            ("progress", "40%", "progress_percentage", 40),
            ("start", "4/8", "start_date", date(2026, 4, 8)),
            ("finish", "２０２６年４月１５日", "end_date", date(2026, 4, 15)),
            ("duration", "3h", "duration_minutes", 180),
            ("duration", "2週", "duration_minutes", 4800),
            ("duration", "2ed", "is_elapsed", True),
            ("work", "0.5人月", "work_minutes", 4800),
        ],
    )
    def test_reads_what_planners_type(
        self, planner_client: Client, chain: dict[str, Task], column: str, text: str, field: str, value: Any
    ) -> None:
        fields = {"column": column, "text": text}
        response = planner_client.post(address("task_cell", chain["設計"]), fields, headers=HTMX)
        assert response.status_code == 200
        assert getattr(fresh(chain["設計"]), field) == value

    def test_links_by_row_number(self, planner_client: Client, chain: dict[str, Task]) -> None:
        fields = {"column": "predecessors", "text": "1FS+2d", "was": "1"}
        html = compact(planner_client.post(address("task_cell", chain["開発"]), fields, headers=HTMX))
        assert '<td data-column="predecessors">1FS+2d</td>' in html
        assert fresh(chain["開発"]).start_date == date(2026, 4, 15)

    def test_lengthens_what_has_begun(self, planner_client: Client, chain: dict[str, Task]) -> None:
        for column, text in (("progress", "50"), ("duration", "8日")):
            planner_client.post(address("task_cell", chain["設計"]), {"column": column, "text": text})
        task = fresh(chain["設計"])
        assert (task.duration_minutes, task.remaining_minutes) == (8 * 480, 4 * 480)
        assert task.end_date == date(2026, 4, 15)

    def test_says_who_was_faster(self, planner_client: Client, chain: dict[str, Task]) -> None:
        fields = {"column": "duration", "text": "8日", "was": "4日"}
        response = planner_client.post(address("task_cell", chain["設計"]), fields, headers=HTMX)
        html = compact(response)
        assert response.status_code == 409
        assert "「5日」に変えました。あなたの入力は「8日」です。" in html
        assert 'data-current="5日"' in html
        assert fresh(chain["設計"]).duration_minutes == 2400

    def test_lets_contributors_report_on_their_own(
        self, contributor_client: Client, chain: dict[str, Task], work_on: Callable[..., Any]
    ) -> None:
        work_on(chain["設計"])
        for task, column, status in (
            ("設計", "progress", 200),
            ("開発", "progress", 403),
            ("設計", "name", 403),
        ):
            fields = {"column": column, "text": "30"}
            response = contributor_client.post(address("task_cell", chain[task]), fields, headers=HTMX)
            assert response.status_code == status, (task, column)

    def test_is_hidden_from_strangers(self, stranger_client: Client, chain: dict[str, Task]) -> None:
        fields = {"column": "name", "text": "x"}
        assert stranger_client.post(address("task_cell", chain["設計"]), fields).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        fields = {"column": "name", "text": "x"}
        assert viewer_client.post(address("task_cell", chain["設計"]), fields).status_code == 403

    def test_rejects_get(self, planner_client: Client, chain: dict[str, Task]) -> None:
        assert planner_client.get(address("task_cell", chain["設計"])).status_code == 405

    @pytest.mark.parametrize(
        ("column", "text", "words"),
        [
            ("name", " ", "タスク名を入力してください。"),
            ("duration", "5x", "期間は 5d"),
            ("progress", "101", "0から100"),
            ("start", "99999999", "日付は"),
            ("predecessors", "4", "依存関係が輪になります"),
            ("predecessors", "x", "依存関係として読めません"),
            ("assignees", "[50%]", "担当は"),
            ("colour", "red", "colour"),
        ],
    )
    def test_refuses_nonsense(
        self, planner_client: Client, chain: dict[str, Task], column: str, text: str, words: str
    ) -> None:
        fields = {"column": column, "text": text}
        response = planner_client.post(address("task_cell", chain["設計"]), fields, headers=HTMX)
        assert response.status_code == 422
        assert words in compact(response)

    def test_refuses_dates_of_summaries(
        self, planner_client: Client, plan: Callable[..., dict[str, Task]]
    ) -> None:
        tasks = plan(("設計", 1, 1), ("画面", 2, 5))
        for column, text in (("start", "4/20"), ("duration", "9日"), ("work", "8h"), ("progress", "10")):
            fields = {"column": column, "text": text}
            response = planner_client.post(address("task_cell", tasks["設計"]), fields, headers=HTMX)
            assert response.status_code == 422
            assert "サマリータスクの" in compact(response)

    def test_costs_the_same_for_300_tasks(
        self, planner_client: Client, plan: Callable[..., dict[str, Task]], queries_of: Callable[..., int]
    ) -> None:
        fields = {"column": "duration", "text": "2日", "first": "0", "count": "40"}
        few = plan(("一", 1, 1), ("二", 1, 1, "1"))
        planner_client.get(address("task_detail", few["一"]))
        asked = queries_of(planner_client, address("task_cell", few["一"]), fields, headers=HTMX)
        Task.objects.all().delete()
        many = plan(*((f"作業{number}", 1, 1) for number in range(300)))
        assert queries_of(planner_client, address("task_cell", many["作業0"]), fields, headers=HTMX) == asked


class TestProgressReport:
    FIELDS = {"progress": "60", "added_work": "12h", "note": "結合まで終了"}

    def test_keeps_progress_hours_and_history(
        self,
        contributor_client: Client,
        chain: dict[str, Task],
        work_on: Callable[..., Any],
        cast: Any,
        project: Any,
    ) -> None:
        work_on(chain["設計"])
        response = contributor_client.post(address("progress_report", chain["設計"]), self.FIELDS)
        assert response.status_code == 302
        task = fresh(chain["設計"])
        assert (task.progress_percentage, task.actual_work_minutes, task.status) == (
            60, 720, TaskStatus.IN_PROGRESS,
        )  # fmt: skip
        assert TaskProgress.objects.get(task=task).note == "結合まで終了"
        assert last_entry(project).action == "progress.reported"
        assert last_entry(project).actor == cast.contributor

    def test_redraws_the_drawer_and_tells_the_table(
        self, planner_client: Client, chain: dict[str, Task]
    ) -> None:
        url = address("progress_report", chain["設計"])
        response = planner_client.post(url, self.FIELDS, headers=DRAWER)
        assert response["HX-Trigger"] == "plan-changed"
        assert "結合まで終了" in compact(response)

    def test_is_hidden_from_strangers(self, stranger_client: Client, chain: dict[str, Task]) -> None:
        assert stranger_client.post(address("progress_report", chain["設計"]), self.FIELDS).status_code == 404

    def test_needs_the_own_task(
        self, viewer_client: Client, contributor_client: Client, chain: dict[str, Task]
    ) -> None:
        for client in (viewer_client, contributor_client):
            assert client.post(address("progress_report", chain["設計"]), self.FIELDS).status_code == 403
        assert fresh(chain["設計"]).progress_percentage == 0

    def test_rejects_get(self, planner_client: Client, chain: dict[str, Task]) -> None:
        assert planner_client.get(address("progress_report", chain["設計"])).status_code == 405

    @pytest.mark.parametrize(
        "fields", [{"progress": "101"}, {"progress": "x"}, {"progress": "5", "added_work": "?"}]
    )
    def test_refuses_nonsense(
        self, planner_client: Client, chain: dict[str, Task], fields: dict[str, str]
    ) -> None:
        response = planner_client.post(address("progress_report", chain["設計"]), fields, headers=DRAWER)
        assert response.status_code == 422
        assert "field__error" in compact(response)


class TestCommentAdd:
    def test_says_something(
        self, contributor_client: Client, chain: dict[str, Task], cast: Any, project: Any
    ) -> None:
        url = address("comment_add", chain["設計"])
        html = compact(contributor_client.post(url, {"body": "確認しました <b>"}, headers=DRAWER))
        assert "確認しました &lt;b&gt;" in html
        assert TaskComment.objects.get(task=chain["設計"]).author == cast.contributor
        assert last_entry(project).action == "comment.added"

    def test_is_hidden_from_strangers(self, stranger_client: Client, chain: dict[str, Task]) -> None:
        assert stranger_client.post(address("comment_add", chain["設計"]), {"body": "x"}).status_code == 404

    def test_needs_a_contributor(self, viewer_client: Client, chain: dict[str, Task]) -> None:
        assert viewer_client.post(address("comment_add", chain["設計"]), {"body": "x"}).status_code == 403

    def test_rejects_get(self, planner_client: Client, chain: dict[str, Task]) -> None:
        assert planner_client.get(address("comment_add", chain["設計"])).status_code == 405

    @pytest.mark.parametrize("body", ["", "  ", "あ" * 5001])
    def test_refuses_nonsense(self, planner_client: Client, chain: dict[str, Task], body: str) -> None:
        assert planner_client.post(address("comment_add", chain["設計"]), {"body": body}).status_code == 422


class TestMyTasks:
    URL = "/my-tasks/"

    def test_tells_twins_apart(
        self, contributor_client: Client, plan: Any, work_on: Callable[..., Any], project: Project
    ) -> None:
        tasks = plan(("第1期", 1, 1), ("試験", 2, 1), ("第2期", 1, 1), ("試験　", 2, 1))
        for name, task in tasks.items():
            if name.startswith("試験"):
                Task.objects.filter(pk=task.pk).update(name="試験")
                work_on(task)
        html = compact(contributor_client.get(self.URL))
        assert html.count(f"{project.code}") == 2
        assert html.count(f'<span class="touch faint small">{project.name}</span>') == 2
        assert html.index("第1期") < html.index("第2期")
        assert "1.1" in html
        assert "2.1" in html

    def test_groups_by_how_pressing_they_are(
        self,
        contributor_client: Client,
        chain: dict[str, Task],
        work_on: Callable[..., Any],
        monkeypatch: Any,
    ) -> None:
        for task in chain.values():
            work_on(task)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 4, 13))
        html = compact(contributor_client.get(self.URL))
        late, week, later = (html.index(f'id="{key}"') for key in ("late", "week", "later"))
        assert (
            late < html.index(">設計</a>") < week < html.index(">開発</a>") < later < html.index(">試験</a>")
        )
        assert "5日遅れ" in html

    def test_says_so_when_there_is_nothing(self, viewer_client: Client, chain: Any) -> None:
        assert "担当しているタスクはありません" in compact(viewer_client.get(self.URL))

    def test_takes_progress_in_its_line(
        self, contributor_client: Client, chain: dict[str, Task], work_on: Callable[..., Any]
    ) -> None:
        work_on(chain["設計"])
        headers = HTMX | {"HX-Target": f"my-task-{chain['設計'].pk}"}
        url = address("progress_report", chain["設計"])
        html = compact(contributor_client.post(url, {"progress": "100"}, headers=headers))
        assert html.strip().startswith(f'<tr id="my-task-{chain["設計"].pk}" class="row--done cell--changed"')
        refused = contributor_client.post(url, {"progress": "abc"}, headers=headers)
        assert refused.status_code == 422
        assert 'value="abc"' in compact(refused)

    def test_costs_the_same_for_many(
        self, contributor_client: Client, plan: Callable[..., dict[str, Task]], work_on: Callable[..., Any],
        queries_of: Callable[..., int],
    ) -> None:  # fmt: skip
        tasks = plan(*((f"作業{number}", 1, 1) for number in range(60)))
        work_on(tasks["作業0"])
        few = queries_of(contributor_client, self.URL)
        for number in range(1, 60):
            work_on(tasks[f"作業{number}"])
        assert queries_of(contributor_client, self.URL) == few
