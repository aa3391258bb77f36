"""To a row by its number, its code or a day; to all rows; and the names that are offered while a cell is typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from projects.errors import RuleBrokenError
from projects.models import ProjectMember, User
from resources.models import Resource
from tasks.editing.cells import write_cell
from tasks.models import CollapsedTask, Task
from tasks.sheet.columns.registry import registry
from tasks.sheet.parsing import is_called

HX = {"HX-Request": "true"}


class TestGo:
    @pytest.fixture
    def rows(self, plan: Any) -> dict[str, Task]:
        """A summary with two tasks, and one behind them: weeks of April 2026."""
        tasks: dict[str, Task] = plan(
            ("設計", 1, 5), ("画面", 2, 5), ("帳票", 2, 5, "2"), ("試験", 1, 5, "3")
        )
        return tasks

    def went(self, client: Any, project: Any, text: str) -> tuple[str | None, str]:
        url = reverse("tasks:wbs_find", args=[project.pk])
        page = client.get(url, {"text": text, "go": "1"}, headers=HX).content.decode()
        place = re.search(r'data-place="(\d+)"', page)
        return place.group(1) if place else None, " ".join(page.split())

    @pytest.mark.parametrize(
        ("text", "place"), [("3", "2"), ("３", "2"), ("99", "3"), ("0", "0"), ("1.2", "2"), ("2", "1")]
    )
    def test_finds_a_row_by_number_and_code(
        self, planner_client: Any, project: Any, rows: Any, text: str, place: str
    ) -> None:
        assert self.went(planner_client, project, text)[0] == place

    def test_finds_the_row_that_is_worked_on_that_day_or_begins_next(
        self, planner_client: Any, project: Any, rows: Any
    ) -> None:
        day = Task.objects.get(pk=rows["帳票"].pk).start_date
        assert day is not None
        place, said = self.went(planner_client, project, f"{day:%Y/%m/%d}")
        assert place == "2"
        assert "3行「帳票」" in said
        assert self.went(planner_client, project, "2020/01/01")[0] == "1"
        assert self.went(planner_client, project, "2100年1月1日")[0] is None
        assert "その行も、その日の作業もありません" in self.went(planner_client, project, "あれ")[1]

    def test_says_that_a_row_is_hidden_and_f3_shows_all(
        self, planner_client: Any, project: Any, cast: Any, rows: Any
    ) -> None:
        url = reverse("tasks:wbs_fold", args=[project.pk])
        planner_client.post(url, {"task": rows["設計"].pk}, headers=HX)
        place, said = self.went(planner_client, project, "3")
        assert place == "0"
        assert "閉じたタスクの中" in said
        answer = planner_client.post(url, {"all": "1"}, headers=HX)
        assert 'data-total="4"' in answer.content.decode()
        assert not CollapsedTask.objects.filter(user=cast.planner).exists()
        assert planner_client.post(url, {}, headers=HX).status_code == 422


class TestNames:
    @pytest.fixture
    def people(self, organization: Any, cast: Any) -> None:
        for name, kana, user in (
            ("藍沢 湊", "アイザワ ミナト", cast.leader), ("鈍色 こはる", "にびいろ こはる", None), ("ＡＢ商会", "", None)
        ):  # fmt: skip
            Resource.objects.create(organization=organization, name=name, kana=kana, kind="person", user=user)

    @pytest.mark.parametrize(
        ("text", "names"),
        [("沢", ["藍沢 湊"]), ("あいざ", ["藍沢 湊"]), ("ｱｲｻﾞ", ["藍沢 湊"]), ("ニビ", ["鈍色 こはる"]), ("ab", ["ＡＢ商会"]), ("誰か", [])],
    )  # fmt: skip
    def test_are_found_by_a_part_in_any_width_and_kana(
        self, planner_client: Any, project: Any, people: None, text: str, names: list[str]
    ) -> None:
        assert self.offered(planner_client, project, text) == names

    def offered(self, client: Any, project: Any, text: str, of: str = "people") -> list[str]:
        url = reverse("tasks:people_options", args=[project.pk])
        page = client.get(url, {"text": text, "of": of}, headers=HX).content.decode()
        return re.findall(r'data-person="([^"]+)"', page)

    def test_are_no_more_than_a_list_holds_and_members_come_first(
        self, planner_client: Any, project: Any, organization: Any, people: None, queries_of: Any
    ) -> None:
        Resource.objects.bulk_create(
            Resource(organization=organization, name=f"あ{number:03}", kana="あ", kind="person") for number in range(40)
        )  # fmt: skip
        found = self.offered(planner_client, project, "あ")
        assert len(found) == 12
        assert found[0] == "藍沢 湊"
        url = reverse("tasks:people_options", args=[project.pk]) + "?of=people&text=あ"
        many = queries_of(planner_client, url)
        Resource.objects.filter(name__startswith="あ0").delete()
        assert queries_of(planner_client, url) == many

    def test_of_another_organization_are_not_offered(
        self, stranger_client: Any, planner_client: Any, project: Any, cast: Any, people: None
    ) -> None:
        url = reverse("tasks:people_options", args=[project.pk])
        assert stranger_client.get(url, {"text": "あ"}).status_code == 404
        assert cast.stranger.display_name not in self.offered(planner_client, project, "", of="members")

    def test_of_approvers_are_members(self, planner_client: Any, project: Any, cast: Any) -> None:
        assert self.offered(planner_client, project, "藍沢", of="members") == ["藍沢 湊"]
        assert cast.outsider.display_name not in self.offered(planner_client, project, "", of="members")

    def test_is_called_by_nothing_by_no_one(self) -> None:
        assert not is_called(" ", "藍沢 湊", "あいざわ")


class TestApprover:
    def test_is_typed_by_a_part_of_the_name(self, chain: dict[str, Task], project: Any, cast: Any) -> None:
        task = chain["設計"]
        User.objects.filter(pk=cast.leader.pk).update(kana="アイザワ ミナト")
        for text, account in (("藍沢", cast.leader.pk), ("", None), ("あいざわ", cast.leader.pk)):
            write_cell(task=task, column="approver", text=text, actor=cast.planner)
            assert Task.objects.get(pk=task.pk).approver_id == account

    @pytest.mark.parametrize("text", ["同社 別人", "余所", "だれか"])
    def test_is_a_member_of_the_project(
        self, chain: dict[str, Task], project: Any, cast: Any, text: str
    ) -> None:
        with pytest.raises(RuleBrokenError, match="メンバーはいません"):
            write_cell(task=chain["設計"], column="approver", text=text, actor=cast.planner)

    def test_that_may_be_several_is_asked_about(
        self, chain: dict[str, Task], project: Any, cast: Any
    ) -> None:
        ProjectMember.objects.filter(project=project).update(end_date=None)
        User.objects.filter(pk__in=[cast.leader.pk, cast.viewer.pk]).update(display_name="藍沢 姉妹")
        with pytest.raises(RuleBrokenError, match="2人います"):
            write_cell(task=chain["設計"], column="approver", text="藍沢", actor=cast.planner)


class TestRules:
    """What scripts know of a column's typing is declared with the column."""

    def test_stand_in_the_heads(self, planner_client: Any, project: Any, chain: Any) -> None:
        page = " ".join(planner_client.get(reverse("tasks:wbs", args=[project.pk])).content.decode().split())
        heads = dict(re.findall(r'data-column="(\w+)" data-editable="([^"]*)"', page))
        assert heads["progress"] == "leaf own"
        assert heads["duration"] == heads["work"] == heads["start"] == heads["finish"] == "leaf"
        assert heads["name"] == ""
        assert 'data-column="assignees" data-editable="" data-names="people"' in page

    @pytest.mark.parametrize(
        "name", [column.name for column in registry.editable() if column.edit and column.edit.of_leaves]
    )
    def test_say_truly_what_summaries_refuse(self, plan: Any, project: Any, cast: Any, name: str) -> None:
        tasks = plan(("設計", 1, 5), ("画面", 2, 5))
        texts = {
            "progress": "50",
            "start": "2026/05/11",
            "finish": "2026/05/12",
            "duration": "3日",
            "work": "8h",
        }
        parent = Task.objects.select_related("project").get(pk=tasks["設計"].pk)
        with pytest.raises(RuleBrokenError):
            write_cell(task=parent, column=name, text=texts[name], actor=cast.planner)


class TestOrder:
    def test_of_a_head_that_was_dragged_is_kept(self, planner_client: Any, project: Any, chain: Any) -> None:
        url = reverse("tasks:columns_choose", args=[project.pk])
        page = reverse("tasks:wbs", args=[project.pk])

        def shown() -> list[str]:
            return re.findall(
                r'<th scope="col"\s+data-column="(\w+)"', planner_client.get(page).content.decode()
            )

        before = shown()
        assert planner_client.post(url, {"moved": "work", "before": "status"}).status_code == 204
        after = shown()
        assert after.index("work") == after.index("status") - 1
        assert sorted(after) == sorted(before)
        planner_client.post(url, {"moved": "work", "before": ""})
        assert shown()[-1] == "work"
        planner_client.post(url, {"moved": "nonsense", "before": "status"})
        assert shown()[-1] == "work"
