"""Runs of recurring projects that are really killed, at any moment: each period once, and none is lost."""

from __future__ import annotations

import datetime as dt

import pytest

from projects.calendars.services import JAPANESE_WEEK
from projects.models import Calendar, Notification, Organization, OrganizationMember, Project, User
from projects.rls import scope
from tasks.models import RecurringPeriod, RecurringProject, Task
from tasks.recurring.making import make_recurring_projects
from tests.killed import kill_after

pytestmark = pytest.mark.drill
TODAY = dt.date(2027, 1, 20)
PERIODS = 8
#: A job that says when it begins.
RUN = f"""
import datetime, django
django.setup()
from tasks.recurring.making import make_recurring_projects
print("begins", flush=True)
make_recurring_projects(today=datetime.date.fromisoformat("{TODAY}"))
"""
#: So long after its beginning a run is killed, in seconds; each makes a few periods and dies in the next.
DELAYS = (0.0, 0.02, 0.05, 0.08, 0.12, 0.18)


@pytest.fixture
def organization(transactional_db: None) -> Organization:
    """A company with a template of which eight periods are due, one each day."""
    organization = Organization.objects.create(code="killed-runs", name="中断テスト")
    leader = User.objects.create_user("killed-runs-leader", "藍沢 湊")
    OrganizationMember.objects.create(user=leader, organization=organization)
    with scope.scope([organization.pk]):
        Calendar.objects.create(organization=organization, name="標準", week=JAPANESE_WEEK, is_default=True)
        RecurringProject.objects.create(
            organization=organization, name="日次点検", code_prefix="DAY", leader=leader, length_days=2,
            rule=f"FREQ=DAILY;COUNT={PERIODS}", first_on=dt.date(2027, 2, 1), lead_days=30, holiday_rule="keep",
            task_lines="点検 1日\n報告 1日",
        )  # fmt: skip
    return organization


class TestKilledRuns:
    def test_make_each_period_once(self, organization: Organization) -> None:
        for delay in DELAYS:
            kill_after(delay, RUN)
        with scope.scope([organization.pk]):
            assert RecurringPeriod.objects.count() == Project.objects.count()  # none is half made
        make_recurring_projects(today=TODAY)
        with scope.scope([organization.pk]):
            rows = RecurringPeriod.objects.values_list("state", "project__task_count")
            assert list(rows) == [("made", 2)] * PERIODS
            assert Project.objects.values("code").distinct().count() == Project.objects.count() == PERIODS
            assert Task.objects.count() == 2 * PERIODS
            assert Notification.objects.filter(kind="recurring.made").count() == PERIODS
