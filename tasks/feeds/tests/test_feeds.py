"""The calendar that a person's other programs read."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.feeds.services import make_feed, revoke_feed
from projects.models import CalendarFeed, Project, ProjectMember
from tasks.feeds.selectors import MOST
from tasks.interchange.tests.test_icalendar import read
from tasks.models import Task


@pytest.fixture(autouse=True)
def _early_in_the_plan():
    with time_machine.travel("2026-04-06 12:00:00+09:00", tick=False):
        yield


@pytest.fixture
def url(cast: Any) -> str:
    """The contributor's secret address."""
    return reverse("tasks:calendar_feed", args=[make_feed(user=cast.contributor)])


def values(body: bytes, name: str) -> list[str]:
    return [value for key, value in read(body) if key == name]


def summaries(client: Client, url: str) -> list[str]:
    response = client.get(url)
    assert response.status_code == 200
    return [value for key, value in read(response.content) if key == "SUMMARY"]


class TestCalendarFeed:
    def test_holds_my_open_tasks_and_the_milestones_of_my_projects(
        self, client, url, chain, work_on, settings
    ):
        settings.SITE_URL = "https://plan.example.jp"
        work_on(chain["設計"])
        response = client.get(url)
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert values(response.content, "SUMMARY") == ["設計", "◆ 完了"]
        task = chain["設計"]
        assert values(response.content, "UID")[0] == f"task-{task.pk}@plan.example.jp"
        assert values(response.content, "URL")[0] == f"https://plan.example.jp/tasks/{task.pk}/"
        assert values(response.content, "DTSTART;VALUE=DATE")[0] == "20260406"
        assert values(response.content, "DTEND;VALUE=DATE")[0] == "20260411"
        assert values(response.content, "DESCRIPTION")[0] == "新システム導入\\nWBS 1　進捗 0%"
        assert values(response.content, "CATEGORIES") == ["タスク", "マイルストーン"]

    def test_needs_no_session_and_sees_the_owners_rows_alone(self, stranger_client, url, chain, work_on):
        work_on(chain["設計"])
        assert summaries(stranger_client, url) == ["設計", "◆ 完了"]

    def test_opens_the_scope_of_its_owner(self, client, url, chain, work_on):
        """As the app role, without the scope that tests give themselves."""
        work_on(chain["設計"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.organizations', '{}', true)")
        assert summaries(client, url) == ["設計", "◆ 完了"]

    @pytest.mark.parametrize("secret", ["x", "x" * 43, "%2e%2e", "秘密"])
    def test_is_not_there_for_others(self, client, db, secret):
        assert client.get(f"/calendar/{secret}.ics").status_code == 404

    def test_is_gone_when_it_was_revoked(self, client, url, cast):
        revoke_feed(user=cast.contributor)
        assert client.get(url).status_code == 404

    def test_is_gone_with_its_owner(self, client, url, cast):
        cast.contributor.is_active = False
        cast.contributor.save(update_fields=["is_active"])
        assert client.get(url).status_code == 404

    def test_is_empty_for_who_left_the_project(self, client, url, chain, work_on, cast):
        work_on(chain["設計"])
        ProjectMember.objects.filter(user=cast.contributor).delete()
        assert summaries(client, url) == []

    def test_leaves_out_what_is_done_old_or_still(self, client, url, chain, work_on, project):
        work_on(chain["設計"])
        work_on(chain["開発"])
        Task.objects.filter(pk=chain["設計"].pk).update(progress_percentage=100)
        assert summaries(client, url) == ["開発", "◆ 完了"]
        with time_machine.travel("2028-01-01 12:00:00+09:00", tick=False):
            assert summaries(client, url) == []
        Project.objects.filter(pk=project.pk).update(status="suspended")
        assert summaries(client, url) == []

    def test_speaks_the_language_of_its_owner(self, client, url, chain, cast):
        cast.contributor.language = "en"
        cast.contributor.save(update_fields=["language"])
        response = client.get(url, headers={"Accept-Language": "ja"})
        assert values(response.content, "X-WR-CALNAME") == [f"ITDO {cast.contributor.display_name}"]

    def test_answers_304_while_nothing_has_changed(self, client, url, chain, work_on):
        work_on(chain["設計"])
        etag = client.get(url)["ETag"]
        again = client.get(url, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        Task.objects.filter(pk=chain["設計"].pk).update(name="設計２")
        assert client.get(url, headers={"If-None-Match": etag}).status_code == 200

    def test_remembers_that_it_is_read(self, client, url, chain):
        client.get(url)
        assert CalendarFeed.objects.get().last_read_at is not None

    def test_rejects_post(self, client, url):
        assert client.post(url).status_code == 405

    def test_costs_the_same_for_2000_tasks_and_holds_no_more(self, client, url, chain, project):
        client.get(url)
        with CaptureQueriesContext(connection) as few:
            client.get(url)
        Task.objects.bulk_create(
            Task(
                organization=project.organization, project=project, name=f"節目{number}", row_number=number,
                is_milestone=True, start_minute=project.start_minute, finish_minute=project.start_minute,
            )
            for number in range(10, MOST + 100)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as many:
            assert len(summaries(client, url)) == MOST
        assert len(many) == len(few)
