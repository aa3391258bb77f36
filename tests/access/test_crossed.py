"""What a form, a list or a filter names may be another company's: it is refused as if it did not exist."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from projects.changes import changing
from projects.models import Project
from projects.permissions import System
from reports.models import GeneratedReport
from resources.models import Resource
from tasks.models import Assignment, RecurringProject, Task, TaskLink
from tests.access.conftest import SECRET
from tests.access.marked import words_of
from tests.access.table import ADDRESSES, NEVER
from tests.access.test_matrix import ALL, ask


@pytest.fixture
def admin(cast: Any) -> Client:
    """May do everything here."""
    client = Client()
    client.force_login(cast.admin, backend="projects.auth.AccountBackend")
    return client


@pytest.fixture
def resource(organization: Any) -> Resource:
    """A person here."""
    return Resource.objects.create(organization=organization, name="木賊 ゆい")


PROJECT = {
    "name": "新案件", "code": "NEW-1", "start_date": "2026/05/01", "end_date": "2026/06/30", "priority": "3",
    "category": "", "budget": "0", "description": "", "status": "planning",
}  # fmt: skip
RULE = {
    "name": "月次", "code_prefix": "M-", "source": "", "frequency": "MONTHLY", "interval": "1", "month_kind": "day",
    "month_day": "1", "ends": "never", "first_on": "2027/01/01", "length_days": "5", "budget": "0", "lead_days": "30",
    "holiday_rule": "after", "task_lines": "点検 1日",
}  # fmt: skip


class TestForms:
    """Whole numbers of rows that live elsewhere."""

    @pytest.mark.parametrize("field", ["parent", "leader", "calendar"])
    def test_make_no_project_of_others_things(self, admin, theirs, calendar, cast, field):
        things = {"parent": "project", "leader": "user", "calendar": "calendar"}
        good = PROJECT | {"leader": cast.leader.pk, "calendar": calendar.pk}
        answer = admin.post("/projects/new/", good | {field: theirs[things[field]]})
        assert answer.status_code == 422
        assert SECRET not in answer.content.decode()
        assert not Project.objects.filter(code="NEW-1").exists()

    @pytest.mark.parametrize("field", ["parent", "calendar"])
    def test_tie_no_project_to_others_things(self, admin, theirs, project, calendar, cast, field):
        good = PROJECT | {"leader": cast.leader.pk, "calendar": calendar.pk, "revision": project.revision}
        address = f"/projects/{project.pk}/edit/"
        answer = admin.post(address, good | {field: theirs["project" if field == "parent" else "calendar"]})
        assert answer.status_code == 422
        assert SECRET not in answer.content.decode()
        project.refresh_from_db()
        assert (project.parent, project.calendar) == (None, calendar)

    def test_take_no_stranger_into_a_project(self, admin, theirs, project):
        typed = {"user": theirs["user"], "role": "viewer", "allocation_percentage": "50"}
        answer = admin.post(f"/projects/{project.pk}/members/add/", typed)
        assert answer.status_code == 422
        assert not project.members.filter(user=theirs["user"]).exists()

    @pytest.mark.parametrize(("field", "thing"), [("user", "user"), ("calendar", "calendar")])
    def test_tie_no_resource_to_others_things(self, admin, theirs, organization, field, thing):
        typed = {"name": "新人", "kind": "person", "capacity_percentage": "100", field: theirs[thing]}
        answer = admin.post("/resources/new/?kind=person", typed)
        assert answer.status_code == 422
        assert not Resource.objects.filter(organization=organization, name="新人").exists()

    def test_give_no_one_a_strangers_skill(self, admin, theirs, resource):
        admin.post(f"/resources/{resource.pk}/skills/", {f"skill-{theirs['skill']}": "3"})
        assert not resource.skills.exists()

    @pytest.mark.parametrize(("field", "thing"), [("source", "code"), ("leader", "user")])
    def test_repeat_no_project_of_others(self, admin, theirs, organization, cast, field, thing):
        good = RULE | {"leader": cast.leader.pk}
        answer = admin.post("/recurring/new/", good | {field: theirs[thing]})
        assert answer.status_code == 422
        assert SECRET not in answer.content.decode()
        assert not RecurringProject.objects.filter(organization=organization).exists()

    def test_report_on_no_project_of_others(self, admin, theirs):
        typed = {"kind": "progress", "format": "csv", "project": theirs["project"]}
        answer = admin.post("/reports/ask/", typed)
        assert answer.status_code == 422
        assert SECRET not in answer.content.decode()
        assert not GeneratedReport.objects.exists()

    def test_approve_nothing_by_a_stranger(self, admin, theirs, chain):
        milestone = chain["完了"]
        typed = {"name": "完了", "approver": theirs["user"], "revision": milestone.project.revision}
        admin.post(f"/tasks/{milestone.pk}/milestone", typed)
        milestone.refresh_from_db()
        assert milestone.approver is None


class TestPlans:
    """Rows of a plan, named beside one's own."""

    @pytest.mark.parametrize("act", ["indent", "outdent"])
    def test_move_no_others_rows(self, admin, theirs, chain, project, act):
        tasks = f"{chain['開発'].pk},{theirs['task']}"
        admin.post(f"/projects/{project.pk}/wbs/{act}", {"tasks": tasks})
        assert Task.objects.get(pk=theirs["task"]).outline_level == 1

    def test_delete_no_others_rows(self, admin, theirs, chain, project):
        page = admin.get(f"/projects/{project.pk}/wbs/delete/", {"tasks": f"{theirs['task']}"})
        assert SECRET not in page.content.decode()
        admin.post(f"/projects/{project.pk}/wbs/delete/", {"tasks": f"{chain['試験'].pk},{theirs['task']}"})
        assert Task.objects.get(pk=theirs["task"]).deleted_at is None

    @pytest.mark.parametrize(
        ("name", "field"),
        [("task_add", "after"), ("task_add", "before"), ("tasks_place", "target"), ("wbs_fold", "task")],
    )
    def test_stand_beside_no_others_row(self, admin, theirs, chain, project, name, field):
        typed = {"name": "割り込み", "tasks": chain["設計"].pk, field: theirs["task"]}
        answer = admin.post(reverse(f"tasks:{name}", args=[project.pk]), typed)
        assert answer.status_code == 404
        assert not Task.objects.filter(name="割り込み").exists()

    @pytest.mark.parametrize("name", ["task_move", "task_resize", "task_assign", "task_link"])
    def test_hide_others_rows_behind_ones_own_project(self, admin, theirs, project, name):
        address = reverse(f"tasks:{name}", args=[project.pk, theirs["task"]])
        typed = {
            "start": "2026-05-11",
            "finish": "2026-05-12",
            "people": "",
            "predecessor": "1",
            "kind": "FS",
        }
        assert admin.post(address, typed).status_code == 404

    def test_are_linked_to_no_others_task(self, admin, theirs, chain, project):
        address = reverse("tasks:task_link", args=[project.pk, chain["設計"].pk])
        assert admin.post(address, {"predecessor": theirs["task"], "kind": "FS"}).status_code == 422
        assert not TaskLink.objects.filter(predecessor=theirs["task"], successor=chain["設計"]).exists()

    def test_know_no_others_people_by_name(self, admin, theirs, chain):
        task = chain["設計"]
        admin.post(f"/tasks/{task.pk}/cell", {"column": "assignees", "text": f"{SECRET}技師"})
        assert not Assignment.objects.filter(task=task, resource=theirs["resource"]).exists()

    def test_hand_no_others_task_over(self, admin, theirs, resource):
        address = f"/utilization/{resource.pk}/d/2026-05-07/apply/"
        assert admin.post(address, {"task": theirs["task"], "value": "2026-05-11"}).status_code == 404


