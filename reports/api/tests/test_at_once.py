"""Two requests at the same moment under one Idempotency-Key, each with a connection of its own: one change, one answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.db import connection, connections
from django.test import Client

from projects.models import ApiAnswer, Project
from reports.api.tests.office import Office
from tasks.models import PlanStep, Task

pytestmark = pytest.mark.django_db(transaction=True)
#: How long until the others wait, at most; they wait for as long as they have to.
PATIENCE: Final = 60
#: Of this database.
WAITING: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


class Busy(Office):
    """Its program asks in threads."""

    def add(self, name: str, key: str = "k", patience: str = "0", **values: str) -> Any:
        """Ask for a new task in a thread; 0 waits without an end."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
        try:
            return Client().post(
                f"/api/v1/projects/{self.project.pk}/tasks",
                json.dumps({"items": [{"values": {"name": name, **values}}]}),
                content_type="application/json",
                headers={"Authorization": f"Bearer {self.text}", "Idempotency-Key": key},
            )
        finally:
            connections.close_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Another user changes the plan: a request that would change it, too, waits."""
        with self.seen():
            Project.objects.select_for_update(no_key=True).get(pk=self.project.pk)
            yield

    def both(self, *acts: Callable[[], Any]) -> list[Any]:
        """The answers of requests that are all under way at one moment, in the order in which they came."""
        asked = list[Future[Any]]()
        with ThreadPoolExecutor(len(acts)) as pool:
            with self.held():
                for count, act in enumerate(acts, start=1):
                    asked.append(pool.submit(act))
                    wait_for(count)
            return [each.result() for each in asked]

    def both_until_tired(self) -> list[Any]:
        """The same request twice, the second of which has given up before the first can end."""
        with ThreadPoolExecutor(2) as pool:
            with self.held():
                first = pool.submit(self.add, "一度だけ")
                wait_for(1)
                second = pool.submit(self.add, "一度だけ", patience="50ms").result()
            return [first.result(), second]

    def tasks(self) -> list[str]:
        with self.seen():
            return list(Task.objects.filter(project=self.project).values_list("name", flat=True))


def wait_for(count: int) -> None:
    """Until so many wait for a lock."""
    end = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            # What a transaction has seen of others it would keep.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.01)
    pytest.fail(f"{count} requests should wait")


@pytest.fixture
def office(transactional_db: None) -> Busy:
    return Busy()


class TestOneKey:
    def test_makes_one_change_and_gives_both_the_same_answer(self, office: Busy):
        first, second = office.both(lambda: office.add("一度だけ"), lambda: office.add("一度だけ"))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert first["ETag"] == second["ETag"] == f'"r{first.json()["revision"]}"'
        assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
        assert office.tasks() == ["一度だけ"]
        with office.seen():
            assert PlanStep.objects.filter(project=office.project).count() == 1
            assert Project.objects.get(pk=office.project.pk).revision == first.json()["revision"]

    def test_is_of_the_first_where_the_second_asks_for_something_else(self, office: Busy):
        first, second = office.both(lambda: office.add("甲"), lambda: office.add("乙"))
        assert (first.status_code, second.status_code) == (201, 422)
        assert second.json()["field"] == "Idempotency-Key"
        assert office.tasks() == ["甲"]

    def test_is_taken_by_the_second_where_the_first_was_refused(self, office: Busy):
        """No person has this name: the first request waits for the plan, and then leaves nothing."""
        first, second = office.both(
            lambda: office.add("甲", assignees="知らない 人"), lambda: office.add("乙")
        )
        assert (first.status_code, second.status_code) == (422, 201)
        assert office.tasks() == ["乙"]

    def test_says_so_where_the_first_takes_too_long(self, office: Busy):
        first, second = office.both_until_tired()
        assert (second.status_code, second["Content-Type"]) == (409, "application/problem+json")
        assert (second.json()["code"], second.json()["field"]) == ("refused", "Idempotency-Key")
        assert "いま処理しています" in second.json()["detail"]
        assert first.status_code == 201
        assert office.tasks() == ["一度だけ"]
        with office.seen():
            assert ApiAnswer.objects.get().body == first.json()


class TestTwoKeys:
    def test_make_two_changes(self, office: Busy):
        answers = office.both(lambda: office.add("甲", key="a"), lambda: office.add("乙", key="b"))
        assert [each.status_code for each in answers] == [201, 201]
        assert len({each.json()["revision"] for each in answers}) == 2
        assert sorted(office.tasks()) == ["乙", "甲"]
