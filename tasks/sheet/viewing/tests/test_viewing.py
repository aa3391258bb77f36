"""Views: what an address shows, for whom, and what stays of a change beside one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Organization, Project
from tasks.gantt.geometry.scale import ZOOMS
from tasks.models import ChosenColumns, SheetView, Task
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.notation import read_filter
from tasks.sheet.viewing.built_in import BUILT_IN
from tests.pages import compact

HTMX = {"HX-Request": "true"}
Save = Callable[..., SheetView]


@pytest.fixture
def saved(project: Project, chain: dict[str, Task]) -> Save:
    """`saved(client, "会議", keeping="project", filter="late")`: the view that a page keeps."""

    def save(client: Client, name: str, **fields: Any) -> SheetView:
        data = {"name": name, "keeping": "own", "face": "wbs", **fields}
        response = client.post(reverse("tasks:view_save", args=[project.pk]), data)
        assert response.status_code == 302, response.content.decode()
        return SheetView.objects.get(name=name)

    return save


def opened(client: Client, project: Project, key: str | int, face: str = "wbs") -> str:
    """The page of a view, after it was sent on to the address that says what it shows."""
    answer = client.get(reverse(f"tasks:{face}", args=[project.pk]), {"view": key}, follow=True)
    assert answer.status_code == 200
    return compact(answer)


def heads_in(page: str) -> list[str]:
    return re.findall(r'<th scope="col" data-column="([a-z_]+)"', page)


class TestBuiltIn:
    @pytest.mark.parametrize("key", BUILT_IN)
    def test_is_made_of_what_there_is(self, key: str) -> None:
        look = BUILT_IN[key].look
        assert all(name in registry for name, _width in look.columns)
        assert str(read_filter(look.filter)) == look.filter
        assert look.zoom in {"", *ZOOMS}

    @pytest.mark.parametrize("key", BUILT_IN)
    def test_opens(self, key: str, viewer_client: Client, project: Project, chain: dict[str, Task]) -> None:
        view = BUILT_IN[key]
        page = opened(viewer_client, project, key, str(view.look.face))
        assert f'data-asked="view={key}' in page
        assert f'title="ビュー：{view.name}"' in page
        wanted = [name for name, _width in view.look.columns if registry[name].right is None]
        assert not wanted or heads_in(page) == wanted

    def test_says_in_the_address_what_it_shows(
        self, viewer_client: Client, project: Project, chain: dict[str, Task]
    ) -> None:
        url = reverse("tasks:gantt", args=[project.pk])
        answer = viewer_client.get(url, {"view": "critical", "row": "2"})
        assert answer.status_code == 302
        fields = parse_qs(urlsplit(answer["Location"]).query, keep_blank_values=True)
        assert fields == {
            "view": ["critical"], "sort": [""], "filter": ["critical"], "show": ["critical slack baseline"], "row": ["2"],
        }  # fmt: skip
        # What is changed there stays changed.
        assert viewer_client.get(url, {"view": "critical", "sort": ""}).status_code == 200

    def test_that_is_gone_is_said_and_the_plan_shown(
        self, viewer_client: Client, project: Project, chain: dict[str, Task]
    ) -> None:
        for key in ("no-such-view", "987654321", "٣"):
            page = opened(viewer_client, project, key)
            assert "このビューは削除されたか、あなたには見えません" in page
            assert "finish" in heads_in(page)


class TestSaved:
    def test_shows_the_same_by_its_address(
        self, planner_client: Client, viewer_client: Client, project: Project, saved: Save
    ) -> None:
        url = reverse("tasks:columns_choose", args=[project.pk])
        planner_client.post(url, {"columns": ["number", "name", "total_slack"], "width-total_slack": "17"})
        view = saved(
            planner_client, "余裕", keeping="project", filter="name.has.設計", zoom="day", face="gantt"
        )
        page = opened(viewer_client, project, view.pk, "gantt")
        assert heads_in(page) == ["number", "name", "total_slack"]
        assert 'data-column="total_slack" data-width="17"' in page
        assert 'data-filter="name.has.設計"' in page
        assert 'data-zoom="day"' in page
        assert "このビューは" not in page
        # Their sheet without it is as it was.
        assert heads_in(compact(viewer_client.get(reverse("tasks:wbs", args=[project.pk])))) != heads_in(page)

    def test_shows_no_money_to_those_who_may_not_see_it(
        self, admin_client: Client, viewer_client: Client, project: Project, saved: Save
    ) -> None:
        url = reverse("tasks:columns_choose", args=[project.pk])
        admin_client.post(url, {"columns": ["number", "name", "fixed_cost", "finish"]})
        view = saved(
            admin_client, "費用", keeping="organization", filter="fixed_cost.filled name.has.設計", sort=""
        )
        assert heads_in(opened(admin_client, project, view.pk)) == ["number", "name", "fixed_cost", "finish"]
        page = opened(viewer_client, project, view.pk)
        assert heads_in(page) == ["number", "name", "finish"]
        assert "「固定コスト」の条件は、あなたの権限では見られない値のため外しました。" in page
        # Who keeps a copy of it takes nothing from those who may.
        copy = saved(viewer_client, "写し", view=view.pk, filter="name.has.設計")
        assert [name for name, _width in copy.columns] == ["number", "name", "fixed_cost", "finish"]

    def test_is_changed_only_when_it_is_saved_again(
        self, planner_client: Client, viewer_client: Client, project: Project, saved: Save
    ) -> None:
        view = saved(planner_client, "会議", keeping="project", filter="critical")
        before = heads_in(opened(viewer_client, project, view.pk))
        columns = reverse("tasks:columns_choose", args=[project.pk])
        planner_client.post(f"{columns}?view={view.pk}", {"columns": ["number", "name", "progress"]})
        assert heads_in(opened(planner_client, project, view.pk)) == ["number", "name", "progress"]
        assert heads_in(opened(viewer_client, project, view.pk)) == before
        menu = reverse("tasks:view_list", args=[project.pk])
        page = f"http://testserver/projects/{project.pk}/wbs/?view={view.pk}&sort=&filter=late"
        shown = compact(planner_client.get(menu, headers={**HTMX, "HX-Current-URL": page}))
        assert "「会議」に上書き保存" in shown
        assert 'name="filter" value="late"' in shown
        update = reverse("tasks:view_update", args=[project.pk, view.pk])
        planner_client.post(update, {"view": view.pk, "filter": "late", "sort": "", "face": "wbs"})
        assert heads_in(opened(viewer_client, project, view.pk)) == ["number", "name", "progress"]
        view.refresh_from_db()
        assert view.filter == "late"
        assert not ChosenColumns.objects.filter(view=str(view.pk)).exists()

    def test_comes_back_as_it_was_saved(self, planner_client: Client, project: Project, saved: Save) -> None:
        view = saved(planner_client, "会議", keeping="project")
        before = heads_in(opened(planner_client, project, view.pk))
        columns = reverse("tasks:columns_choose", args=[project.pk])
        planner_client.post(f"{columns}?view={view.pk}", {"columns": ["number", "name", "progress"]})
        planner_client.post(reverse("tasks:view_reset", args=[project.pk]), {"view": view.pk})
        assert heads_in(opened(planner_client, project, view.pk)) == before

    def test_of_one_user_is_seen_by_no_other(
        self, planner_client: Client, leader_client: Client, project: Project, saved: Save
    ) -> None:
        view = saved(planner_client, "私の", keeping="own")
        assert "このビューは削除されたか" in opened(leader_client, project, view.pk)
        menu = reverse("tasks:view_list", args=[project.pk])
        assert "私の" in planner_client.get(menu).content.decode()
        assert "私の" not in leader_client.get(menu).content.decode()
        for name in ("update", "rename", "delete"):
            url = reverse(f"tasks:view_{name}", args=[project.pk, view.pk])
            assert leader_client.post(url, {"name": "x"}).status_code == 404

    def test_of_another_project_is_not_offered(
        self, admin_client: Client, project: Project, saved: Save, organization: Organization
    ) -> None:
        own = saved(admin_client, "この計画の", keeping="project")
        everywhere = saved(admin_client, "全社の", keeping="organization")
        other = Project.objects.create(
            organization=organization, code="B", name="別", calendar=project.calendar, start_date=project.start_date,
            end_date=project.end_date, start_minute=project.start_minute,
        )  # fmt: skip
        assert "このビューは削除されたか" in opened(admin_client, other, own.pk)
        assert "このビューは削除されたか" not in opened(admin_client, other, everywhere.pk)


class TestKeeping:
    def test_needs_the_right_of_those_whom_it_is_for(
        self,
        planner_client: Client,
        viewer_client: Client,
        admin_client: Client,
        project: Project,
        saved: Save,
    ) -> None:
        url = reverse("tasks:view_save", args=[project.pk])
        for client, keeping in ((viewer_client, "project"), (viewer_client, "organization"), (planner_client, "organization")):  # fmt: skip
            assert client.post(url, {"name": "だめ", "keeping": keeping}).status_code == 422
        assert not SheetView.objects.exists()
        assert saved(viewer_client, "私の").owner is not None
        everywhere = saved(admin_client, "全社", keeping="organization")
        rename = reverse("tasks:view_rename", args=[project.pk, everywhere.pk])
        assert planner_client.post(rename, {"name": "x"}).status_code == 403
        assert admin_client.post(rename, {"name": "全社の会議"}).status_code == 302

    def test_is_recorded_where_others_are_offered_it(
        self, admin_client: Client, project: Project, saved: Save
    ) -> None:
        saved(admin_client, "私の")
        assert not AuditEntry.objects.filter(action__startswith="view.").exists()
        for keeping in ("project", "organization"):
            view = saved(admin_client, keeping, keeping=keeping, filter="late")
            admin_client.post(
                reverse("tasks:view_update", args=[project.pk, view.pk]), {"filter": "critical"}
            )
            admin_client.post(reverse("tasks:view_rename", args=[project.pk, view.pk]), {"name": "別の名"})
            admin_client.post(reverse("tasks:view_delete", args=[project.pk, view.pk]))
            entries = AuditEntry.objects.filter(target_type="sheetview", target_id=view.pk).order_by("pk")
            assert [entry.action for entry in entries] == [
                "view.saved", "view.saved", "view.renamed", "view.deleted",
            ]  # fmt: skip
            assert {entry.project_id for entry in entries} == {project.pk if keeping == "project" else None}
            assert entries[1].before["filter"] == "late"
            assert entries[1].after["filter"] == "critical"

    def test_refuses_a_name_that_is_taken_and_a_filter_that_cannot_be_read(
        self, planner_client: Client, project: Project, saved: Save
    ) -> None:
        saved(planner_client, "会議", keeping="project")
        url = reverse("tasks:view_save", args=[project.pk])
        answer = planner_client.post(url, {"name": "会議", "keeping": "project"})
        assert answer.status_code == 422
        assert "「会議」というビューはもうあります" in answer.content.decode()
        saved(planner_client, "会議2", keeping="project")
        other = SheetView.objects.get(name="会議2")
        rename = reverse("tasks:view_rename", args=[project.pk, other.pk])
        assert planner_client.post(rename, {"name": "会議"}).status_code == 422
        answer = planner_client.post(url, {"name": "壊れた", "keeping": "own", "filter": "no_such.is.1"})
        assert answer.status_code == 422
        assert SheetView.objects.count() == 2

    def test_has_an_end(
        self, planner_client: Client, project: Project, saved: Save, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tasks.sheet.viewing.services.MOST_VIEWS", 1)
        saved(planner_client, "一つ目")
        answer = planner_client.post(
            reverse("tasks:view_save", args=[project.pk]), {"name": "二つ目", "keeping": "own"}
        )
        assert answer.status_code == 422
        saved(planner_client, "プロジェクトの一つ目", keeping="project")

    def test_takes_what_was_chosen_beside_it_along(
        self, planner_client: Client, viewer_client: Client, project: Project, saved: Save
    ) -> None:
        view = saved(planner_client, "会議", keeping="project")
        columns = reverse("tasks:columns_choose", args=[project.pk])
        for client in (planner_client, viewer_client):
            client.post(f"{columns}?view={view.pk}", {"columns": ["number", "name", "progress"]})
        planner_client.post(reverse("tasks:view_delete", args=[project.pk, view.pk]))
        assert not ChosenColumns.objects.exists()


class TestPages:
    def test_are_there_without_scripts(self, planner_client: Client, project: Project, saved: Save) -> None:
        view = saved(planner_client, "会議", keeping="project")
        list_url = reverse("tasks:view_list", args=[project.pk])
        page = compact(planner_client.get(list_url))
        assert f'href="/projects/{project.pk}/wbs/?view={view.pk}"' in page
        for name, args in (("save", ()), ("rename", (view.pk,)), ("delete", (view.pk,))):
            url = reverse(f"tasks:view_{name}", args=[project.pk, *args])
            assert "<dialog" not in planner_client.get(url).content.decode().split("<main")[-1]
            assert "<dialog" in planner_client.get(url, headers=HTMX).content.decode()