class TestFilters:
    """Lists, searches, exports and what is remembered."""

    @pytest.mark.parametrize(
        "address",
        [
            "/projects/?q={secret}", "/projects/?leader={user}", "/search/?q={secret}", "/late-tasks/?project={project}",
            "/dashboard/?project={project}", "/utilization/?skill={skill}", "/utilization/?resource={resource}",
            "/utilization/rows/?section=0", "/utilization/proposals/", "/resources/?q={secret}", "/resources/?skill={skill}",
            "/reports/?kind=progress&project={project}", "/report/?kind=portfolio", "/notifications/", "/recurring/",
            "/my-tasks/", "/organization/", "/preferences/", "/resources/skills/", "/projects/deleted/",
        ],
    )  # fmt: skip
    def test_show_nothing_of_others(self, admin, theirs, chain, resource, address):
        # A word that was typed is said again; the thing of that name must not come with it.
        word = SECRET[:3]
        answer = admin.get(address.format(secret=word, **theirs))
        assert answer.status_code in {200, 404, 405}
        assert SECRET not in answer.content.decode()

    @pytest.mark.parametrize(
        "name", ["project_overview", "project_history", "report_page"],
    )  # fmt: skip
    def test_give_each_person_what_is_his_even_with_the_others_tag(
        self, admin, stranger_client, project, chain, name
    ):
        address = reverse(f"reports:{name}", args=[project.pk])
        tag = admin.get(address).get("ETag", '"none"')
        assert stranger_client.get(address, headers={"If-None-Match": tag}).status_code == 404

    def test_remember_no_persons_page_for_another(self, admin, stranger_client, project, theirs):
        own = admin.get("/projects/").content.decode()
        strange = stranger_client.get("/projects/", headers={"If-None-Match": "*"}).content.decode()
        assert project.name in own
        assert project.name not in strange


