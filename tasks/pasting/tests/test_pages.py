"""Pasting by requests: what is shown first, what is made then, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project
from resources.models import Resource
from tasks.models import Assignment, PlanStep, Task, TaskLink
from tasks.pasting.clipboard.tests.samples import EXCEL
from tasks.plan.actions.tree import lines_of
from tasks.plan.unit import trying_plan
from tests.pages import compact

HTMX = {"HX-Request": "true"}
Send = Callable[..., Any]


@pytest.fixture
def look(planner_client: Client, project: Project) -> Send:
    """`look("a\\tb", task=…)` posts to the preview, as the sheet does."""

    def sent(text: str = "", **fields: Any) -> Any:
        url = reverse("tasks:table_paste", args=[project.pk])
        return planner_client.post(url, {"text": text, **fields}, headers=HTMX)

    return sent


@pytest.fixture
def apply(planner_client: Client, project: Project) -> Send:
    def sent(text: str = "", client: Client | None = None, **fields: Any) -> Any:
        url = reverse("tasks:paste_apply", args=[project.pk])
        return (client or planner_client).post(url, {"text": text, **fields}, headers=HTMX)

    return sent


def names(project: Project) -> list[tuple[str, int]]:
    levels = {line.task_id: line.level for line in lines_of(project)}
    return [(Task.objects.get(pk=pk).name, level) for pk, level in levels.items()]


def told(response: Any) -> str:
    found = re.search(r'id="paste-told".*?</p>', compact(response))
    assert found, response.content.decode()[:2000]
    return re.sub(r"<[^>]*>|\s", "", f"<{found[0]}")


class TestTablePaste:
    def test_says_what_it_would_do_and_writes_nothing(
        self, look: Send, chain: dict[str, Task], project: Project
    ) -> None:
        before = Project.objects.get(pk=project.pk)
        response = look("方式設計\n開発\n受け入れ\n移行\n研修", task=chain["設計"].pk, columns="name")
        assert response.status_code == 200
        assert "1行を追加3行を変更1行は同じ" in told(response)
        after = Project.objects.get(pk=project.pk)
        assert (after.revision, after.task_count, Task.objects.count()) == (before.revision, 4, 4)
        assert not PlanStep.objects.exists()

    def test_tells_the_finish_before_and_after(self, look: Send, chain: dict[str, Task]) -> None:
        body = compact(look("20日", task=chain["設計"].pk, columns="duration"))
        assert re.search(r"2026/04/\d\d →<strong>2026/05/", body)

    def test_reads_the_html_of_excel_before_the_text(self, look: Send, chain: dict[str, Task]) -> None:
        body = compact(look("x", html=EXCEL, task=chain["設計"].pk, columns="name"))
        assert "画面 と帳票" in body
        assert "2026/04/01" in body

    def test_lists_what_is_not_understood_with_a_field(self, look: Send, chain: dict[str, Task]) -> None:
        body = look(
            "設計\tいつか\n開発\t3日", task=chain["設計"].pk, columns="name,duration"
        ).content.decode()
        assert "「いつか」は読めません。" in body
        assert 'name="mend-0-1"' in body
        assert re.search(r'data-paste="apply"\s+disabled', body)
        again = look(
            table="設計\tいつか\n開発\t3日",
            task=chain["設計"].pk,
            columns="name,duration",
            **{"mend-0-1": "4日"},
        )
        assert "読めません" not in told(again)
        assert re.search(r'data-paste="apply"\s+autofocus', again.content.decode())

    def test_offers_each_column_of_the_table(self, look: Send, chain: dict[str, Task]) -> None:
        body = compact(look("設計\t\tx\n開発\t\ty", columns="name,progress"))
        assert "2 列目" in body
        assert '<option value="" selected>取り込まない</option>' in body

    @pytest.mark.parametrize(("head", "is_open"), [("謎の列", True), ("総余裕", False)])
    def test_opens_the_columns_where_one_goes_nowhere(self, look: Send, head: str, is_open: bool) -> None:
        body = compact(look(f"タスク名\t期間\t{head}\n設計\t5日\tx"))
        assert ('<details class="paste__part" open>' in body) is is_open

    def test_finds_circles_among_links(self, look: Send, chain: dict[str, Task]) -> None:
        body = look("3", task=chain["設計"].pk, columns="predecessors").content.decode()
        assert "依存関係が輪になります" in body
        assert 'name="mend-0-0"' in body

    def test_asks_about_people_who_are_not_known(
        self, look: Send, chain: dict[str, Task], resource: Any
    ) -> None:
        fields = {"task": chain["設計"].pk, "columns": "assignees"}
        body = look("山吹 花\n山吹 花、墨田 清[50%]", **fields).content.decode()
        assert 'value="山吹 花"' in body
        assert 'value="墨田 清"' in body
        assert "disabled" in body
        decided = {"name-1": "山吹 花", "who-1": str(resource.pk), "name-2": "墨田 清", "who-2": "out"}
        assert "disabled" not in look("山吹 花\n山吹 花、墨田 清[50%]", **fields, **decided).content.decode()

    def test_warns_of_days_that_become_too_full(self, look: Send, project: Project, resource: Any) -> None:
        text = "".join(f"調査{at}\t5日\t{resource.name}[60%]\n" for at in range(2))
        body = compact(look(text, columns="name,duration,assignees"))
        assert "notice--warn" in body
        assert "120%" in body

    def test_names_rows_that_come_and_miss_their_deadline(self, look: Send, project: Project) -> None:
        body = compact(look("調査\t5日\t2026/4/7\n設計\t1日\t", columns="name,duration,deadline"))
        assert "「1 調査」が期限に間に合わなくなりました。" in body
        assert not Task.objects.exists()

    def test_refuses_a_day_of_twice_the_work_before_it_is_applied(
        self, look: Send, chain: dict[str, Task], resource: Any
    ) -> None:
        text = "".join(f"調査{at}\t5日\t{resource.name}\n" for at in range(2))
        body = look(text, columns="name,duration,assignees").content.decode()
        assert "200%" in body
        assert 'name="mend-0-2"' in body

    def test_names_all_who_would_have_too_much_in_one_look(
        self, look: Send, apply: Send, project: Project, crew: Any
    ) -> None:
        text = "".join(f"調査{at}\t5日\t{name}\n" for at in range(2) for name in ("Ann", "Bob"))
        with mock.patch("tasks.pasting.services.trying_plan", side_effect=trying_plan) as tried:
            body = look(text, columns="name,duration,assignees").content.decode()
        # Once as it was pasted, and once without the cells that are refused.
        assert tried.call_count == 2
        assert all(f'name="mend-{row}-2"' in body for row in range(4))
        assert body.count("Annさんは") == body.count("Bobさんは") == 2
        assert "4個のセルを取り込めない" in apply(text, columns="name,duration,assignees").content.decode()

    def test_asks_for_a_table_in_a_dialog_with_one_way_back(
        self, planner_client: Client, project: Project
    ) -> None:
        html = compact(planner_client.get(reverse("tasks:table_paste", args=[project.pk]), headers=HTMX))
        assert html.count("やめる") == 1
        assert html.count("確かめる") == 1
        assert 'form="paste-ask"' in html

    def test_shows_a_field_where_nothing_was_pasted_yet(
        self, planner_client: Client, project: Project
    ) -> None:
        response = planner_client.get(reverse("tasks:table_paste", args=[project.pk]))
        assert response.status_code == 200
        assert "<textarea" in response.content.decode()

    @pytest.mark.parametrize("text", ["", " \n\t\n"])
    def test_refuses_nothing(self, look: Send, text: str) -> None:
        response = look(text)
        assert response.status_code == 422
        assert "貼り付ける内容がありません" in response.content.decode()

    def test_refuses_too_much(self, look: Send) -> None:
        response = look("a\n" * 5_002)
        assert response.status_code == 422
        assert "5000行まで" in response.content.decode()

    def test_renders_no_script_of_a_clipboard(self, look: Send) -> None:
        evil = "<table><tr><td>設計<td>&lt;script&gt;alert(1)&lt;/script&gt;<tr><td>&quot;&gt;&lt;img src=x onerror=alert(1)&gt;<td>x</table>"
        body = look(html=evil, columns="name,duration").content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body

    def test_says_that_the_row_is_gone(self, look: Send, chain: dict[str, Task]) -> None:
        response = look("a\nb", task=chain["完了"].pk + 999, columns="name")
        assert "この行はもうありません" in response.content.decode()


class TestPasteApply:
    def test_is_one_change_and_one_step(
        self, apply: Send, chain: dict[str, Task], project: Project, planner_client: Client, resource: Any
    ) -> None:
        before = Project.objects.get(pk=project.pk).revision
        text = (
            "ID\tWBS\tタスク名\t期間\t先行タスク\tリソース名\n"
            f"1\t1\t準備\t\t\t\n2\t1.1\t調査\t3日\t\t{resource.name}\n3\t1.2\t選定\t2日\t2FS+1日\t\n4\t2\t移行\t5日\t3\t"
        )
        response = apply(text)
        assert response.status_code == 200, response.content.decode()
        assert names(project)[4:] == [("準備", 1), ("調査", 2), ("選定", 2), ("移行", 1)]
        survey, choice, move = (Task.objects.get(name=name) for name in ("調査", "選定", "移行"))
        assert (survey.duration_minutes, choice.duration_minutes) == (3 * 480, 2 * 480)
        assert str(choice.start_date) == "2026-04-10"
        links = TaskLink.objects.filter(successor__in=[choice, move]).values_list("predecessor", "successor")
        assert set(links) == {(survey.pk, choice.pk), (choice.pk, move.pk)}
        assert Assignment.objects.get(task=survey).resource_id == resource.pk
        assert Project.objects.get(pk=project.pk).revision == before + 1
        assert AuditEntry.objects.filter(action="task.added", revision=before + 1).count() == 4
        assert PlanStep.objects.count() == 1
        undone = planner_client.post(reverse("tasks:plan_undo", args=[project.pk]), headers=HTMX)
        assert undone.status_code == 200
        assert names(project) == [("設計", 1), ("開発", 1), ("試験", 1), ("完了", 1)]
        assert not Assignment.objects.filter(task__deleted_at=None).exists()

    def test_goes_onto_rows_from_a_cell_downwards(
        self, apply: Send, chain: dict[str, Task], project: Project
    ) -> None:
        assert (
            apply("基本設計\t8日\n実装\t3日", task=chain["設計"].pk, columns="name,duration").status_code
            == 200
        )
        assert [name for name, _level in names(project)] == ["基本設計", "実装", "試験", "完了"]
        assert Task.objects.get(pk=chain["設計"].pk).duration_minutes == 8 * 480

    def test_puts_new_rows_above_where_it_is_asked_to(
        self, apply: Send, chain: dict[str, Task], project: Project
    ) -> None:
        apply("要件\n  聞き取り\n  整理", task=chain["開発"].pk, columns="name", inserts="1")
        assert names(project) == [
            ("設計", 1), ("要件", 1), ("聞き取り", 2), ("整理", 2), ("開発", 1), ("試験", 1), ("完了", 1)
        ]  # fmt: skip
        assert TaskLink.objects.filter(predecessor=chain["設計"], successor=chain["開発"]).exists()

    def test_continues_a_new_row(self, apply: Send, chain: dict[str, Task], project: Project) -> None:
        apply("単体\n結合", task=chain["試験"].pk, side="after", level=2, columns="name")
        assert names(project)[2:5] == [("試験", 1), ("単体", 2), ("結合", 2)]

    def test_reads_an_outline_that_is_spread_over_columns(self, apply: Send, project: Project) -> None:
        apply("大項目\t中項目\t期間\n設計\t画面\t2日\n\t帳票\t3日\n開発\t\t5日", columns="name")
        assert names(project) == [("設計", 1), ("画面", 2), ("帳票", 2), ("開発", 1)]
        assert Task.objects.get(name="帳票").duration_minutes == 3 * 480

    def test_fills_what_is_selected_with_one_cell(self, apply: Send, chain: dict[str, Task]) -> None:
        apply("7日", task=chain["設計"].pk, columns="duration", rows=3, width=1)
        found = Task.objects.filter(pk__in=[chain[name].pk for name in ("設計", "開発", "試験")])
        assert {task.duration_minutes for task in found} == {7 * 480}

    def test_changes_nothing_where_one_cell_is_refused(
        self, apply: Send, chain: dict[str, Task], project: Project
    ) -> None:
        response = apply("方式設計\tいつか", task=chain["設計"].pk, columns="name,duration")
        assert response.status_code == 422
        assert names(project)[0] == ("設計", 1)
        assert apply("\tいつか", columns="name,duration", rest="1").status_code == 200
        assert AuditEntry.objects.filter(action="task.added").count() == 1
        rest = apply("方式設計\tいつか", task=chain["設計"].pk, columns="name,duration", rest="1")
        assert rest.status_code == 200
        assert names(project)[0] == ("方式設計", 1)

    def test_makes_people_of_this_plan(self, apply: Send, project: Project) -> None:
        apply("調査\t墨田 清[50%]", columns="name,assignees", **{"name-1": "墨田 清", "who-1": "new"})
        made = Resource.objects.get(name="墨田 清")
        assert made.project_id == project.pk
        assert Assignment.objects.get(resource=made).units_percentage == 50

    def test_leaves_out_what_summaries_compute(self, apply: Send, project: Project) -> None:
        response = apply("タスク名\t期間\t開始\n計画\t99日\t2030/1/1\n  調査\t2日\t", columns="name")
        assert response.status_code == 200
        assert Task.objects.get(name="計画").duration_minutes == 2 * 480

    def test_keeps_a_change_of_another_from_being_written_over(
        self, apply: Send, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        from tasks.editing.cells import write_cell

        seen = Project.objects.get(pk=project.pk).revision
        write_cell(task=chain["設計"], column="name", text="別名", actor=cast.leader)
        response = apply("方式設計\n開発2", task=chain["設計"].pk, columns="name", revision=seen)
        assert response.status_code == 409
        assert names(project)[0] == ("別名", 1)

    def test_makes_a_change_that_is_sent_again_once(
        self, apply: Send, project: Project, django_capture_on_commit_callbacks: Any
    ) -> None:
        once = "01234567-89ab-cdef-0123-456789abcdef"
        for _time in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                assert apply("調査", columns="name", once=once).status_code == 200
        assert [name for name, _level in names(project)] == ["調査"]

    def test_answers_without_scripts(self, planner_client: Client, project: Project) -> None:
        url = reverse("tasks:paste_apply", args=[project.pk])
        assert planner_client.post(url, {"text": "調査", "columns": "name"}).status_code == 302
        refused = planner_client.post(url, {"text": "調査\tいつか", "columns": "name,duration"})
        assert refused.status_code == 422
        assert 'name="mend-0-1"' in refused.content.decode()

    def test_needs_the_right_to_plan(self, viewer_client: Client, project: Project) -> None:
        for name in ("table_paste", "paste_apply"):
            response = viewer_client.post(reverse(f"tasks:{name}", args=[project.pk]), {"text": "調査"})
            assert response.status_code == 403

    def test_is_hidden_from_strangers(self, stranger_client: Client, project: Project) -> None:
        for name in ("table_paste", "paste_apply"):
            response = stranger_client.post(reverse(f"tasks:{name}", args=[project.pk]), {"text": "調査"})
            assert response.status_code == 404

    def test_is_not_made_by_looking(self, planner_client: Client, project: Project) -> None:
        assert planner_client.get(reverse("tasks:paste_apply", args=[project.pk])).status_code == 405
