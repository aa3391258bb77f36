"""Making, deleting and restoring projects, and taking them from state to state."""

import datetime as dt

import pytest
from django.utils import timezone

from projects.models import AuditEntry, OrganizationMember, Project
from tests.pages import compact


@pytest.fixture
def pmo_client(client, person):
    client.force_login(person("pmo", "鈍色 こはる", role="pmo"), backend="projects.auth.AccountBackend")
    return client


@pytest.fixture
def typed(cast, calendar):
    """A form for a new project, filled in."""
    return {
        "name": "人事給与システム更改", "code": "PRJ-002", "start_date": "2026/05/11", "end_date": "2026/12/25",
        "leader": cast.leader.pk, "calendar": calendar.pk, "tags": "請負、基幹系", "description": "",
    }  # fmt: skip


class TestProjectCreate:
    url = "/projects/new/"

    def test_makes_a_project_with_its_leader(self, admin_client, cast, typed):
        answer = admin_client.post(self.url, typed | {"budget": "12,000,000"})
        made = Project.objects.get(code="PRJ-002")
        assert answer["Location"] == f"/projects/{made.pk}/wbs/"
        assert (made.start_date, int(made.budget), made.tags) == (
            dt.date(2026, 5, 11),
            12_000_000,
            ["請負", "基幹系"],
        )
        assert list(made.members.values_list("user", "role")) == [(cast.leader.pk, "leader")]
        assert AuditEntry.objects.filter(
            action="project.created", target_id=made.pk, actor=cast.admin
        ).exists()

    def test_proposes_the_next_free_code(self, admin_client, project):
        assert 'value="PRJ-002"' in compact(admin_client.get(self.url))

    def test_is_not_led_astray_by_a_code_of_another_form(self, admin_client, project):
        for code in ("PRJ-007", "MNT-202612"):
            project.pk, project.code, project._state.adding = None, code, True
            project.save()
        assert 'value="PRJ-008"' in compact(admin_client.get(self.url))

    def test_needs_the_right_to_create(self, leader_client, typed):
        assert leader_client.get(self.url).status_code == 403
        assert leader_client.post(self.url, typed).status_code == 403
        assert not Project.objects.filter(code="PRJ-002").exists()

    def test_keeps_money_from_those_who_may_not_see_it(self, pmo_client, typed):
        assert 'name="budget"' not in compact(pmo_client.get(self.url))
        pmo_client.post(self.url, typed | {"budget": "5"})
        assert Project.objects.get(code="PRJ-002").budget == 0

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"name": ""}, "名前"),
            ({"end_date": "2026/05/10"}, "開始日（2026/05/11）以後の日にしてください。"),
            ({"end_date": "2036/06/01"}, "期間は10年まで"),
            ({"start_date": "あした"}, "日付は 2026/11/24 のように"),
            ({"code": "PRJ-001"}, "空いている番号は PRJ-002 です。"),
            ({"budget": "-1"}, "予算"),
            ({"budget": "千万"}, "金額は 12,000,000 のように"),
            ({"leader": "0"}, "リーダー"),
        ],
    )
    def test_refuses_nonsense(self, admin_client, project, typed, change, words):
        answer = admin_client.post(self.url, typed | change)
        assert answer.status_code == 422
        assert words in compact(answer)
        assert Project.objects.count() == 1

    def test_keeps_a_child_inside_its_parent(self, admin_client, project, typed):
        answer = admin_client.post(self.url, typed | {"parent": project.pk, "end_date": "2027/04/01"})
        assert answer.status_code == 422
        assert "（2026/04/06–2027/03/31）の中に収めてください。" in compact(answer)

    def test_keeps_a_child_inside_the_budget(self, admin_client, project, typed):
        answer = admin_client.post(self.url, typed | {"parent": project.pk, "budget": "1"})
        assert answer.status_code == 422
        assert "親プロジェクトの残りは ¥0 です。" in compact(answer)

    def test_offers_no_people_or_parents_of_another_organization(self, admin_client, cast, typed):
        assert admin_client.post(self.url, typed | {"leader": cast.stranger.pk}).status_code == 422


