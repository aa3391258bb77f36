"""Several requests in the same moment, in transactions of their own."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from projects.models import Identity, Organization, OrganizationMember, ProviderSession, User
from projects.oidc import sessions
from projects.oidc.tests.conftest import FakeProvider, who

T = TypeVar("T")
TIMES = 4


def at_once(work: Callable[[int], T]) -> list[T]:
    """The same work in as many threads, each with connections of its own."""

    def run(number: int) -> T:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(run, range(TIMES)))


@pytest.fixture
def subject(transactional_db: None, keycloak: FakeProvider) -> str:
    """A user of a company that no one else has: what is committed stays, since the record cannot be deleted."""
    name = f"once-{secrets.token_hex(4)}"
    Organization.objects.create(code=name, name="同時テスト")
    keycloak.people[name] = {"preferred_username": name, "groups": [f"/{name}/member"]}
    return name


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_first_sign_ins_make_one_person(self, subject: str, keycloak: FakeProvider):
        browsers = [Client() for _ in range(TIMES)]
        back = [keycloak.code(browser.get("/sign-in/")["Location"], subject) for browser in browsers]
        answers = at_once(lambda number: browsers[number].get("/sign-in/return/", back[number]))
        assert [answer.status_code for answer in answers] == [302] * TIMES
        assert len({who(browser) for browser in browsers}) == 1
        assert User.objects.filter(username__startswith=subject).count() == 1
        assert Identity.objects.filter(subject=subject).count() == 1
        assert OrganizationMember.objects.filter(organization__code=subject).count() == 1

    def test_a_refresh_token_is_used_once(self, subject: str, keycloak: FakeProvider):
        """The provider ends a session whose refresh token comes twice."""
        client = Client()
        client.get("/sign-in/return/", keycloak.code(client.get("/sign-in/")["Location"], subject))
        assert client.get("/preferences/").status_code == 200
        keycloak.asked.clear()
        session = client.session
        session[sessions.KEY] = {"due": int(time.time()) - 1, "strong": False}
        session.save()
        ProviderSession.objects.update(refresh_due_at=timezone.now() - timedelta(seconds=1))
        key = str(session.session_key)

        def ask(_number: int) -> Any:
            browser = Client()
            browser.cookies["sessionid"] = key
            return browser.get("/preferences/").status_code

        assert at_once(ask) == [200] * TIMES
        assert keycloak.asked.count("token") == 1
        assert client.get("/preferences/").status_code == 200
