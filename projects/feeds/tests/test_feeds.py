"""The secret address of a calendar, and the preferences that it is made in."""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from config.web.logs import SecretAddressFilter
from projects.feeds.services import find_feed, make_feed, note_reading, revoke_feed
from projects.models import CalendarFeed
from tests.pages import compact

PREFERENCES = "/preferences/"
MAKE, REVOKE = "/preferences/calendar/make", "/preferences/calendar/revoke"


def address_in(html: str) -> str:
    found = re.search(r'id="feed-address" value="[^"]*/calendar/([^"]+)\.ics"', html)
    assert found
    return found[1]


class TestMakeFeed:
    def test_keeps_the_hash_alone(self, cast):
        secret = make_feed(user=cast.leader)
        feed = CalendarFeed.objects.get(user=cast.leader)
        assert feed.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
        assert len(secret) >= 43, "256 bits"
        assert find_feed(secret) == feed

    def test_closes_the_one_before(self, cast):
        first, second = make_feed(user=cast.leader), make_feed(user=cast.leader)
        assert find_feed(first) is None
        assert find_feed(second) is not None
        assert CalendarFeed.objects.filter(user=cast.leader, revoked_at__isnull=True).count() == 1

    def test_leaves_others_alone(self, cast):
        other = make_feed(user=cast.planner)
        make_feed(user=cast.leader)
        revoke_feed(user=cast.leader)
        assert find_feed(other) is not None


class TestFindFeed:
    @pytest.mark.parametrize("secret", ["", "x", "秘密", "%00", "a" * 5000])
    def test_knows_no_nonsense(self, db, secret):
        assert find_feed(secret) is None

    def test_forgets_who_may_not_sign_in(self, cast):
        secret = make_feed(user=cast.leader)
        cast.leader.is_active = False
        cast.leader.save(update_fields=["is_active"])
        assert find_feed(secret) is None


class TestNoteReading:
    def test_writes_once_a_minute(self, cast):
        make_feed(user=cast.leader)
        feed = CalendarFeed.objects.get()
        now = timezone.now()
        for seconds, written in ((0, 0), (59, 0), (60, 60)):
            note_reading(feed, now=now + timedelta(seconds=seconds))
            feed.refresh_from_db()
            assert feed.last_read_at == now + timedelta(seconds=written)


class TestFeedMake:
    def test_shows_the_address_once(self, leader_client, cast):
        answer = leader_client.post(MAKE)
        secret = address_in(compact(answer))
        assert find_feed(secret).user == cast.leader
        assert "no-store" in answer["Cache-Control"]
        again = compact(leader_client.get(PREFERENCES))
        assert secret not in again
        assert "まだ読み込まれていません" in again

    def test_asks_for_a_sign_in(self, client, db):
        assert client.post(MAKE)["Location"].startswith("/sign-in/")

    def test_rejects_get(self, leader_client):
        assert leader_client.get(MAKE).status_code == 405


class TestFeedRevoke:
    def test_closes_the_address(self, leader_client):
        secret = address_in(compact(leader_client.post(MAKE)))
        assert leader_client.post(REVOKE)["Location"] == PREFERENCES + "#calendar"
        assert find_feed(secret) is None
        assert "購読を取り消す" not in compact(leader_client.get(PREFERENCES))

    def test_rejects_get(self, leader_client):
        assert leader_client.get(REVOKE).status_code == 405


class TestPreferences:
    typed = {"language": "ja", "theme": "system", "density": "dense"}

    def test_let_one_choose_the_morning_mail(self, leader_client, cast):
        leader_client.post(PREFERENCES, self.typed)
        cast.leader.refresh_from_db()
        assert not cast.leader.wants_digest
        leader_client.post(PREFERENCES, self.typed | {"wants_digest": "on"})
        cast.leader.refresh_from_db()
        assert cast.leader.wants_digest

    def test_say_when_there_is_no_address_to_write_to(self, leader_client, cast):
        assert "メールアドレスが登録されていない" in compact(leader_client.get(PREFERENCES))
        cast.leader.email = "leader@example.jp"
        cast.leader.save(update_fields=["email"])
        assert "leader@example.jp に送ります" in compact(leader_client.get(PREFERENCES))


class TestSecretAddressFilter:
    @pytest.mark.parametrize(
        ("message", "args", "written"),
        [
            ("%s: %s", ("Not Found", "/calendar/geheim_-1.ics"), "Not Found: /calendar/…"),
            (
                'GET /calendar/geheim_-1.ics?x=1 "HTTP/1.1" 200',
                (),
                'GET /calendar/…?x=1 "HTTP/1.1" 200',
            ),
            (
                'GET /sign-in/return/?code=geheim&state=x HTTP/1.1" 302',
                (),
                'GET /sign-in/return/?… HTTP/1.1" 302',
            ),
            ("plain %d", (3,), "plain 3"),
        ],
    )
    def test_lets_no_secret_through(self, message: str, args: Any, written: str):
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
        assert SecretAddressFilter().filter(record)
        assert record.getMessage() == written

    def test_leaves_a_broken_call_to_the_handler(self):
        record = logging.LogRecord("x", logging.WARNING, "", 0, "%d", ("no number",), None)
        assert SecretAddressFilter().filter(record)
