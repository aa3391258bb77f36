"""What holds for every request."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as pages
from projects import etags
from projects.errors import RuleBrokenError
from projects.models import JobTitle, Project
from tests.pages import compact


def write_and_fail(request: HttpRequest) -> HttpResponse:
    JobTitle.objects.create(organization=Project.objects.get().organization, name="半分だけ")
    raise RuleBrokenError("途中で止めました。")


def count_projects(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Project.objects.count()))


urlpatterns = [path("fail", write_and_fail), path("count", count_projects), *pages]


@pytest.mark.urls(__name__)
class TestTenancy:
    def test_shows_a_request_its_own_organizations(
        self, project: Any, leader_client: Client, stranger_client: Client
    ) -> None:
        assert leader_client.get("/count").content == b"1"
        assert stranger_client.get("/count").content == b"0"

    def test_keeps_nothing_of_a_request_that_failed(self, leader_client: Client) -> None:
        answer = leader_client.get("/fail")
        assert answer.status_code == 422
        assert "途中で止めました。" in compact(answer)
        assert not JobTitle.objects.filter(name="半分だけ").exists()


@pytest.mark.urls(__name__)
class TestRefusals:
    def test_are_a_message_for_htmx(self, leader_client: Client) -> None:
        answer = leader_client.get("/fail", headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert b"<html" not in answer.content


class TestHeaders:
    def test_allow_no_inline_script_or_style(self, client: Client, db: None) -> None:
        policy = client.get("/sign-in/")["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy

    def test_keep_pages_private_and_unframed(self, client: Client, db: None) -> None:
        answer = client.get("/sign-in/")
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in answer["Permissions-Policy"]

    def test_carry_a_request_id(self, client: Client, db: None) -> None:
        assert (
            client.get("/health/live", headers={"X-Request-ID": "abc-123-def"})["X-Request-ID"]
            == "abc-123-def"
        )
        assert client.get("/health/live", headers={"X-Request-ID": "a b\nc"})["X-Request-ID"] != "a b\nc"


class TestHealth:
    def test_says_ok_without_sign_in(self, client: Client, db: None) -> None:
        assert client.get("/health").status_code == 200
        assert client.get("/health/ready").json() == {
            "status": "ok",
            "database": "ok",
            "cache": "ok",
            "commits": "ok",
        }

    def test_lives_without_a_database(self, client: Client) -> None:
        """No `db` fixture: a query would be refused."""
        assert client.get("/health/live").json() == {"status": "ok"}


class TestPageParts:
    def test_differ_by_person_and_revision(self, rf: Any, project: Any, cast: Any) -> None:
        def parts(user: Any) -> tuple[object, ...]:
            request = rf.get("/projects/1/")
            request.user = user
            return etags.page_parts(request, project)

        first = parts(cast.leader)
        assert first == parts(cast.leader)
        assert first != parts(cast.planner)
        project.revision += 1
        assert first != parts(cast.leader)
