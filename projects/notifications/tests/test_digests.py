"""The morning mail: to whom, in which words, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import formataddr
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from django.utils import timezone

from projects.jobs.registered import send_digests as job
from projects.models import Notification, Organization, OrganizationMember, ProjectMember, User
from projects.notifications import digests
from projects.notifications.digests import MOST_FAILURES, MOST_LISTED, MailServerDownError, send_digests
from projects.notifications.notify import Message, notify, notify_many
from projects.rls import scope


@pytest.fixture
def leader(cast: Any) -> Any:
    """The leader, with an address."""
    cast.leader.email = "leader@example.jp"
    cast.leader.save(update_fields=["email"])
    return cast.leader


@pytest.fixture
def late(project: Any, leader: Any, settings: Any) -> Callable[..., Notification]:
    """Tells the leader that a plan is late."""
    settings.SITE_URL = "https://plan.example.jp"

    def make(key: str = "late:1", **facts: Any) -> Notification:
        known = {"count": 2, "worst": "設計 <b>&", "days": 4, "pushed": 3}
        notify(leader, kind="task.late", project=project, key=key, facts=known | facts, by=None)
        return Notification.objects.get(key=key)

    return make


def html_of(sent: Any) -> str:
    """The page of a mail that has a text and a page."""
    ((html, kind),) = sent.alternatives
    assert kind == "text/html"
    return str(html)


class Refusing(EmailBackend):
    """A mail server that takes nothing for the people whose address begins with "bad"."""

    def send_messages(self, messages: Any) -> int:
        if any("bad" in address for message in messages for address in message.recipients()):
            raise ConnectionRefusedError
        return super().send_messages(messages)


class TestSendDigests:
    def test_writes_what_is_unread_with_links(self, late, project):
        late()
        assert send_digests(now=timezone.now()) == 1
        (sent,) = mail.outbox
        assert sent.recipients() == [formataddr(("藍沢 湊", "leader@example.jp"))]
        assert sent.subject == "ITDO：未読の通知が1件あります"
        assert "藍沢 湊さん" in sent.body
        assert "■ 新システム導入\n" in sent.body
        assert "・遅れているタスクが2件あります。最も遅れているのは「設計 <b>&」（4日）です。\n" in sent.body
        assert "  後に続くタスクが3件あります。\n" in sent.body
        assert f"  https://plan.example.jp/projects/{project.pk}/\n" in sent.body
        assert sent.extra_headers["List-Unsubscribe"] == "<https://plan.example.jp/preferences/#messages>"

    def test_writes_html_that_loads_nothing(self, late):
        late()
        send_digests(now=timezone.now())
        html = html_of(mail.outbox[0])
        assert "「設計 &lt;b&gt;&amp;」" in html
        assert '<a href="https://plan.example.jp/notifications/">' in html
        for loaded in ("src=", "<link", "<style", "url(", "<script"):
            assert loaded not in html

    def test_can_be_sent_as_it_is(self, late, settings):
        settings.DEFAULT_FROM_EMAIL = "ITDO プロジェクト管理 <itdo@example.jp>"
        settings.REPLY_TO_EMAIL = "pmo@example.jp"
        late()
        send_digests(now=timezone.now())
        raw = mail.outbox[0].message().as_bytes()
        assert b"Reply-To: pmo@example.jp" in raw
        assert b"Auto-Submitted: auto-generated" in raw
        assert max(map(len, raw.splitlines())) < 998

    def test_speaks_the_language_of_the_reader(self, late, leader):
        leader.language = "en"
        leader.save(update_fields=["language"])
        late()
        now = timezone.now()
        send_digests(now=now)
        assert '<html lang="en">' in html_of(mail.outbox[0])
        assert f"{timezone.localtime(now):%Y/%m/%d (%a)}" in mail.outbox[0].body

    def test_groups_by_project_and_names_the_rest_after_the_organization(self, late, leader, organization):
        late("late:1")
        late("late:2", worst="開発")
        notify(
            leader, kind="task.late.own", organization=organization, key="own", facts={"count": 1}, by=None
        )
        send_digests(now=timezone.now())
        body = mail.outbox[0].body
        assert body.count("■ ") == 2
        assert (
            body.index("■ 新システム導入") < body.index("開発") < body.index("■ 架空ソリューションズ株式会社")
        )

    def test_lists_so_many_and_counts_the_rest(self, late, leader, organization):
        late()
        notify_many(
            Message(
                leader.pk, "task.late.own", f"own:{number}", organization.pk, facts={"count": 1}, by_id=None
            )
            for number in range(MOST_LISTED + 10)
        )
        send_digests(now=timezone.now())
        body = mail.outbox[0].body
        assert body.count("・") == MOST_LISTED
        assert "ほかに11件あります。" in body
        assert not Notification.objects.filter(emailed_at__isnull=True).exists()

    def test_writes_once_a_day(self, late):
        now = timezone.localtime().replace(hour=7, minute=0)
        late("late:1")
        send_digests(now=now)
        late("late:2")
        assert send_digests(now=now + timedelta(hours=10)) == 0
        Notification.objects.filter(key="late:2").update(created_at=now)
        assert send_digests(now=now + timedelta(days=1)) == 1
        assert "1件" in mail.outbox[1].subject

    @pytest.mark.parametrize(
        "change",
        [{"wants_digest": False}, {"is_active": False}, {"email": ""}],
        ids=["does not want it", "has left", "has no address"],
    )
    def test_writes_to_no_one_who(self, late, leader, change):
        late()
        User.objects.filter(pk=leader.pk).update(**change)
        assert send_digests(now=timezone.now()) == 0
        assert not mail.outbox

    def test_says_nothing_of_what_was_read_is_old_or_no_longer_seen(self, late, leader):
        Notification.objects.filter(pk=late("read").pk).update(read_at=timezone.now())
        Notification.objects.filter(pk=late("old").pk).update(created_at=timezone.now() - timedelta(days=8))
        assert send_digests(now=timezone.now()) == 0
        late("hidden")
        ProjectMember.objects.filter(user=leader).delete()
        assert send_digests(now=timezone.now()) == 0

    def test_goes_on_after_one_failure_and_tries_that_one_again(self, late, cast, project, settings):
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        late()
        cast.planner.email = "bad@example.jp"
        cast.planner.save(update_fields=["email"])
        notify(cast.planner, kind="task.late", project=project, key="late:1", facts={"count": 1}, by=None)
        assert send_digests(now=timezone.now()) == 1
        assert [message.to[0][-18:] for message in mail.outbox] == ["leader@example.jp>"]
        cast.planner.email = "good@example.jp"
        cast.planner.save(update_fields=["email"])
        assert send_digests(now=timezone.now()) == 1

    def test_survives_an_address_that_tries_to_write_headers(self, late, leader):
        User.objects.filter(pk=leader.pk).update(email="a@example.jp\nBcc: b@example.jp")
        late()
        assert send_digests(now=timezone.now()) == 0
        assert not mail.outbox

    def test_gives_up_when_the_server_takes_nothing(self, late, cast, project, settings):
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        people = (cast.admin, cast.leader, cast.planner, cast.viewer)
        for user in people:
            User.objects.filter(pk=user.pk).update(email="bad@example.jp")
            notify(user, kind="task.late", project=project, key="late:9", facts={"count": 1}, by=None)
        with pytest.raises(MailServerDownError):
            send_digests(now=timezone.now())
        assert len(people) > MOST_FAILURES
        assert not Notification.objects.filter(emailed_at__isnull=False).exists()

    def test_loses_a_mail_rather_than_send_it_twice_when_it_is_killed(self, late, monkeypatch):
        told = late()

        class Killed(BaseException):
            pass

        def die(*_args: Any) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(digests, "_message", die)
            with pytest.raises(Killed):
                send_digests(now=timezone.now())
        assert send_digests(now=timezone.now()) == 0
        told.refresh_from_db()
        assert told.read_at is None, "it waits in the app"


class TestJob:
    def test_does_nothing_where_no_mail_server_is_named(self, late, settings):
        late()
        settings.SENDS_MAIL = False
        job()
        assert not mail.outbox
        settings.SENDS_MAIL = True
        job()
        assert len(mail.outbox) == 1

    @pytest.mark.django_db(transaction=True)
    def test_sends_each_mail_once_when_it_runs_four_times_at_once(self, transactional_db: None) -> None:
        organization = Organization.objects.create(code="mail", name="通知テスト")
        people = [
            User.objects.create_user(f"mail{number}", email=f"{number}@example.jp") for number in range(8)
        ]
        for user in people:
            OrganizationMember.objects.create(organization=organization, user=user)
        with scope.scope([organization.pk]):
            notify_many(
                Message(user.pk, "task.late.own", "own", organization.pk, facts={"count": 1}, by_id=None)
                for user in people
            )

        def run(_number: int) -> None:
            try:
                job()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
        assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 8
