"""The list, the overview, the form and the record of projects."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.lifecycle.services import update_project
from projects.members.services import add_member, remove_member
from projects.models import AuditEntry, Project, ProjectMember
from reports.portfolio.selectors import seen_projects
from tasks.editing.moving import move_task
from tasks.models import Task
from tests.pages import compact


@pytest.fixture
def many(project, cast):
    """Thirty more projects, every second below the first of them."""

    def make(count=30, first=100):
        made = Project.objects.bulk_create(
            Project(
                organization=project.organization, code=f"PRJ-{number:03}", name=f"計画{number}", status="planning",
                calendar=project.calendar, start_date=project.start_date + dt.timedelta(days=number % 100),
                end_date=project.end_date, start_minute=project.start_minute,
                parent=project if number % 2 else None,
            )
            for number in range(first, first + count)
        )  # fmt: skip
        ProjectMember.objects.bulk_create(
            ProjectMember(organization=project.organization, project=each, user=cast.leader, role="leader")
            for each in made
        )
        return made

    return make


def _counting() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Monday after the first task of the chain was due."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(2026, 4, 13))


class TestHome:
    def test_begins_with_how_things_stand_for_those_who_look_after_projects(
        self, admin_client, leader_client
    ):
        assert admin_client.get("/")["Location"] == "/dashboard/"
        assert leader_client.get("/")["Location"] == "/dashboard/"

    def test_begins_with_their_tasks_for_others(self, contributor_client):
        assert contributor_client.get("/")["Location"] == "/my-tasks/"

    def test_needs_a_sign_in(self, client, db):
        assert client.get("/")["Location"].startswith("/sign-in/")


class TestProjectList:
    url = "/projects/"

    def test_shows_what_the_user_sees(self, viewer_client, project):
        assert project.name in compact(viewer_client.get(self.url))

    def test_shows_nothing_to_strangers(self, stranger_client, project):
        html = compact(stranger_client.get(self.url))
        assert project.name not in html
        assert "まだプロジェクトがありません" in html

    def test_puts_children_under_their_parent(self, admin_client, many):
        many()
        html = compact(admin_client.get(self.url))
        assert html.index("新システム導入") < html.index("計画101") < html.index("計画100")
        assert 'data-level="2"' in html

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("view=mine", {"新システム導入", "計画100"}),
            ("view=active", {"新システム導入"}),
            ("status=planning", {"計画100"}),
            ("q=計画10", {"計画100"}),
            ("q=ｐｒｊ-１００", {"計画100"}),
            ("q=ない言葉", set()),
            ("view=nonsense&sort=nonsense&page=x", {"新システム導入", "計画100"}),
        ],
    )
    def test_filters(self, leader_client, many, query, shown):
        many(2)
        html = compact(leader_client.get(f"{self.url}?{query}"))
        assert {name for name in ("新システム導入", "計画100") if f">{name}</a>" in html} == shown

    def test_finds_late_ones(self, leader_client, chain):
        html = compact(leader_client.get(f"{self.url}?view=late"))
        assert "新システム導入" in html
        assert '<span class="is-late">1</span>' in html

    @pytest.mark.parametrize(
        "key", ["name", "code", "status", "progress", "late", "start", "finish", "budget"]
    )
    def test_sorts_both_ways(self, leader_client, many, key):
        many(3)
        for order in (key, f"-{key}"):
            assert leader_client.get(f"{self.url}?sort={order}").status_code == 200

    def test_tells_nothing_of_money_by_the_order(self, leader_client, admin_client, many):
        for number, project in enumerate(sorted(many(5), key=lambda each: each.code, reverse=True), 1):
            Project.objects.filter(pk=project.pk).update(budget=number * 1_000)

        def ids(client, order):
            return [pk for pk, _level in client.get(f"{self.url}?sort={order}").context["page"].items]

        assert ids(leader_client, "budget") == ids(leader_client, "-budget") == ids(leader_client, "tree")
        assert ids(admin_client, "budget") == ids(admin_client, "-budget")[::-1] != ids(admin_client, "tree")

    def test_sorts_names_backwards(self, leader_client, many):
        many(3)
        html = compact(leader_client.get(f"{self.url}?sort=-name"))
        assert html.index(">計画102<") < html.index(">計画100<")
        assert 'aria-sort="descending"' in html

    def test_shows_money_only_to_those_who_may(self, admin_client, viewer_client, project):
        assert "予算" in compact(admin_client.get(self.url))
        assert "予算" not in compact(viewer_client.get(self.url))

    def test_gives_htmx_the_list_alone(self, viewer_client, project):
        headers = {"HX-Request": "true", "HX-Target": "projects"}
        html = compact(viewer_client.get(self.url, headers=headers))
        assert html.strip().startswith('<div class="fill column" id="projects">')

    def test_costs_the_same_for_three_and_for_three_hundred(self, admin_client, many):
        many(3)
        admin_client.get(self.url)
        with _counting() as few:
            admin_client.get(self.url)
        many(300, first=200)
        with _counting() as lots:
            admin_client.get(self.url)
        assert len(lots) == len(few) > 5


class TestProjectOverview:
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/"

    def test_shows_what_is_late_and_what_comes(self, viewer_client, project, chain):
        html = compact(viewer_client.get(self.url(project)))
        assert "1 設計" in html
        assert "完了" in html

    def test_works_without_tasks(self, viewer_client, project):
        assert "タスクがまだありません" in compact(viewer_client.get(self.url(project)))

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.get(self.url(project)).status_code == 404

    def test_is_hidden_from_colleagues_who_are_no_members(self, client, cast, project):
        client.force_login(cast.outsider, backend="projects.auth.AccountBackend")
        assert client.get(self.url(project)).status_code == 404

    def test_hides_money_and_changes_from_viewers(self, viewer_client, project):
        html = compact(viewer_client.get(self.url(project)))
        assert "契約金額" not in html
        assert "/edit/" not in html

    def test_costs_the_same_for_three_and_for_three_hundred_tasks(self, viewer_client, project, plan):
        plan(*((f"作業{number}", 1, 2) for number in range(3)))
        viewer_client.get(self.url(project))
        with _counting() as few:
            viewer_client.get(self.url(project))
        Task.objects.bulk_create(
            Task(
                organization=project.organization, project=project, name=f"追加{number}", row_number=number,
                start_minute=1440 * 18000, finish_minute=1440 * 18010, is_milestone=number % 5 == 0,
            )
            for number in range(100, 400)
        )  # fmt: skip
        with _counting() as lots:
            viewer_client.get(self.url(project))
        assert len(lots) <= len(few) + 2  # late tasks bring their assignees and resources


class TestProjectEdit:
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/edit/"

    @pytest.fixture
    def typed(self, project):
        return {
            "name": "新ERP導入", "code": project.code, "start_date": "2026/04/06", "end_date": "2027/03/31",
            "calendar": project.calendar_id, "category": "基幹系", "tags": "", "description": "",
            "revision": project.revision,
        }  # fmt: skip

    def test_saves_and_records(self, leader_client, cast, project, typed):
        assert leader_client.post(self.url(project), typed)["Location"] == f"/projects/{project.pk}/"
        project.refresh_from_db()
        assert (project.name, project.category, project.revision) == ("新ERP導入", "基幹系", 1)
        record = AuditEntry.objects.filter(action="project.edited", project=project)
        values = record.values_list("actor", "before__name", "after__name").get()
        assert values == (cast.leader.pk, "新システム導入", "新ERP導入")

    def test_moves_the_tasks_with_the_start(self, leader_client, project, chain, typed):
        before = chain["設計"].start_minute
        project.refresh_from_db()
        typed |= {"start_date": "2026/04/13", "revision": project.revision}
        assert leader_client.post(self.url(project), typed).status_code == 302
        assert Task.objects.get(pk=chain["設計"].pk).start_minute == before + 7 * 1440

    def test_refuses_what_a_user_changed_meanwhile(self, leader_client, cast, project, typed):
        update_project(project=project, actor=cast.leader, changes={"category": "先に変えた"})
        answer = leader_client.post(self.url(project), typed)
        assert answer.status_code == 409
        project.refresh_from_db()
        assert (project.name, project.category) == ("新システム導入", "先に変えた")
        html = compact(answer)
        assert "先に変えた" in html
        assert f'name="revision" value="{project.revision}"' in html
        assert (
            leader_client.post(self.url(project), typed | {"revision": project.revision}).status_code == 302
        )

    def test_refuses_nonsense(self, leader_client, project, typed):
        answer = leader_client.post(self.url(project), typed | {"end_date": "2026/04/01"})
        assert answer.status_code == 422
        assert "1か所を直すと保存できます" in compact(answer)

    def test_is_hidden_from_strangers(self, stranger_client, project, typed):
        assert stranger_client.post(self.url(project), typed).status_code == 404

    def test_needs_a_leader(self, planner_client, project, typed):
        assert planner_client.get(self.url(project)).status_code == 403
        assert planner_client.post(self.url(project), typed).status_code == 403


class TestProjectHistory:
    def url(self, project: Project) -> str:
        return f"/projects/{project.pk}/history/"

    def test_reads_as_sentences(self, viewer_client, project, cast, chain):
        update_project(project=project, actor=cast.leader, changes={"category": "基幹系"})
        member = add_member(project=project, user=cast.outsider, actor=cast.leader)
        remove_member(member=member, actor=cast.leader)
        html = compact(viewer_client.get(self.url(project)))
        assert "プロジェクトの基本情報を変えました" in html
        assert "同社 別人をメンバーに加えました" in html
        assert "同社 別人をメンバーから外しました" in html
        assert "「2 開発」の先行タスクを変えました" in html
        assert "「1 設計」FS" in html

    def test_names_the_tasks_that_moved_along(self, viewer_client, project, cast, chain):
        move_task(task=chain["設計"], start_minute=chain["設計"].start_minute + 7 * 1440, actor=cast.leader)
        html = compact(viewer_client.get(self.url(project)))
        assert "3件が一緒に動きました" in html
        assert "「2 開発」<span" in html
        assert "2026/04/13–2026/04/24" in html
        assert "2026/04/20–2026/05/07" in html

    def test_keeps_money_from_those_who_may_not_see_it(self, viewer_client, admin_client, project, cast):
        update_project(project=project, actor=cast.admin, changes={"budget": 9_999_000})
        assert "¥9,999,000" in compact(admin_client.get(self.url(project)))
        assert "9,999,000" not in compact(viewer_client.get(self.url(project)))

    @pytest.mark.parametrize(
        "query", ["kind=member", "q=設計", "actor=1", "kind=nonsense", "page=99", "actor=x"]
    )
    def test_filters(self, viewer_client, project, chain, query):
        assert viewer_client.get(f"{self.url(project)}?{query}").status_code == 200

    def test_is_hidden_from_strangers(self, stranger_client, project):
        assert stranger_client.get(self.url(project)).status_code == 404

    def test_costs_the_same_for_three_and_for_forty_entries(self, viewer_client, project, cast):
        for number in range(3):
            update_project(project=project, actor=cast.leader, changes={"category": f"分類{number}"})
        viewer_client.get(self.url(project))
        with _counting() as few:
            viewer_client.get(self.url(project))
        for number in range(40):
            update_project(project=project, actor=cast.leader, changes={"category": f"区分{number}"})
        with _counting() as lots:
            viewer_client.get(self.url(project))
        assert len(lots) == len(few) > 5

    def test_escapes_what_people_typed(self, viewer_client, project, cast):
        update_project(project=project, actor=cast.leader, changes={"category": "<script>alert(1)</script>"})
        assert "<script>alert" not in compact(viewer_client.get(self.url(project)))


class TestSearch:
    def test_finds_projects_tasks_and_people(self, leader_client, chain):
        html = compact(leader_client.get("/search/", {"q": "設計"}))
        assert "1 設計" in html
        assert "新システム導入" in compact(leader_client.get("/search/", {"q": "新システム"}))
        assert "常磐 朝陽" in compact(leader_client.get("/search/", {"q": "常磐"}))

    def test_finds_nothing_of_others(self, stranger_client, chain):
        for words in ("設計", "新システム", "常磐"):
            assert "見つかりませんでした" in compact(stranger_client.get("/search/", {"q": words}))

    def test_forgets_deleted_projects(self, leader_client, project, chain):
        project.delete_softly(at=timezone.now())
        assert "見つかりませんでした" in compact(leader_client.get("/search/", {"q": "設計"}))

    def test_takes_any_text(self, leader_client, chain):
        for words in ("%", "_", "\\", "'", "\x00", "　 ", "あ" * 5000):
            assert leader_client.get("/search/", {"q": words}).status_code == 200


class TestMoneyOfProjects:
    def test_is_seen_by_a_member_beside_a_guest_who_never_sees_any(self, project, cast, person):
        """One guest in the company once took the right of all its members."""
        guest = person("guest", "客 員", role="guest")
        for user in (cast.leader, guest):
            ProjectMember.objects.update_or_create(
                organization=project.organization, project=project, user=user,
                defaults={"role": "leader", "may_see_money": True},
            )  # fmt: skip
        assert seen_projects(cast.leader, project.organization)[project.pk].sees_money
        assert not seen_projects(guest, project.organization)[project.pk].sees_money
        assert not seen_projects(cast.planner, project.organization)[project.pk].sees_money
