"""The test database (see tests/databases.py), the fixed cast, and small plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone, translation

from config.celery import app
from projects.worktime.moments import minute_of
from tests import databases

# No test fails on a clock, so not an example of hypothesis either.
hypothesis.settings.register_profile("ours", deadline=None)
hypothesis.settings.load_profile("ours")
# Jobs that a test starts run at once.
app.conf.task_always_eager = True

#: Monday; the plans of the tests start on it at 9:00.
MONDAY = date(2026, 4, 6)

#: What opens the database to code outside tests.
BLOCKER: pytest.StashKey[Any] = pytest.StashKey()
_numbers = count(1)
_clones = count(1)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A clone of the migrated template for this worker, dropped at the end."""
    request.config.stash[BLOCKER] = django_db_blocker
    with django_db_blocker.unblock():
        clone = databases.make_clone()
        databases.point_to(clone)
    yield
    with django_db_blocker.unblock():
        databases.drop(connections["default"].settings_dict["NAME"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test that commits ends with its tables emptied, also of what migrations put there: the next has a new clone."""
    yield
    if BLOCKER in item.config.stash and _commits(item):
        with item.config.stash[BLOCKER].unblock():
            databases.drop_if_left()
            clone = next(_clones)
            databases.point_to(databases.make_clone(f"unit{clone}"))
            # A number a clone, not a test: two thousand of them still fit 32 bits.
            databases.count_on_from(clone * 1_000_000)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and bool(marker.kwargs.get("transaction", False))
    return is_marked or "transactional_db" in getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True)
def _settings_of_tests(
    settings: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No Redis between tests: what one remembers, another must not see; files go where they are forgotten."""
    settings.MEDIA_ROOT = str(tmp_path_factory.getbasetemp() / "media")
    settings.AUDIT_HEADS_FOLDER = str(tmp_path_factory.getbasetemp() / f"audit-heads-{next(_numbers)}")
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    # A client of a test would read all static files before its first request, which takes longer than most requests.
    settings.WHITENOISE_AUTOREFRESH = True
    # Nor limits, which live there; the tests of limits set their own.
    settings.LIMITS = {}
    # One connection: another role's would not see what a test has not committed (projects/rls/tests/test_operating.py).
    monkeypatch.setattr("projects.rls.operating.is_used", lambda: False)
    # A real hash takes a third of a second, on purpose; a deployment has Django's own.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _language_and_zone() -> None:
    """Each test begins as a process does: a request of a test before it may have left a reader's language and zone."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _see_everything(request: pytest.FixtureRequest) -> Iterator[None]:
    """Direct queries of a test see all organizations; requests through a client set their own scope."""
    if "db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    from projects.rls.scope import SETTING

    with connections["default"].cursor() as cursor:
        # Those that this test makes, and the few that are there; their numbers rise with every test.
        cursor.execute("SELECT pg_sequence_last_value('organizations_id_seq'::regclass)")
        last = cursor.fetchone()[0] or 1
        seen = [*range(1, 100), *range(max(last - 100, 100), last + 500)]
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, "{" + ",".join(map(str, seen)) + "}"])
    yield


@pytest.fixture
def transactional_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The owner's connection in a transaction that is rolled back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic(using="owner"):
        yield connections["owner"]
        transaction.set_rollback(True, using="owner")


# -- the cast ------------------------------------------------------------------------------------------------


@pytest.fixture
def organization(db: None) -> Any:
    """A company with its calendar, whose days of work are 9–12 and 13–18."""
    from projects.calendars.services import make_company_calendar
    from projects.models import JobTitle, Organization

    organization = Organization.objects.create(code="kaku", name="架空ソリューションズ株式会社")
    make_company_calendar(organization, name="会社カレンダー")
    JobTitle.objects.create(organization=organization, name="開発者")
    return organization


@pytest.fixture
def calendar(organization: Any) -> Any:
    """The company calendar."""
    from projects.models import Calendar

    return Calendar.objects.get(organization=organization, is_default=True)


@pytest.fixture
def person(organization: Any) -> Callable[..., Any]:
    """Makes members of the organization: `person("haru", "藍沢 湊", role="pmo")`."""
    from projects.models import OrganizationMember, User

    def make(username: str, name: str = "", *, role: str = "member", of: Any = None, **fields: Any) -> Any:
        user = User.objects.create_user(username, name or username)
        OrganizationMember.objects.create(user=user, organization=of or organization, role=role, **fields)
        return user

    return make


@pytest.fixture
def project(organization: Any, calendar: Any) -> Any:
    """A project of a year that starts on MONDAY at 9:00."""
    from projects.models import Project

    return Project.objects.create(
        organization=organization,
        code="PRJ-001",
        name="新システム導入",
        start_date=MONDAY,
        end_date=date(2027, 3, 31),
        start_minute=minute_of(MONDAY, 540),
        calendar=calendar,
        status="active",
    )


@pytest.fixture
def cast(project: Any, person: Callable[..., Any]) -> SimpleNamespace:
    """Admin, leader, planner, contributor, viewer, and a stranger of another organization."""
    from projects.models import Organization, ProjectMember

    def member(username: str, name: str, role: str) -> Any:
        user = person(username, name)
        ProjectMember.objects.create(organization=project.organization, project=project, user=user, role=role)
        return user

    other = Organization.objects.create(code="yoso", name="余所商事株式会社")
    return SimpleNamespace(
        admin=person("admin", "管理 太郎", role="admin", may_see_money=True),
        leader=member("leader", "藍沢 湊", "leader"),
        planner=member("planner", "常磐 朝陽", "planner"),
        contributor=member("contributor", "茜部 陽斗", "contributor"),
        viewer=member("viewer", "木賊 ゆい", "viewer"),
        outsider=person("outsider", "同社 別人"),
        stranger=person("stranger", "余所 次郎", role="admin", of=other),
    )


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="projects.auth.AccountBackend")
    return client


@pytest.fixture
def admin_client(cast: SimpleNamespace) -> Client:
    """Signed in as the organization's admin."""
    return _client(cast.admin)


@pytest.fixture
def leader_client(cast: SimpleNamespace) -> Client:
    """Signed in as the project's leader."""
    return _client(cast.leader)


@pytest.fixture
def planner_client(cast: SimpleNamespace) -> Client:
    """Signed in as a planner."""
    return _client(cast.planner)


@pytest.fixture
def contributor_client(cast: SimpleNamespace) -> Client:
    """Signed in as a contributor."""
    return _client(cast.contributor)


@pytest.fixture
def viewer_client(cast: SimpleNamespace) -> Client:
    """Signed in as a viewer."""
    return _client(cast.viewer)


@pytest.fixture
def stranger_client(cast: SimpleNamespace) -> Client:
    """Signed in as the admin of another organization."""
    return _client(cast.stranger)


@pytest.fixture
def operator(db: None) -> Any:
    """A user who may do everything in Django admin."""
    from projects.models import User

    return User.objects.create_superuser("operator", "secret-of-the-test", display_name="運用 担当")


@pytest.fixture
def operator_client(operator: Any) -> Client:
    """Signed in as an operator."""
    return _client(operator)


# -- plans ---------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(project: Any) -> Callable[..., dict[str, Any]]:
    """Makes tasks by name from (name, level, days[, predecessors]): `plan(("設計", 1, 5), ("開発", 1, 10, "1"))`.

    Predecessors are typed as on the WBS page, by row number. Everything is scheduled once.
    """
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.actions.links import set_links
    from tasks.plan.actions.tree import renumber
    from tasks.plan.outline import OutlineRow
    from tasks.plan.unit import changing_plan
    from tasks.sheet.reading import links_typed

    def make(*rows: tuple[Any, ...]) -> dict[str, Any]:
        tasks = Task.objects.bulk_create(
            Task(
                organization=project.organization, project=project, name=name, outline_level=level,
                row_number=number, duration_minutes=days * 480, is_milestone=days == 0,
            )
            for number, (name, level, days, *_rest) in enumerate(rows, 1)
        )  # fmt: skip
        with changing_plan(project, actor=System("test")) as unit:
            renumber(project, [OutlineRow(task.pk, task.outline_level) for task in tasks])
            unit.record("plan.made", after={"count": len(tasks)})
            unit.moves_dates = True
            for task, row in zip(tasks, rows, strict=True):
                if len(row) > 3:
                    set_links(unit, task, links_typed(project, row[3]))
        fresh = Task.objects.in_bulk([task.pk for task in tasks])
        project.refresh_from_db()
        return {task.name: fresh[task.pk] for task in tasks}

    return make


@pytest.fixture
def chain(plan: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Three tasks, each after the one before: 設計 (5 days), 開発 (10), 試験 (3), and a milestone."""
    return plan(("設計", 1, 5), ("開発", 1, 10, "1"), ("試験", 1, 3, "2"), ("完了", 1, 0, "3"))