ABOVE: Final = "雲の上の計画"


class TestFamily:
    """A project above that one does not see: it is not named where one's own is shown, told of or refused."""

    @pytest.fixture
    def above(self, project, chain):
        """The project stands under another one, and its record says so, too."""
        same = {
            name: getattr(project, name)
            for name in ("organization", "calendar", "start_date", "end_date", "start_minute")
        }
        above = Project.objects.create(**same, code="KUMO-1", name=ABOVE, status="active")
        Project.objects.filter(pk=project.pk).update(parent=above)
        with changing(project, actor=System("test")) as record:
            record("project.edited", target=project, before={"parent": None}, after={"parent": above.pk})
            record("project.copied", target=project, after={"source": above.pk, "tasks": 4})
        project.refresh_from_db()
        return above

    @pytest.mark.parametrize(("role", "is_told"), [("leader", False), ("pmo", True)])
    def test_is_named_to_those_alone_who_see_the_one_above(self, above, world, role, is_told):
        actor = next(
            each for each in world.actors
            if (each.organization_role, each.project_role) == (("member", "leader") if role == "leader" else ("pmo", None))
        )  # fmt: skip
        client = actor.client()
        named = set()
        for name in sorted(name for name in ALL if ADDRESSES[name].safe != NEVER):
            words = words_of(ask(client, world, name, "get"))
            if ABOVE in words or "KUMO-1" in words:
                named.add(name)
        if is_told:
            assert {"reports:project_overview", "reports:project_history", "tasks:wbs"} <= named
        else:
            assert named == set()

    @pytest.mark.parametrize(
        "typed", [{"code": "KUMO-1"}, {"end_date": "2031/01/01"}, {"start_date": "2020/01/01"}]
    )
    def test_is_not_told_in_a_refusal(self, above, project, leader_client, calendar, typed):
        fields = {
            "name": "新案件",
            "code": "PRJ-001",
            "start_date": "2026/04/06",
            "end_date": "2027/03/31",
            "calendar": calendar.pk,
        }
        address = f"/projects/{project.pk}/edit/"
        answer = leader_client.post(address, fields | {"revision": project.revision} | typed)
        assert answer.status_code == 422
        assert ABOVE not in answer.content.decode()

    def test_is_kept_by_a_form_that_does_not_show_it(self, above, project, leader_client, calendar):
        fields = {
            "name": "新名称",
            "code": "PRJ-001",
            "start_date": "2026/04/06",
            "end_date": "2027/03/31",
            "calendar": calendar.pk,
        }
        address = f"/projects/{project.pk}/edit/"
        answer = leader_client.post(address, fields | {"revision": project.revision})
        assert answer.status_code == 302
        project.refresh_from_db()
        assert (project.name, project.parent) == ("新名称", above)


class TestControls:
    """The forms above are good but for what they name: with nothing of others in them they are taken."""

    @pytest.mark.parametrize(
        ("address", "typed"),
        [
            ("/projects/new/", PROJECT | {"leader": "{leader}", "calendar": "{calendar}"}),
            ("/projects/{project}/edit/", PROJECT | {"leader": "{leader}", "calendar": "{calendar}", "revision": "{revision}"}),
            ("/projects/{project}/members/add/", {"user": "{outsider}", "role": "viewer", "allocation_percentage": "50"}),
            ("/resources/new/?kind=person", {"name": "新人", "kind": "person", "capacity_percentage": "100"}),
            ("/recurring/new/", RULE | {"leader": "{leader}"}),
            ("/reports/ask/", {"kind": "progress", "format": "csv", "project": "{project}"}),
            ("/tasks/{milestone}/milestone", {"approver": "{leader}", "revision": "{revision}"}),
            ("/projects/{project}/wbs/delete/", {"tasks": "{task}"}),
        ],
    )  # fmt: skip
    def test_are_taken(self, admin, project, calendar, cast, chain, resource, address, typed):
        things = {
            "leader": cast.leader.pk, "outsider": cast.outsider.pk, "calendar": calendar.pk, "project": project.pk,
            "revision": project.revision, "milestone": chain["完了"].pk, "task": chain["開発"].pk,
        }  # fmt: skip
        filled = {key: str(value).format(**things) for key, value in typed.items()}
        answer = admin.post(address.format(**things), filled)
        assert answer.status_code == 302, answer.content.decode()[-4000:]
