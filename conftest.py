"""The test database (see tests/databases.py) and the fixed cast; small plans are in tests/planning.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest import mock

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone, translation

from config.celery import app
from projects.worktime.moments import minute_of
from tests import databases
from tests.signing_in import browser_of

pytest_plugins = ["tests.planning"]

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
    # Django would empty all tables, once for each role, of a database that is dropped at the next moment.
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", return_value=None):
        yield
    with django_db_blocker.unblock():
        databases.drop(connections["default"].settings_dict["NAME"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test that commits leaves its rows behind: the next has a new clone, and this one is dropped as it is."""
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


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No Redis between tests: what one remembers, another must not see; files go where they are forgotten.

    Once for all of a process: to set six of them for each test, and set them back, was a fifth of what a test that does
    nothing takes.
    """
    with override_settings(
        MEDIA_ROOT=str(tmp_path_factory.getbasetemp() / "media"),
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        # A client of a test would read all static files before its first request, which takes longer than most requests.
        WHITENOISE_AUTOREFRESH=True,
        # Nor limits, which live there; the tests of limits set their own.
        LIMITS={},
        # A real hash takes a third of a second, on purpose; a deployment has Django's own.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What each test has for itself, also after it has taken back what it patched.

    No one listens for a change of this folder, so that it is set without a word.
    """
    folder = tmp_path_factory.getbasetemp() / f"audit-heads-{next(_numbers)}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "AUDIT_HEADS_FOLDER", str(folder))
        # One connection: another role's would not see what a test has not committed (projects/rls/tests/test_operating.py).
        patch.setattr("projects.rls.operating.is_used", lambda: False)
        yield


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
        cursor.execute(
            "SELECT set_config(%s, (ARRAY(SELECT generate_series(1, 99)) || ARRAY(SELECT generate_series("
            " greatest(last - 100, 100), last + 499)))::text, true)"
            " FROM (SELECT coalesce(pg_sequence_last_value('organizations_id_seq'::regclass), 1) AS last) AS counted",
            [SETTING],
        )
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


#: Who they are: name, role in the organization, place in the project.
CAST = {
    "admin": ("管理 太郎", "admin", ""),
    "leader": ("藍沢 湊", "member", "leader"),
    "planner": ("常磐 朝陽", "member", "planner"),
    "contributor": ("茜部 陽斗", "member", "contributor"),
    "viewer": ("木賊 ゆい", "member", "viewer"),
    "outsider": ("同社 別人", "member", ""),
    "stranger": ("余所 次郎", "admin", ""),
}


@pytest.fixture
def cast(project: Any) -> SimpleNamespace:
    """Admin, leader, planner, contributor, viewer, and a stranger of another organization."""
    from projects.models import Organization, OrganizationMember, ProjectMember, User

    own, other = project.organization, Organization.objects.create(code="yoso", name="余所商事株式会社")
    users = User.objects.bulk_create(
        User(username=username, display_name=name, password=make_password(None))
        for username, (name, *_rest) in CAST.items()
    )
    people = dict(zip(CAST, users, strict=True))
    OrganizationMember.objects.bulk_create(
        OrganizationMember(
            user=people[username], organization=other if username == "stranger" else own, role=role,
            may_see_money=username == "admin",
        )
        for username, (_name, role, _place) in CAST.items()
    )  # fmt: skip
    ProjectMember.objects.bulk_create(
        ProjectMember(organization=own, project=project, user=people[username], role=place)
        for username, (_name, _role, place) in CAST.items()
        if place
    )
    return SimpleNamespace(**people)


@pytest.fixture
def admin_client(cast: SimpleNamespace) -> Client:
    """Signed in as the organization's admin."""
    return browser_of(cast.admin)


@pytest.fixture
def leader_client(cast: SimpleNamespace) -> Client:
    """Signed in as the project's leader."""
    return browser_of(cast.leader)


@pytest.fixture
def planner_client(cast: SimpleNamespace) -> Client:
    """Signed in as a planner."""
    return browser_of(cast.planner)


@pytest.fixture
def contributor_client(cast: SimpleNamespace) -> Client:
    """Signed in as a contributor."""
    return browser_of(cast.contributor)


@pytest.fixture
def viewer_client(cast: SimpleNamespace) -> Client:
    """Signed in as a viewer."""
    return browser_of(cast.viewer)


@pytest.fixture
def stranger_client(cast: SimpleNamespace) -> Client:
    """Signed in as the admin of another organization."""
    return browser_of(cast.stranger)


@pytest.fixture
def operator(db: None) -> Any:
    """A user who may do everything in Django admin."""
    from projects.models import User

    return User.objects.create_superuser("operator", "secret-of-the-test", display_name="運用 担当")


@pytest.fixture
def operator_client(operator: Any) -> Client:
    """Signed in as an operator."""
    return browser_of(operator)