class TestProjectStatus:
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/status/"

    def test_takes_a_step(self, leader_client, cast, project):
        before = project.revision
        assert leader_client.post(self.url(project), {"status": "suspended"}).status_code == 302
        project.refresh_from_db()
        assert (project.status, project.revision) == ("suspended", before + 1)
        entry = AuditEntry.objects.get(action="project.status_changed", project=project)
        assert (entry.actor, entry.before, entry.after) == (cast.leader, "active", "suspended")

    def test_refuses_a_step_that_the_rules_lack(self, leader_client, project):
        answer = leader_client.post(self.url(project), {"status": "planning"})
        assert answer.status_code == 422
        assert "進行中" in compact(answer)

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.post(self.url(project), {"status": "suspended"}).status_code == 404

    def test_needs_a_leader(self, planner_client, project):
        assert planner_client.post(self.url(project), {"status": "suspended"}).status_code == 403

    def test_rejects_get(self, leader_client, project):
        assert leader_client.get(self.url(project)).status_code == 405


class TestProjectDelete:
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/delete/"

    def test_says_what_goes_along(self, leader_client, chain, project):
        assert "タスク 4件とメンバー 4人の参加" in compact(leader_client.get(self.url(project)))

    def test_gives_htmx_the_question_alone(self, leader_client, project):
        headers = {"HX-Request": "true", "HX-Target": "dialog"}
        html = compact(leader_client.get(self.url(project), headers=headers))
        assert html.strip().startswith("<dialog")

    def test_takes_the_project_out_of_every_page(self, leader_client, admin_client, project):
        assert leader_client.post(self.url(project))["Location"] == "/projects/"
        project.refresh_from_db()
        assert project.deleted_at is not None
        assert AuditEntry.objects.filter(action="project.deleted", project=project).exists()
        for address in ("", "members/", "history/", "edit/"):
            assert admin_client.get(f"/projects/{project.pk}/{address}").status_code == 404
        assert project.name not in compact(admin_client.get("/projects/"))

    def test_leaves_a_project_that_has_children(self, leader_client, project):
        Project.objects.create(
            organization=project.organization, parent=project, code="C", name="子", calendar=project.calendar,
            start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute,
        )  # fmt: skip
        assert "まだ削除できません" in compact(leader_client.get(self.url(project)))
        assert leader_client.post(self.url(project)).status_code == 422

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.post(self.url(project)).status_code == 404

    def test_needs_a_leader(self, planner_client, project):
        assert planner_client.get(self.url(project)).status_code == 403
        assert planner_client.post(self.url(project)).status_code == 403


class TestProjectRestore:
    @pytest.fixture
    def gone(self, project):
        project.delete_softly(at=timezone.now())
        return project

    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/restore/"

    def test_brings_it_back(self, admin_client, gone):
        assert admin_client.post(self.url(gone))["Location"] == f"/projects/{gone.pk}/"
        gone.refresh_from_db()
        assert gone.deleted_at is None
        assert AuditEntry.objects.filter(action="project.restored", project=gone).exists()

    def test_asks_for_another_code_when_it_was_taken(self, admin_client, gone, typed):
        admin_client.post("/projects/new/", typed | {"code": gone.code})
        answer = admin_client.post(self.url(gone))
        assert answer.status_code == 422
        assert "新しいコード" in compact(answer)
        assert admin_client.post(self.url(gone), {"code": "PRJ-077"}).status_code == 302

    def test_is_hidden_from_strangers(self, stranger_client, gone):
        assert stranger_client.post(self.url(gone)).status_code == 404

    def test_needs_an_admin(self, leader_client, gone):
        assert leader_client.post(self.url(gone)).status_code == 403

    def test_rejects_get(self, admin_client, gone):
        assert admin_client.get(self.url(gone)).status_code == 405

    def test_has_nothing_to_do_with_living_projects(self, admin_client, project):
        assert admin_client.post(self.url(project)).status_code == 404


