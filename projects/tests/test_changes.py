"""The unit of work: who may, what is kept, and that no user overwrites another."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from projects import changes
from projects.changes import changing, changing_organization, entry_hash, follow_changes, plain
from projects.errors import NotAllowedError, StaleRevisionError
from projects.models import AuditEntry, Project, ProjectStatus
from projects.permissions import (
    ORGANIZATION_RIGHTS,
    PROJECT_RIGHTS,
    Right,
    System,
    rights_in,
    rights_in_each,
    rights_in_organization,
)


class TestPlain:
    @pytest.mark.parametrize(
        "value",
        [
            None, True, 0, "設計", "", ProjectStatus.ACTIVE, [ProjectStatus.ACTIVE, 2, [None]], {},
            {"status": ProjectStatus.ACTIVE, "after": {"12": ["FS", 0]}, "people": [1, 2]},
        ],
    )  # fmt: skip
    def test_copies_what_json_gives_back_without_writing_it(self, value: Any) -> None:
        expected = json.loads(json.dumps(value))
        with mock.patch("projects.changes.json", None):
            copy = plain(value)
        assert copy == expected
        assert json.dumps(copy) == json.dumps(expected)
        assert type(copy) is type(expected)

    @pytest.mark.parametrize(
        "value", [1.5, (1, 2), {1: "a"}, {"day": date(2026, 4, 6)}, [Decimal("1.50")], {"a": [{2: "b"}]}]
    )
    def test_leaves_the_rest_to_json(self, value: Any) -> None:
        assert plain(value) == json.loads(json.dumps(value, cls=DjangoJSONEncoder))


class TestChanging:
    def test_records_and_raises_the_revision(self, project: Project, cast: Any) -> None:
        with changing(project, actor=cast.planner) as record:
            record("project.edited", target=project, before=1, after=2)
        project.refresh_from_db()
        entry = AuditEntry.objects.get(project=project)
        assert (project.revision, entry.revision, entry.actor, entry.after) == (1, 1, cast.planner, 2)

    def test_leaves_the_revision_when_nothing_happened(self, project: Project, cast: Any) -> None:
        with changing(project, actor=cast.planner):
            pass
        project.refresh_from_db()
        assert project.revision == 0

    def test_is_closed_to_viewers(self, project: Project, cast: Any) -> None:
        with pytest.raises(NotAllowedError), changing(project, actor=cast.viewer):
            pytest.fail("the unit of work was open")

    def test_refuses_what_was_made_from_an_old_revision(self, project: Project, cast: Any) -> None:
        with changing(project, actor=cast.planner) as record:
            record("project.edited")
        with pytest.raises(StaleRevisionError) as refused, changing(project, actor=cast.planner, revision=0):
            pytest.fail("the unit of work was open")
        assert (refused.value.seen, refused.value.current) == (0, 1)

    def test_keeps_nothing_of_a_change_that_failed(self, project: Project, cast: Any) -> None:
        with pytest.raises(ZeroDivisionError), changing(project, actor=cast.planner) as record:  # noqa: PT012  # two steps, one failure
            record("project.edited")
            raise ZeroDivisionError
        assert not AuditEntry.objects.exists()

    def test_chains_the_entries_by_hash(self, project: Project, cast: Any) -> None:
        for number in range(3):
            with changing(project, actor=cast.planner) as record:
                record("project.edited", after=number)
        entries = list(AuditEntry.objects.filter(project=project).order_by("sequence"))
        assert [entry.sequence for entry in entries] == [1, 2, 3]
        assert [entry.previous_hash for entry in entries] == ["", entries[0].hash, entries[1].hash]
        assert all(entry.hash == entry_hash(entry) for entry in entries)
        entries[1].after = 9
        assert entry_hash(entries[1]) != entries[1].hash

    def test_keeps_an_organization_chain_too(self, project: Project, cast: Any) -> None:
        for _ in range(2):
            with changing_organization(project.organization, actor=cast.admin) as record:
                record("project.edited")
        entries = list(AuditEntry.objects.filter(project=None).order_by("sequence"))
        assert entries[1].previous_hash == entries[0].hash

    def test_names_the_job_that_acted(self, project: Project) -> None:
        with changing(project, actor=System("nightly")) as record:
            record("project.edited")
        assert AuditEntry.objects.get().system_name == "nightly"

    def test_continues_the_chain_behind_a_unit_of_work_inside_of_it(
        self, project: Project, cast: Any
    ) -> None:
        with changing(project, actor=cast.planner) as outer:
            with changing(project, actor=cast.planner) as inner:
                inner("project.edited")
            outer("member.changed")
        entries = list(AuditEntry.objects.filter(project=project).order_by("sequence"))
        assert [(entry.sequence, entry.revision, entry.action) for entry in entries] == [
            (1, 1, "project.edited"),
            (2, 2, "member.changed"),
        ]
        assert entries[1].previous_hash == entries[0].hash


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What a follower was told, one unit of work after the other."""
    told: list[list[str]] = []
    monkeypatch.setattr(changes, "_followers", [])
    follow_changes(lambda records: told.append([entry.action for r in records for entry in r.entries]))
    return told


