"""Who takes part in a project."""

import datetime as dt

import pytest

from projects.models import AuditEntry, Project, ProjectMember
from tests.pages import compact

TYPED = {"role": "planner", "allocation_percentage": "50", "start_date": "2026/05/01", "end_date": ""}


@pytest.fixture
def viewer(project, cast):
    return ProjectMember.objects.get(project=project, user=cast.viewer)


class TestMemberList:
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/members/"

    def test_shows_leaders_first(self, viewer_client, project, cast):
        html = compact(viewer_client.get(self.url(project)))
        assert html.index(cast.leader.display_name) < html.index(cast.planner.display_name)

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.get(self.url(project)).status_code == 404

    def test_offers_no_changes_to_viewers(self, viewer_client, project):
        assert "メンバーを加える" not in compact(viewer_client.get(self.url(project)))

    def test_costs_the_same_for_forty_people(
        self, leader_client, project, person, django_assert_max_num_queries
    ):
        leader_client.get(self.url(project))
        with django_assert_max_num_queries(20) as few:
            leader_client.get(self.url(project))
        for number in range(40):
            ProjectMember.objects.create(
                organization=project.organization, project=project, user=person(f"p{number}")
            )
        with django_assert_max_num_queries(len(few)):
            leader_client.get(self.url(project))


class TestMemberAdd:
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/members/add/"

    def test_brings_a_person_in(self, leader_client, project, cast):
        answer = leader_client.post(self.url(project), TYPED | {"user": cast.outsider.pk})
        assert answer["Location"] == f"/projects/{project.pk}/members/"
        member = ProjectMember.objects.get(project=project, user=cast.outsider)
        assert (member.role, member.allocation_percentage, member.start_date) == (
            "planner",
            50,
            dt.date(2026, 5, 1),
        )
        record = AuditEntry.objects.filter(action="member.added", project=project)
        assert record.values_list("actor", "after__user").get() == (cast.leader.pk, cast.outsider.pk)

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.post(self.url(project), TYPED).status_code == 404

    def test_needs_a_leader(self, planner_client, project, cast):
        assert planner_client.get(self.url(project)).status_code == 403
        assert planner_client.post(self.url(project), TYPED | {"user": cast.outsider.pk}).status_code == 403

    @pytest.mark.parametrize(
        "change",
        [
            {"role": "king"},
            {"allocation_percentage": "0"},
            {"allocation_percentage": "101"},
            {"end_date": "2026/04/01"},
        ],
    )
    def test_refuses_nonsense(self, leader_client, project, cast, change):
        answer = leader_client.post(self.url(project), TYPED | {"user": cast.outsider.pk} | change)
        assert answer.status_code == 422
        assert not ProjectMember.objects.filter(user=cast.outsider).exists()

    def test_knows_no_one_of_another_organization(self, leader_client, project, cast):
        assert leader_client.post(self.url(project), TYPED | {"user": cast.stranger.pk}).status_code == 422

    def test_gives_no_right_that_one_lacks(self, leader_client, project, cast):
        leader_client.post(self.url(project), TYPED | {"user": cast.outsider.pk, "may_see_money": "on"})
        assert not ProjectMember.objects.get(user=cast.outsider).may_see_money


class TestMemberEdit:
    def url(self, member: ProjectMember) -> str:
        return f"/projects/{member.project_id}/members/{member.pk}/"

    def test_changes_role_and_share(self, leader_client, viewer):
        assert leader_client.post(self.url(viewer), TYPED).status_code == 302
        viewer.refresh_from_db()
        assert (viewer.role, viewer.allocation_percentage) == ("planner", 50)
        record = AuditEntry.objects.filter(action="member.changed", project=viewer.project)
        assert record.values_list("before__role", "after__role").get() == ("viewer", "planner")

    def test_shows_what_stands(self, leader_client, viewer):
        html = compact(leader_client.get(self.url(viewer)))
        assert '<option value="viewer" selected>' in html

    def test_keeps_a_leader(self, leader_client, project, cast):
        last = ProjectMember.objects.get(project=project, user=cast.leader)
        answer = leader_client.post(self.url(last), TYPED)
        assert answer.status_code == 422
        assert "リーダーは少なくとも1人必要です。" in compact(answer)

    def test_is_hidden_from_strangers(self, stranger_client, viewer):
        assert stranger_client.post(self.url(viewer), TYPED).status_code == 404

    def test_needs_a_leader(self, planner_client, viewer):
        assert planner_client.post(self.url(viewer), TYPED).status_code == 403

    def test_finds_no_member_of_another_project(self, leader_client, viewer):
        assert (
            leader_client.post(f"/projects/{viewer.project_id + 1}/members/{viewer.pk}/").status_code == 404
        )


class TestMemberRemove:
    def url(self, member: ProjectMember) -> str:
        return f"/projects/{member.project_id}/members/{member.pk}/remove/"

    def test_asks_first(self, leader_client, viewer):
        html = compact(leader_client.get(self.url(viewer)))
        assert "木賊 ゆいさんをメンバーから外しますか" in html

    def test_takes_a_person_out(self, leader_client, viewer_client, viewer):
        assert leader_client.post(self.url(viewer)).status_code == 302
        assert not ProjectMember.objects.filter(pk=viewer.pk).exists()
        assert AuditEntry.objects.filter(action="member.removed", project=viewer.project_id).exists()
        assert viewer_client.get(f"/projects/{viewer.project_id}/").status_code == 404

    def test_keeps_the_last_leader(self, leader_client, project, cast):
        last = ProjectMember.objects.get(project=project, user=cast.leader)
        assert leader_client.post(self.url(last)).status_code == 422

    def test_is_hidden_from_strangers(self, stranger_client, viewer):
        assert stranger_client.post(self.url(viewer)).status_code == 404

    def test_needs_a_leader(self, planner_client, viewer):
        assert planner_client.get(self.url(viewer)).status_code == 403
        assert planner_client.post(self.url(viewer)).status_code == 403
