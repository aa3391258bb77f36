"""What is proposed about too much work, and that applying and taking it back do what they say."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.calendars.services import JAPANESE_WEEK
from projects.changes import changing
from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import (
    AuditEntry,
    Calendar,
    Notification,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
    User,
)
from projects.permissions import System
from projects.rls import scope
from projects.worktime.moments import day_number, minute_of
from resources.models import Absence, Resource, ResourceSkill, Skill
from tasks.allocation.suggestions.effects import Overallocation
from tasks.allocation.suggestions.selectors import best_suggestions, suggestions_of
from tasks.allocation.suggestions.services import ProposalGoneError, apply_proposal, undo_proposal
from tasks.editing.fields import set_assignees
from tasks.editing.moving import move_task
from tasks.models import Assignment, ResourceLoad, Task
from tasks.plan.rescheduling import reschedule
from tasks.progress.services import report_progress

MONDAY = dt.date(2026, 4, 6)
TODAY = MONDAY
SYSTEM = System("test")


def _day(number: int) -> dt.date:
    return MONDAY + dt.timedelta(days=number)


@pytest.fixture
def someone(organization):
    """Makes a person with skills: `someone("浅葱 れん", Java=4)`."""

    def make(name, department="開発1課", kind="person", **levels):
        made = Resource.objects.create(
            organization=organization, name=name, kana=name, department=department, kind=kind
        )
        for skill_name, level in levels.items():
            skill, _ = Skill.objects.get_or_create(organization=organization, name=skill_name)
            ResourceSkill.objects.create(organization=organization, resource=made, skill=skill, level=level)
        return made

    return make


@pytest.fixture
def asagi(someone):
    """The one who has too much to do."""
    return someone("浅葱 れん", Java=4)


@pytest.fixture
def give(cast):
    """Puts people on tasks: `give(task, person, 60)`."""

    def assign(task, person, percent=100):
        task.refresh_from_db()
        set_assignees(task=task, units={person.pk: percent}, actor=SYSTEM)
        task.refresh_from_db()
        return task

    return assign


@pytest.fixture
def week(asagi):
    """This week of the one who has too much."""
    return Overallocation(asagi.pk, day_number(MONDAY), day_number(_day(6)), day_number(TODAY))


@pytest.fixture
def offers(organization, week):
    """What is proposed to a user about this week."""

    def found(user, spot=None):
        return suggestions_of(spot or week, organization_id=organization.pk, user=user, today=TODAY)

    return found


@pytest.fixture
def twice(plan, give, asagi):
    """Two tasks of three days in one week at 60 % and 80 %, and a long one that gives them slack."""
    tasks = plan(("設計", 1, 3), ("開発", 1, 3), ("長い仕事", 1, 20))
    give(tasks["設計"], asagi, 80)
    give(tasks["開発"], asagi, 60)
    return tasks


def _loads(resource) -> dict[dt.date, int]:
    rows = ResourceLoad.objects.filter(resource=resource, grain="d")
    return dict(rows.values_list("first_on", "planned_minutes"))


def _state() -> tuple[list, list, list]:
    """All that a proposal may change; assignments by what they say."""
    names = (
        "pk",
        "start_minute",
        "finish_minute",
        "constraint_type",
        "constraint_minute",
        "free_slack_minutes",
    )
    work = ("task", "resource", "units_percentage", "work_minutes", "delay_minutes")
    loads = ("resource", "grain", "first_on", "planned_minutes", "capacity_minutes")
    return (
        list(Task.objects.order_by("pk").values_list(*names)),
        list(Assignment.objects.order_by("task", "resource").values_list(*work)),
        list(ResourceLoad.objects.order_by("resource", "grain", "first_on").values_list(*loads)),
    )


class TestMoving:
    def test_is_the_smallest_delay_within_free_slack_that_resolves(self, cast, twice, offers):
        first = offers(cast.planner)[0]
        assert first.proposal.to_id is None
        assert first.task in {twice["設計"], twice["開発"]}
        assert first.proposal.start == minute_of(_day(3), 540)
        assert first.proposal.finish == minute_of(_day(7), 1080)
        assert (first.before, first.after) == (84, 68)
        assert first.followers == 0
        assert first.proposal.effect.resolves

    def test_keeps_followers_where_free_slack_is_enough(self, cast, plan, give, asagi, offers):
        tasks = plan(("設計", 1, 3), ("開発", 1, 3), ("試験", 1, 2, "1,4"), ("長い仕事", 1, 10))
        give(tasks["設計"], asagi, 80)
        give(tasks["開発"], asagi, 60)
        before = Task.objects.get(name="試験").start_minute
        offer = next(each for each in offers(cast.planner) if each.task.name == "設計")
        apply_proposal(task=offer.task, spot=_spot(asagi), value=offer.value, actor=cast.planner, today=TODAY)
        assert Task.objects.get(name="試験").start_minute == before

    def test_takes_followers_along_within_total_slack_and_says_how_many(
        self, cast, plan, give, asagi, offers
    ):
        tasks = plan(
            ("設計", 1, 3), ("開発", 1, 3, ""), ("試験", 1, 2, "1"), ("検収", 1, 1, "3"), ("長い仕事", 1, 20)
        )
        give(tasks["設計"], asagi, 80)
        give(tasks["開発"], asagi, 60)
        with changing(tasks["開発"].project, actor=SYSTEM) as record:
            Task.objects.filter(name="開発").update(
                progress_percentage=10, actual_start_minute=minute_of(MONDAY, 540)
            )
            record("task.edited", target=tasks["開発"])
            reschedule(tasks["開発"].project, record=record)
        offer = offers(cast.planner)[0]
        assert offer.task.name == "設計"
        assert offer.followers == 2
        end = tasks["設計"].project.planned_finish_minute
        apply_proposal(task=offer.task, spot=_spot(asagi), value=offer.value, actor=cast.planner, today=TODAY)
        project = Project.objects.get(pk=offer.task.project_id)
        assert project.planned_finish_minute == max(end, project.planned_finish_minute)
        assert Task.objects.get(name="試験").start_minute > offer.proposal.finish - 1

    def test_is_not_proposed_without_slack(self, cast, plan, give, asagi, offers):
        tasks = plan(("設計", 1, 3), ("開発", 1, 3))
        give(tasks["設計"], asagi, 80)
        give(tasks["開発"], asagi, 60)
        assert offers(cast.planner) == []

    def test_goes_back_where_only_its_own_date_holds_a_task(self, cast, plan, give, asagi, offers):
        tasks = plan(("前倒しできる", 1, 2), ("設計", 1, 2))
        for task in tasks.values():
            move_task(task=task, start_minute=minute_of(_day(8), 540), actor=SYSTEM)
            give(task, asagi, 80)
        spot = Overallocation(asagi.pk, day_number(_day(7)), day_number(_day(13)), day_number(TODAY))
        found = offers(cast.planner, spot)
        assert found
        assert all(not each.is_later for each in found)
        assert found[0].proposal.finish <= minute_of(_day(8))
        assert found[0].proposal.start >= minute_of(MONDAY, 540)

    def test_never_over_allocates_a_later_week(self, cast, plan, give, asagi, offers):
        tasks = plan(("設計", 1, 5), ("開発", 1, 5), ("来週", 1, 5), ("長い仕事", 1, 60))
        move_task(task=tasks["来週"], start_minute=minute_of(_day(7), 540), actor=SYSTEM)
        for name, percent in (("設計", 80), ("開発", 60), ("来週", 50)):
            give(tasks[name], asagi, percent)
        found = offers(cast.planner)
        assert found
        assert {offer.proposal.start for offer in found} == {minute_of(_day(14), 540)}

    def test_leaves_alone_what_has_begun_what_has_a_fixed_date_and_what_no_one_may_edit(
        self, cast, twice, offers
    ):
        assert offers(cast.viewer) == []
        assert offers(cast.outsider) == []
        Task.objects.filter(name="設計").update(
            constraint_type="MSO", constraint_minute=minute_of(MONDAY, 540)
        )
        report_progress(task=twice["開発"], percentage=10, actor=cast.planner)
        assert offers(cast.planner) == []

    def test_does_nothing_about_days_gone_by(self, cast, organization, twice, asagi):
        spot = Overallocation(asagi.pk, day_number(MONDAY), day_number(_day(6)), day_number(_day(4)))
        assert suggestions_of(spot, organization_id=organization.pk, user=cast.planner, today=_day(4)) == []


def _spot(person) -> Overallocation:
    return Overallocation(person.pk, day_number(MONDAY), day_number(_day(6)), day_number(TODAY))


class TestHandingOver:
    @pytest.fixture
    def without_slack(self, plan, give, asagi):
        """The same without any slack: only other people help."""
        tasks = plan(("設計", 1, 3), ("開発", 1, 3))
        give(tasks["設計"], asagi, 80)
        give(tasks["開発"], asagi, 60)
        return tasks

    def test_wants_a_skill_at_the_same_level_or_higher(self, cast, without_slack, someone, offers):
        able, better = someone("同 等", "品質保証課", Java=4), someone("上 手", Java=5)
        someone("初 心", Java=3)
        someone("別 技", SQL=5)
        someone("機 械", kind="equipment", Java=5)
        found = offers(cast.planner)
        assert {each.to for each in found} == {able, better}
        assert all(each.followers == 0 and each.proposal.effect.resolves for each in found)

    def test_goes_by_department_where_no_one_has_written_down_skills(
        self, cast, without_slack, asagi, someone, offers
    ):
        ResourceSkill.objects.filter(resource=asagi).delete()
        near = someone("同 課")
        someone("別 課", "品質保証課")
        assert {each.to for each in offers(cast.planner)} == {near}

    def test_brings_a_person_into_the_project_by_those_alone_who_may(
        self, cast, without_slack, someone, offers, week
    ):
        outsider = someone("社 外", Java=4)
        Resource.objects.filter(pk=outsider.pk).update(user=cast.outsider)
        assert offers(cast.planner) == []
        offer = offers(cast.leader)[0]
        assert offer.to == outsider
        apply_proposal(task=offer.task, spot=week, value=offer.value, actor=cast.leader, today=TODAY)
        member = ProjectMember.objects.get(project=offer.task.project_id, user=cast.outsider)
        assert member.role == "contributor"

    def test_leaves_out_who_has_left(self, cast, project, without_slack, someone, offers):
        former = someone("元 員", Java=4)
        Resource.objects.filter(pk=former.pk).update(user=cast.outsider)
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        ProjectMember.objects.create(
            organization=project.organization, project=project, user=cast.outsider, end_date=yesterday
        )
        assert offers(cast.leader) == []

    def test_prefers_the_freest(self, cast, without_slack, plan, someone, offers, give):
        busy, free = someone("忙 中", Java=4), someone("空 有", Java=4)
        Project.objects.filter(pk=without_slack["設計"].project_id).update(task_count=2)
        other = Project.objects.get(pk=without_slack["設計"].project_id)
        extra = Task.objects.create(
            organization=other.organization, project=other, name="ほか", row_number=3, duration_minutes=3 * 480,
            wbs_code="3",
        )  # fmt: skip
        with changing(other, actor=SYSTEM) as record:
            record("task.added", target=extra)
            reschedule(other, record=record)
        give(extra, busy, 10)
        found = [each for each in offers(cast.planner) if each.task.name == "設計"]
        assert [each.to for each in found] == [free, busy]
        assert found[0].proposal.free_minutes == 3 * 480
        assert found[1].proposal.free_minutes == 3 * 432

    def test_respects_absence_and_free_time(self, cast, organization, without_slack, someone, offers, give):
        away, gone = someone("不 在", Java=4), someone("半 休", Java=4)
        for person, first, portion in ((away, _day(1), "day"), (gone, _day(2), "morning")):
            Absence.objects.create(
                organization=organization, resource=person, first_on=first, last_on=first, portion=portion
            )
        assert offers(cast.planner) == []

    def test_never_gives_anyone_more_than_a_day_holds(self, cast, without_slack, someone, offers, give):
        part = someone("半 分", Java=4)
        set_assignees(
            task=without_slack["開発"], units={part.pk: 50, **_units(without_slack["開発"])}, actor=SYSTEM
        )
        found = offers(cast.planner)
        assert [each.task.name for each in found] == []


def _units(task) -> dict[int, int]:
    return {item.resource_id: int(item.units_percentage) for item in Assignment.objects.filter(task=task)}


class TestApplyProposal:
    def test_resolves_and_is_recorded(self, cast, twice, offers, asagi, week):
        offer = offers(cast.planner)[0]
        before = offer.task.start_minute
        revision = offer.task.project.revision
        entry, _ = apply_proposal(
            task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY
        )
        assert max(_loads(asagi).values()) <= 480
        offer.task.refresh_from_db()
        assert offer.task.start_minute == offer.proposal.start
        assert (entry.action, entry.target_id, entry.actor) == (
            "proposal.applied",
            offer.task.pk,
            cast.planner,
        )
        assert entry.before["start_minute"] == before
        assert entry.after["start_minute"] == offer.proposal.start
        assert Project.objects.get(pk=offer.task.project_id).revision > revision
        assert offers(cast.planner) == []

    def test_hands_over_with_units_and_work(self, cast, plan, give, asagi, someone, offers, week):
        tasks = plan(("設計", 1, 3), ("開発", 1, 3))
        for task in tasks.values():
            give(task, asagi, 75)
        Assignment.objects.filter(task=tasks["設計"]).update(work_minutes=1080)
        other = someone("上 手", Java=5)
        offer = next(each for each in offers(cast.planner) if each.task.name == "設計")
        apply_proposal(task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY)
        kept = Assignment.objects.get(task=tasks["設計"])
        assert (kept.resource, int(kept.units_percentage), kept.work_minutes) == (other, 75, 1080)
        assert _loads(other) == {_day(0): 360, _day(1): 360, _day(2): 360}
        assert max(_loads(asagi).values()) == 360

    def test_tells_who_takes_a_task_over(self, cast, plan, give, asagi, someone, offers, week):
        for task in plan(("設計", 1, 3), ("開発", 1, 3)).values():
            give(task, asagi, 75)
        Resource.objects.filter(pk=someone("上 手", Java=5).pk).update(user=cast.viewer)
        offer = next(each for each in offers(cast.planner) if each.task.name == "設計")
        entry, _ = apply_proposal(
            task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY
        )
        told = Notification.objects.get(user=cast.viewer)
        assert (told.kind, told.target_id, told.facts["by"]) == (
            "task.assigned", entry.target_id, cast.planner.display_name,
        )  # fmt: skip

    def test_changes_nothing_for_those_who_may_not(self, cast, twice, offers, week):
        offer = offers(cast.planner)[0]
        before = _state()
        with pytest.raises(NotAllowedError):
            apply_proposal(task=offer.task, spot=week, value=offer.value, actor=cast.viewer, today=TODAY)
        assert _state() == before

    @pytest.mark.parametrize("value", ["", "0", "nonsense", "99999999999999999999"])
    def test_refuses_what_was_never_proposed(self, cast, twice, week, value):
        before = _state()
        with pytest.raises(ProposalGoneError, match="使えなくなりました"):
            apply_proposal(task=twice["設計"], spot=week, value=value, actor=cast.planner, today=TODAY)
        assert _state() == before

    def test_is_gone_when_the_plan_has_changed(self, cast, twice, offers, week):
        offer = offers(cast.planner)[0]
        other = twice["開発" if offer.task.name == "設計" else "設計"]
        move_task(task=other, start_minute=minute_of(_day(14), 540), actor=cast.planner)
        with pytest.raises(ProposalGoneError):
            apply_proposal(task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY)

    def test_is_refused_where_a_follower_would_over_allocate_a_person(
        self, cast, plan, give, asagi, someone, offers, week
    ):
        tasks = plan(("設計", 1, 3), ("開発", 1, 3), ("試験", 1, 2, "1"), ("先約", 1, 2), ("長い仕事", 1, 20))
        tester = someone("柿本 そら")
        give(tasks["設計"], asagi, 80)
        give(tasks["開発"], asagi, 60)
        report_progress(task=tasks["開発"], percentage=10, actor=cast.planner)
        give(tasks["試験"], tester)
        move_task(task=tasks["先約"], start_minute=minute_of(_day(8), 540), actor=SYSTEM)
        give(tasks["先約"], tester)
        offer = offers(cast.planner)[0]
        assert (offer.task.name, offer.followers) == ("設計", 1)
        before = _state()
        with pytest.raises(RuleBrokenError, match="柿本 そらさんの2026/04/1"):
            apply_proposal(task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY)
        assert _state() == before


class TestUndoProposal:
    def test_brings_back_dates_exactly(self, cast, twice, offers, week):
        before = _state()
        offer = offers(cast.planner)[0]
        entry, _ = apply_proposal(
            task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY
        )
        assert _state() != before
        undo_proposal(entry=entry, task=offer.task, actor=cast.planner)
        assert _state() == before
        assert AuditEntry.objects.filter(action="proposal.undone", target_id=offer.task.pk).count() == 1

    def test_brings_back_people_exactly(self, cast, plan, give, asagi, someone, offers, week):
        tasks = plan(("設計", 1, 3), ("開発", 1, 3))
        for task in tasks.values():
            give(task, asagi, 75)
        someone("上 手", Java=5)
        before = _state()
        offer = offers(cast.planner)[0]
        entry, _ = apply_proposal(
            task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY
        )
        assert _state() != before
        undo_proposal(entry=entry, task=offer.task, actor=cast.planner)
        assert _state() == before

    def test_is_refused_after_another_change(self, cast, twice, offers, week):
        offer = offers(cast.planner)[0]
        entry, _ = apply_proposal(
            task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY
        )
        move_task(task=offer.task, start_minute=minute_of(_day(14), 540), actor=cast.planner)
        with pytest.raises(ProposalGoneError, match="元に戻せません"):
            undo_proposal(entry=entry, task=offer.task, actor=cast.planner)

    def test_works_once(self, cast, twice, offers, week):
        offer = offers(cast.planner)[0]
        entry, _ = apply_proposal(
            task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY
        )
        undo_proposal(entry=entry, task=offer.task, actor=cast.planner)
        with pytest.raises(ProposalGoneError):
            undo_proposal(entry=entry, task=offer.task, actor=cast.planner)

    def test_needs_a_planner(self, cast, twice, offers, week):
        offer = offers(cast.planner)[0]
        entry, _ = apply_proposal(
            task=offer.task, spot=week, value=offer.value, actor=cast.planner, today=TODAY
        )
        with pytest.raises(NotAllowedError):
            undo_proposal(entry=entry, task=offer.task, actor=cast.viewer)


class TestBestOffers:
    def test_asks_the_same_for_one_cell_and_for_many(
        self, cast, organization, twice, someone, give, django_assert_num_queries
    ):
        first = Resource.objects.get(name="浅葱 れん")
        spots = [_spot(first)]
        with CaptureQueriesContext(connection) as one:
            found = best_suggestions(spots, organization_id=organization.pk, user=cast.planner, today=TODAY)
        assert found[0] is not None
        spots += [_spot(someone(f"人{n}", Java=n % 5 + 1)) for n in range(9)]
        with CaptureQueriesContext(connection) as many:
            found = best_suggestions(spots, organization_id=organization.pk, user=cast.planner, today=TODAY)
        assert found[0] is not None
        assert found[1:] == [None] * 9
        assert len(many) <= len(one) + 2  # the rows of those who could take over, and their accounts


@pytest.fixture
def committed(transactional_db):
    """Two tasks of one person at once and a long one, visible to other connections; the cell, and a leader."""
    organization = Organization.objects.create(code="kaku", name="架空ソリューションズ株式会社")
    leader = User.objects.create_user("leader", "藍沢 湊")
    OrganizationMember.objects.create(user=leader, organization=organization, role="pmo")
    with scope.scope([organization.pk]):
        calendar = Calendar.objects.create(
            organization=organization, name="標準", week=JAPANESE_WEEK, is_default=True
        )
        project = Project.objects.create(
            organization=organization, code="P", name="計画", start_date=MONDAY, end_date=_day(90),
            start_minute=minute_of(MONDAY, 540), calendar=calendar, status="active",
        )  # fmt: skip
        person = Resource.objects.create(organization=organization, name="浅葱 れん")
        with changing(project, actor=SYSTEM) as record:
            for number, (name, days, percent) in enumerate(
                (("設計", 3, 80), ("開発", 3, 60), ("長い", 20, 0)), 1
            ):
                task = Task.objects.create(
                    organization=organization, project=project, name=name, row_number=number,
                    wbs_code=f"{number}", duration_minutes=days * 480,
                )  # fmt: skip
                if percent:
                    Assignment.objects.create(
                        organization=organization, project=project, task=task, resource=person,
                        units_percentage=percent,
                    )  # fmt: skip
                record("task.added", target=task)
            reschedule(project, record=record)
    return organization, _spot(person), leader


class TestTwoAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_one_applies_and_the_other_is_told(self, committed):
        organization, spot, leader = committed
        with scope.scope([organization.pk]):
            offer = suggestions_of(spot, organization_id=organization.pk, user=leader, today=TODAY)[0]
        together = Barrier(2)

        def run(_number: int) -> str:
            try:
                with scope.scope([organization.pk]):
                    task = Task.objects.select_related("project").get(pk=offer.task.pk)
                    together.wait(20)
                    apply_proposal(task=task, spot=spot, value=offer.value, actor=leader, today=TODAY)
            except ProposalGoneError:
                return "gone"
            finally:
                connections.close_all()
            return "applied"

        with ThreadPoolExecutor(2) as pool:
            results = sorted(pool.map(run, range(2)))
        assert results == ["applied", "gone"]
        with scope.scope([organization.pk]):
            assert AuditEntry.objects.filter(action="proposal.applied").count() == 1
            assert max(_loads(spot.resource_id).values()) <= 480
