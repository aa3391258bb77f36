"""What people are told, and that no one is told twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from projects.models import Notification
from projects.notifications.kinds import KINDS
from projects.notifications.notify import Message, notify, notify_many, told


def facts_of_everything() -> dict[str, Any]:
    return {
        "count": 3, "worst": "設計 100%", "days": 4, "pushed": 2, "critical": 1, "at_risk": 1, "task": "設計",
        "by": "藍沢 湊", "title": "進捗", "reason": "理由です。", "template": "月次",
    }  # fmt: skip


class TestNotify:
    def test_tells_a_person_once(self, cast, project):
        for _again in range(2):
            notify(
                cast.leader,
                kind="report.done",
                project=project,
                key="report.done:7",
                by=None,
                facts={"on": dt.date(2026, 4, 6)},
            )
        kept = Notification.objects.get(user=cast.leader)
        assert (kept.organization, kept.project, kept.facts) == (
            project.organization,
            project,
            {"on": "2026-04-06"},
        )

    def test_needs_to_know_whose_it_is(self, cast):
        with pytest.raises(ValueError, match="belongs"):
            notify(cast.leader, kind="report.done", key="report.done:7", by=None)

    def test_knows_its_kinds(self, cast, project):
        with pytest.raises(ValueError, match=r"report\.don$"):
            notify(cast.leader, kind="report.don", project=project, key="x", by=None)


class TestNotifyMany:
    def test_tells_a_thousand_in_one_statement(self, cast, organization):
        messages = [
            Message(cast.leader.pk, "report.done", f"report.done:{number}", organization.pk, by_id=None)
            for number in range(1_000)
        ]
        notify_many(messages[:1])
        with CaptureQueriesContext(connection) as queries:
            notify_many(messages)
        inserts = [query for query in queries if "INSERT" in query["sql"]]
        assert (len(inserts), Notification.objects.count()) == (1, 1_000)

    def test_says_nothing_to_no_one(self, db):
        notify_many([])
        assert not Notification.objects.exists()


class TestOnesOwnActs:
    @pytest.mark.parametrize("kind", KINDS)
    def test_are_told_to_others_and_to_oneself_as_answers_alone(self, kind, cast, project):
        """Of every kind there is: a new one is silent about one's own acts unless it is declared as an answer."""
        for user in (cast.leader, cast.planner):
            notify(user, kind=kind, project=project, key="once", by=cast.leader)
        told_to = set(Notification.objects.values_list("user", flat=True))
        answers = {"report.done", "report.failed"}
        assert told_to == {cast.planner.pk} | ({cast.leader.pk} if kind in answers else set())

    @pytest.mark.parametrize("kind", KINDS)
    def test_are_not_acts_of_the_clock(self, kind, cast, project):
        notify(cast.leader, kind=kind, project=project, key="once", by=None)
        assert Notification.objects.filter(user=cast.leader).count() == 1


class TestTold:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_has_words_for_every_kind_and_for_missing_facts(self, kind, language):
        with translation.override(language):
            for facts in (facts_of_everything(), {}):
                words = told(Notification(kind=kind, facts=facts, project_id=5, target_id=6))
                assert words.title
                assert all(words.more)
                assert "%(" not in words.title + "".join(words.more)

    def test_leads_to_the_thing(self):
        words = told(Notification(kind="task.assigned", facts={"task": "設計", "by": "藍沢 湊"}, target_id=6))
        assert (words.url, words.title) == ("/tasks/6/", "「設計」の担当になりました。")
        assert words.more == ["藍沢 湊さんが割り当てました。"]

    def test_leads_nowhere_when_the_thing_is_gone(self):
        assert told(Notification(kind="task.assigned", facts={})).url == ""

    def test_survives_a_kind_of_another_build(self):
        assert told(Notification(kind="moon.landed", facts={})).title == "お知らせがあります。"