class TestFollowChanges:
    def test_tells_once_when_the_outermost_unit_of_work_closes(
        self, project: Project, cast: Any, followed: list[list[str]]
    ) -> None:
        with changing(project, actor=cast.planner) as outer:
            with changing(project, actor=cast.planner) as inner:
                inner("project.edited")
            assert followed == []
            outer("member.changed")
        with changing_organization(project.organization, actor=cast.admin) as record:
            record("organization.edited")
        assert followed == [["project.edited", "member.changed"], ["organization.edited"]]

    def test_leaves_out_what_was_refused_inside(
        self, project: Project, cast: Any, followed: list[list[str]]
    ) -> None:
        with changing(project, actor=cast.planner) as outer:
            with pytest.raises(ZeroDivisionError), changing(project, actor=cast.planner) as inner:  # noqa: PT012  # two steps, one failure
                inner("project.edited")
                raise ZeroDivisionError
            outer("member.changed")
        assert followed == [["member.changed"]]

    def test_refuses_the_change_when_a_follower_raises(
        self, project: Project, cast: Any, followed: list[list[str]]
    ) -> None:
        def refuse(records: Any) -> None:
            raise ZeroDivisionError

        follow_changes(refuse)
        with pytest.raises(ZeroDivisionError), changing(project, actor=cast.planner) as record:
            record("project.edited")
        assert not AuditEntry.objects.exists()
        project.refresh_from_db()
        assert project.revision == 0

    def test_is_ready_for_the_next_unit_of_work_after_a_failure(
        self, project: Project, cast: Any, followed: list[list[str]]
    ) -> None:
        with pytest.raises(ZeroDivisionError), changing(project, actor=cast.planner):
            raise ZeroDivisionError
        with changing(project, actor=cast.planner) as record:
            record("project.edited")
        assert followed == [["project.edited"]]


class TestRights:
    @pytest.mark.parametrize("role", ["leader", "planner", "contributor", "viewer"])
    def test_come_from_the_table(self, project: Project, cast: Any, role: str) -> None:
        expected = PROJECT_RIGHTS[role] | ORGANIZATION_RIGHTS["member"]
        assert rights_in(getattr(cast, role), project) == expected

    def test_are_none_for_strangers(self, project: Project, cast: Any) -> None:
        assert rights_in(cast.stranger, project) == frozenset()

    def test_hold_nothing_of_a_project_for_outsiders(self, project: Project, cast: Any) -> None:
        assert rights_in(cast.outsider, project) == {Right.VIEW_RESOURCES, Right.KEEP_HOURS}

    def test_are_all_for_an_admin(self, project: Project, cast: Any) -> None:
        assert rights_in(cast.admin, project) == frozenset(Right)

    def test_of_a_guest_stop_at_reporting(self, project: Project, person: Any) -> None:
        from projects.models import ProjectMember

        guest = person("guest", role="guest")
        ProjectMember.objects.create(
            organization=project.organization, project=project, user=guest, role="leader"
        )
        assert rights_in(guest, project) == PROJECT_RIGHTS["contributor"] | {Right.KEEP_HOURS}

    def test_in_several_projects_cost_one_query(
        self, project: Project, cast: Any, django_assert_num_queries: Any
    ) -> None:
        others = [
            Project.objects.create(
                organization=project.organization, code=f"P-{n}", name=f"計画{n}", calendar=project.calendar,
                start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute,
            )
            for n in range(3)
        ]  # fmt: skip
        rights_in(cast.planner, project)  # the planner's place in the organization is known from here on
        with django_assert_num_queries(1):
            found = rights_in_each(cast.planner, [project, *others])
        assert found == {each.pk: rights_in(cast.planner, each) for each in (project, *others)}
        assert Right.EDIT_PLAN in found[project.pk]
        assert Right.EDIT_PLAN not in found[others[0].pk]
        assert rights_in_each(cast.stranger, [project]) == {project.pk: frozenset()}

    def test_are_known_with_a_project_that_was_found_for_a_user(
        self, project, cast, django_assert_num_queries
    ):
        for user in (cast.admin, cast.leader, cast.viewer, cast.outsider, cast.stranger):
            expected = rights_in(user, project)  # and their place in the organization from here on
            found = Project.objects.with_place_of(user).get(pk=project.pk)
            with django_assert_num_queries(0):
                assert rights_in(user, found) == expected

    def test_of_one_are_not_those_of_another(self, project, cast):
        found = Project.objects.with_place_of(cast.leader).get(pk=project.pk)
        assert rights_in(cast.viewer, found) == rights_in(cast.viewer, project)

    def test_of_money_are_given_apart(self, project: Project, person: Any) -> None:
        member = person("money", may_see_money=True)
        assert rights_in_organization(member, project.organization) == {
            Right.SEE_MONEY,
            Right.VIEW_RESOURCES,
            Right.KEEP_HOURS,
        }

    @pytest.mark.parametrize(
        ("role", "rights"),
        [
            ("admin", {Right.VIEW_RESOURCES, Right.MANAGE_RESOURCES}),
            ("pmo", {Right.VIEW_RESOURCES, Right.MANAGE_RESOURCES}),
            ("member", {Right.VIEW_RESOURCES}),
            ("guest", set()),
        ],
    )
    def test_of_resources_end_with_guests(
        self, project: Project, person: Any, role: str, rights: set[Right]
    ) -> None:
        held = rights_in_organization(person(role, role=role), project.organization)
        assert held & {Right.VIEW_RESOURCES, Right.MANAGE_RESOURCES} == rights


class TestVisibleTo:
    def test_shows_members_their_projects(self, project: Project, cast: Any) -> None:
        assert project in Project.objects.visible_to(cast.viewer)
        assert project not in Project.objects.visible_to(cast.outsider)

    def test_shows_the_pmo_all_of_its_organization(self, project: Project, person: Any) -> None:
        assert project in Project.objects.visible_to(person("pmo", role="pmo"))

    def test_hides_what_is_deleted(self, project: Project, cast: Any) -> None:
        from django.utils import timezone

        project.delete_softly(at=timezone.now())
        assert project not in Project.objects.visible_to(cast.admin)

    def test_hides_everything_from_strangers(self, project: Project, cast: Any) -> None:
        assert project not in Project.objects.visible_to(cast.stranger)