class TestDeletedList:
    def test_shows_what_can_come_back(self, admin_client, project):
        project.delete_softly(at=timezone.now())
        assert project.name in compact(admin_client.get("/projects/deleted/"))

    def test_says_so_when_there_is_nothing(self, admin_client):
        assert "削除したプロジェクトはありません" in compact(admin_client.get("/projects/deleted/"))

    def test_needs_an_admin(self, leader_client):
        assert leader_client.get("/projects/deleted/").status_code == 403

    def test_shows_nothing_of_others(self, stranger_client, project):
        project.delete_softly(at=timezone.now())
        assert project.name not in compact(stranger_client.get("/projects/deleted/"))


class TestPreferences:
    wishes = {"language": "en", "theme": "dark", "density": "comfortable"}

    def test_are_kept_and_shown(self, viewer_client, cast):
        assert viewer_client.post("/preferences/", self.wishes).status_code == 302
        cast.viewer.refresh_from_db()
        assert (cast.viewer.language, cast.viewer.theme, cast.viewer.density) == tuple(self.wishes.values())
        html = compact(viewer_client.get("/preferences/"))
        assert '<html lang="en" data-theme="dark" data-density="comfortable">' in html

    def test_refuse_nonsense(self, viewer_client):
        assert viewer_client.post("/preferences/", self.wishes | {"theme": "pink"}).status_code == 422

    def test_need_a_sign_in(self, client, db):
        assert client.get("/preferences/")["Location"].startswith("/sign-in/")


class TestTour:
    def test_comes_until_it_is_ended(self, planner_client, chain, project, cast):
        page = f"/projects/{project.pk}/wbs/"
        assert 'id="wbs-tour"' in planner_client.get(page).content.decode()
        assert planner_client.post("/preferences/tour/").status_code == 204
        cast.planner.refresh_from_db()
        assert cast.planner.knows_sheet
        assert 'id="wbs-tour"' not in planner_client.get(page).content.decode()

    def test_is_for_those_who_plan(self, viewer_client, chain, project):
        assert 'id="wbs-tour"' not in viewer_client.get(f"/projects/{project.pk}/wbs/").content.decode()

    def test_rejects_get(self, viewer_client):
        assert viewer_client.get("/preferences/tour/").status_code == 405


class TestRailFold:
    def test_remembers_what_a_script_says(self, viewer_client, cast):
        assert viewer_client.post("/preferences/rail/", {"folded": "1"}).status_code == 204
        cast.viewer.refresh_from_db()
        assert cast.viewer.is_rail_folded

    def test_turns_around_without_a_script(self, viewer_client, cast):
        assert viewer_client.post("/preferences/rail/").status_code == 302
        cast.viewer.refresh_from_db()
        assert cast.viewer.is_rail_folded

    def test_rejects_get(self, viewer_client):
        assert viewer_client.get("/preferences/rail/").status_code == 405


class TestOrganizationSwitch:
    def test_looks_at_another_of_ones_own(self, viewer_client, cast):
        other = cast.stranger.memberships.get().organization
        OrganizationMember.objects.create(user=cast.viewer, organization=other)
        assert viewer_client.post("/organization/", {"organization": other.pk}).status_code == 302
        assert "余所商事株式会社" in compact(viewer_client.get("/projects/"))

    @pytest.mark.parametrize("chosen", ["0", "", "x", "９９９９９９９９９", "9" * 30])
    def test_knows_no_others(self, viewer_client, cast, chosen):
        stranger = cast.stranger.memberships.get().organization_id
        for organization in (chosen, stranger):
            assert viewer_client.post("/organization/", {"organization": organization}).status_code == 404

    def test_rejects_get(self, viewer_client):
        assert viewer_client.get("/organization/").status_code == 405
