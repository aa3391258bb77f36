"""Two at the same moment, each with a connection of their own: of what both do, one stands and the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from projects.calendars.services import make_company_calendar
from projects.models import Organization, OrganizationMember, User
from projects.rls import scope
from resources.models import Resource
from tasks.models import ClosedMonth, TimeEntry, Timesheet, WorkKind
from tasks.timesheets.closing import close_month
from tasks.timesheets.entering import RowKey, Typed, enter_hours
from tasks.timesheets.refusals import MonthClosedError, WeekDecidedError
from tasks.timesheets.services import approve_week, submit_week
from tasks.timesheets.tests.conftest import MONDAY, TODAY, WEEK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(transactional_db: None) -> dict[str, Any]:
    """A person, two who decide, and a kind of indirect work; committed."""
    organization = Organization.objects.create(code="race", name="同時商事")
    users = {name: User.objects.create_user(name) for name in ("worker", "first", "second")}
    for name, user in users.items():
        role = "member" if name == "worker" else "admin"
        OrganizationMember.objects.create(organization=organization, user=user, role=role)
    with scope.scope([organization.pk]):
        make_company_calendar(organization, name="標準")
        resource = Resource.objects.create(organization=organization, name="担当", user=users["worker"])
        kind = WorkKind.objects.create(organization=organization, name="会議")
    return {"organization": organization, "resource": resource, "kind": kind, **users}


def both(company: dict[str, Any], *acts: Callable[[], Any]) -> list[Any]:
    """Run acts at once; what each has returned or raised."""
    barrier, found = threading.Barrier(len(acts)), list[Any]()

    def run(act: Callable[[], Any]) -> None:
        try:
            with scope.scope([company["organization"].pk]):
                barrier.wait(10)
                found.append(act())
        except Exception as error:  # what came of it is what the test asks
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def enter(company: dict[str, Any], minutes: int, **more: Any) -> Timesheet:
    typed = [Typed(RowKey(False, company["kind"].pk), MONDAY, minutes, **more)]
    return enter_hours(
        resource=company["resource"], week=WEEK, typed=typed, actor=company["worker"], today=TODAY
    )


class TestAtOnce:
    def test_two_approve_a_week_once(self, company: dict[str, Any]):
        with scope.scope([company["organization"].pk]):
            enter(company, 60)
            sheet = submit_week(resource=company["resource"], week=WEEK, actor=company["worker"])
        acts = [
            lambda who=who: approve_week(sheet=sheet, version=sheet.version, actor=company[who])
            for who in ("first", "second")
        ]
        found = both(company, *acts)
        assert [type(each) for each in found if isinstance(each, Exception)] == [WeekDecidedError]

    def test_two_screens_write_a_new_week_and_one_cell_of_it(self, company: dict[str, Any]):
        found = both(company, lambda: enter(company, 60), lambda: enter(company, 90))
        assert not [each for each in found if isinstance(each, Exception)]
        with scope.scope([company["organization"].pk]):
            assert Timesheet.objects.count() == TimeEntry.objects.count() == 1
            assert TimeEntry.objects.get().minutes in {60, 90}

    def test_hours_and_the_closing_of_their_month_do_not_pass_each_other(self, company: dict[str, Any]):
        def close() -> ClosedMonth:
            return close_month(
                organization=company["organization"], month=MONDAY, actor=company["first"], today=TODAY
            )

        found = both(company, lambda: enter(company, 60), close)
        refused = [each for each in found if isinstance(each, Exception)]
        with scope.scope([company["organization"].pk]):
            written = TimeEntry.objects.count()
            assert ClosedMonth.objects.get().month_on == date(2026, 4, 1)
        # The hours were first, or the month was.
        assert written + len(refused) == 1
        assert all(isinstance(each, MonthClosedError) for each in refused)

    def test_an_entry_waits_for_a_month_that_is_being_closed(self, company: dict[str, Any]):
        found: list[Any] = []

        def write() -> None:
            found.extend(both(company, lambda: enter(company, 60)))

        writer = threading.Thread(target=write)
        with scope.scope([company["organization"].pk]), transaction.atomic():
            ClosedMonth.objects.create(
                organization=company["organization"], month_on=date(2026, 4, 1), closed_by=company["first"]
            )
            writer.start()
            writer.join(1)
            assert writer.is_alive()
        writer.join(30)
        assert [type(each) for each in found] == [MonthClosedError]
