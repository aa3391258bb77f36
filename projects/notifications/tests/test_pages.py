"""The bell, the list of what one was told, and marking it as read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Notification, ProjectMember
from projects.notifications.notify import Message, notify, notify_many
from projects.notifications.services import discard_old_notifications
from tests.pages import compact

LIST = "/notifications/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def tell(project: Any, cast: Any) -> Callable[..., Notification]:
    """Tells the leader that a report is there."""

    def make(number: int = 1, user: Any = None, **more: Any) -> Notification:
        told_user = user or cast.leader
        notify(
            told_user, kind="report.done", project=project, key=f"report.done:{number}",
            facts={"title": f"進捗 {number}"}, by=None, **more,
        )  # fmt: skip
        return Notification.objects.get(user=told_user, key=f"report.done:{number}")

    return make


def tell_many(user: Any, organization: Any, count: int) -> None:
    notify_many(
        Message(
            user.pk,
            "report.done",
            f"report.done:{number}",
            organization.pk,
            facts={"title": "進捗"},
            by_id=None,
        )
        for number in range(1000, 1000 + count)
    )


def queries_of(client: Any, url: str, **headers: str) -> int:
    client.get(url, headers=headers)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, headers=headers).status_code == 200
    return len(captured)


class TestNotificationList:
    def test_shows_ones_own_by_day_and_says_what_is_unread(self, leader_client, tell, cast):
        tell(1)
        tell(2, user=cast.planner)
        html = compact(leader_client.get(LIST))
        assert "レポート「進捗 1」ができました。" in html
        assert "進捗 2" not in html
        assert html.count('class="notification__new"') == 1

    def test_asks_for_a_sign_in(self, client, db):
        assert client.get(LIST)["Location"].startswith("/sign-in/")

    def test_filters_what_is_unread(self, leader_client, tell):
        tell(1)
        Notification.objects.update(read_at=timezone.now())
        tell(2)
        html = compact(leader_client.get(LIST + "?show=unread"))
        assert "進捗 2" in html
        assert "進捗 1" not in html

    def test_says_what_will_be_here(self, leader_client):
        assert "通知はまだありません" in compact(leader_client.get(LIST))
        assert "未読の通知はありません" in compact(leader_client.get(LIST + "?show=unread"))

    def test_forgets_a_project_that_one_no_longer_sees(self, leader_client, tell, project, cast):
        tell(1)
        ProjectMember.objects.filter(project=project, user=cast.leader).delete()
        assert "進捗 1" not in compact(leader_client.get(LIST))

    def test_forgets_a_deleted_project(self, leader_client, tell, project):
        tell(1)
        project.delete_softly(at=timezone.now())
        assert "進捗 1" not in compact(leader_client.get(LIST))

    def test_escapes_what_people_typed(self, leader_client, project, cast):
        facts = {"title": "<script>alert(1)</script>"}
        notify(cast.leader, kind="report.done", project=project, key="x", facts=facts, by=None)
        html = compact(leader_client.get(LIST))
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html

    def test_is_bounded_and_costs_the_same_for_300(self, leader_client, tell, cast, organization):
        tell(1)
        few = queries_of(leader_client, LIST)
        tell_many(cast.leader, organization, 300)
        assert queries_of(leader_client, LIST) == few
        html = compact(leader_client.get(LIST))
        assert html.count("<li class=") == 50
        assert "301件中 1–50件" in html


class TestNotificationBell:
    url = "/notifications/bell"

    def test_counts_what_is_unread(self, leader_client, tell):
        tell(1)
        tell(2)
        html = compact(leader_client.get(self.url, headers=HTMX))
        assert "通知（未読 2件）" in html
        assert "hx-trigger" not in html, "a bell that asks again and again"

    def test_counts_no_further_than_a_person_reads(self, leader_client, cast, organization):
        tell_many(cast.leader, organization, 150)
        assert "99+" in compact(leader_client.get(self.url, headers=HTMX))

    def test_is_a_hole_on_every_page(self, leader_client, tell):
        tell(1)
        html = compact(leader_client.get("/projects/"))
        assert 'hx-get="/notifications/bell" hx-trigger="load"' in html

    def test_leads_to_the_list_without_scripts(self, leader_client):
        assert leader_client.get(self.url)["Location"] == LIST

    def test_asks_the_database_for_one_figure(self, leader_client, tell, cast, organization):
        tell(1)
        few = queries_of(leader_client, self.url, **HTMX)
        tell_many(cast.leader, organization, 300)
        assert queries_of(leader_client, self.url, **HTMX) == few


class TestNotificationOpen:
    def url(self, notification: Notification) -> str:
        return f"/notifications/{notification.pk}/open"

    def test_goes_there_and_marks_it_as_read(self, leader_client, project, cast):
        notify(
            cast.leader,
            kind="task.assigned",
            project=project,
            target_id=7,
            key="a",
            facts={"task": "設計"},
            by=None,
        )
        told = Notification.objects.get()
        assert leader_client.post(self.url(told))["Location"] == "/tasks/7/"
        told.refresh_from_db()
        assert told.read_at is not None

    def test_stays_read_since_the_first_time(self, leader_client, tell):
        told = tell()
        leader_client.post(self.url(told))
        told.refresh_from_db()
        first = told.read_at
        leader_client.post(self.url(told))
        told.refresh_from_db()
        assert told.read_at == first

    def test_is_hidden_from_strangers_and_from_colleagues(self, stranger_client, admin_client, tell):
        told = tell()
        assert stranger_client.post(self.url(told)).status_code == 404
        assert admin_client.post(self.url(told)).status_code == 404

    def test_rejects_get(self, leader_client, tell):
        assert leader_client.get(self.url(tell())).status_code == 405


class TestNotificationRead:
    def url(self, notification: Notification) -> str:
        return f"/notifications/{notification.pk}/read"

    def test_marks_one_and_answers_with_list_and_bell(self, leader_client, tell):
        told, _other = tell(1), tell(2)
        headers = HTMX | {"HX-Target": "notification-list"}
        html = compact(leader_client.post(self.url(told) + "?show=unread", headers=headers))
        assert "進捗 1" not in html
        assert 'id="bell"' in html
        assert 'hx-swap-oob="true"' in html
        assert "通知（未読 1件）" in html

    def test_goes_back_to_the_same_view_without_scripts(self, leader_client, tell):
        answer = leader_client.post(self.url(tell()) + "?show=unread")
        assert answer["Location"] == "/notifications/?show=unread"

    def test_is_hidden_from_strangers(self, stranger_client, tell):
        assert stranger_client.post(self.url(tell())).status_code == 404

    def test_rejects_get(self, leader_client, tell):
        assert leader_client.get(self.url(tell())).status_code == 405


class TestNotificationsRead:
    url = "/notifications/read"

    def test_marks_what_was_shown_and_leaves_what_came_meanwhile(self, leader_client, tell):
        shown, later = tell(1), tell(2)
        leader_client.post(self.url, {"until": shown.pk})
        assert list(Notification.objects.unread()) == [later]

    def test_leaves_others_alone(self, leader_client, tell, cast):
        other = tell(1, user=cast.planner)
        leader_client.post(self.url, {"until": other.pk})
        assert list(Notification.objects.unread()) == [other]

    @pytest.mark.parametrize("until", ["", "x", "-1", "9" * 40])
    def test_survives_nonsense(self, leader_client, tell, until):
        tell()
        assert leader_client.post(self.url, {"until": until}).status_code == 302

    def test_rejects_get(self, leader_client):
        assert leader_client.get(self.url).status_code == 405


class TestDiscardOldNotifications:
    def test_keeps_a_season(self, tell):
        young, old = tell(1), tell(2)
        Notification.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
        assert discard_old_notifications(now=timezone.now()) == 1
        assert list(Notification.objects.all()) == [young]
        assert discard_old_notifications(now=timezone.now()) == 0
