"""Alerts fire when something is wrong and end when it is well again, and who is called hears of it.

Real: Prometheus, Alertmanager, the exporters, PostgreSQL with its replica, PgBouncer, Redis, nginx, the site; the files of `ops` with
addresses and times replaced (`kit/observability.py`). Made up: how busy the processors are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any, Final

import psycopg
import pytest

from config.serving.probes import PORT_AFTER
from tests.drills.kit import nginx, observability, packages, pgbouncer, postgres, redis
from tests.drills.kit.company import Visitor
from tests.drills.kit.figures import Figures
from tests.drills.kit.load import Load
from tests.drills.kit.observability import Processors, Sink, Watch
from tests.drills.kit.programs import Room, wait_until
from tests.drills.kit.site import Installation, Site, free_port_of_a_site
from tests.ops import promql

pytestmark = pytest.mark.drill
#: How long an alert may take here: shortened times, on a machine that does other things too.
SECONDS: Final = 120
NOTE: Final = "from projects.operations import marks; marks.note({name!r})"
DEAD: Final = (
    "INSERT INTO dead_jobs (name, arguments, key, queue, reason, error, message, place, request_id, times, first_failed_at,"
    " last_failed_at, resolution) VALUES ('send_digests', '{}', 'k', 'soon', 'error', '', '', '', '', 1, now(), now(), '')"
)
A_USER: Final = """
import json
from projects.models import OrganizationMember
print(json.dumps(OrganizationMember.objects.filter(role="admin").first().user.username))
"""
POOL: Final = 6
#: Counters by server or cache that have no line before the first of them.
OF_FAILURES: Final = {
    "django_cache_get_fail_total", "django_db_errors_total", "django_db_execute_many_total", "django_db_new_connection_errors_total",
}  # fmt: skip
#: Fewer than two sites work on and keep in their queues (max_conns in ops/nginx/place/machine.conf), and far more.
WAITING, REFUSED = 60, 250


class Place:
    """A whole installation that is watched."""

    def __init__(self, room: Room) -> None:
        packages.need(
            "postgres", "pgbouncer", "redis-server", "prometheus", "prometheus-alertmanager",
            "prometheus-postgres-exporter", "prometheus-redis-exporter", "prometheus-node-exporter",
            "prometheus-pgbouncer-exporter", "prometheus-blackbox-exporter", "nginx",
        )  # fmt: skip
        self.room = room
        self.primary = postgres.make_primary(room)
        self.replica = postgres.make_replica(room, self.primary)
        self.pool = pgbouncer.start(room, self.primary, replica=self.replica, pool=POOL)
        self.cache, self.broker = redis.start(room, "cache"), redis.start(room, "broker")
        self.installation = Installation(
            room, database=self.pool.url(), owner=self.primary.url("owner"), cache=self.cache.url,
            broker=self.broker.url, LIMIT_API_USER="100000/minute",
        )  # fmt: skip
        self.installation.prepare("--projects", "4", "--seed", "1")
        self.session = self.installation.session(str(self.installation.evaluate(A_USER)))
        self.ports = [free_port_of_a_site(), free_port_of_a_site()]
        self.sites: list[Site] = [self.serve(0), self.serve(1)]
        self.proxy = nginx.start(room, *self.ports)
        self.edge = nginx.Edge(room, self.proxy)
        self.processors = Processors(room.folder("proc"))
        self.sink = Sink()
        self.watch = Watch(room, self.targets(), self.sink)

    def serve(self, place: int) -> Site:
        return self.installation.serve(
            name=f"web-{place}-{time.monotonic_ns()}", port=self.ports[place], workers=1
        )

    def targets(self) -> dict[str, list[tuple[int, dict[str, str]]]]:
        room, watcher = self.room, self.primary.passwords["watcher"]
        return {
            "backend": [(port + PORT_AFTER, {}) for port in self.ports],
            "postgres": [
                (observability.watch_postgres(room, self.primary), {"server": "primary"}),
                (observability.watch_postgres(room, self.replica), {"server": "replica"}),
            ],
            "pgbouncer": [
                (observability.watch_pgbouncer(room, self.pool.port, watcher), {})
                for _once in range(observability.knows_pgbouncer())
            ],
            "redis": [
                (observability.watch_redis(room, "cache", self.cache.port), {"server": "cache"}),
                (observability.watch_redis(room, "broker", self.broker.port), {"server": "broker"}),
            ],
            "edge": [(self.edge.port, {})],
            "probe": [(observability.watch_pages(room), self.asked_by_probes())],
            "node": [(observability.watch_node(room, self.processors.folder), {})],
        }

    def note(self, name: str) -> None:
        self.installation.manage("shell", "--no-imports", "-c", NOTE.format(name=name))

    def asked_by_probes(self) -> dict[str, str]:
        """As relabelling in production makes it of an address."""
        address = f"https://127.0.0.1:{self.proxy.https}/health/live"
        return {"__param_target": address, "instance": address}

    def visitor(self, number: int) -> Visitor:
        """A browser at an address of its own."""
        return Visitor(self.proxy, self.session, f"127.0.{1 + number // 200}.{1 + number % 200}", seconds=20)


@pytest.fixture
def place(room: Room) -> Iterator[Place]:
    made = Place(room)
    yield made
    made.processors.end()
    made.sink.server.shutdown()


class Seen:
    """Watches alerts come and go, one after the other."""

    def __init__(self, place: Place, figures: Figures) -> None:
        self.place, self.figures = place, figures

    def comes(
        self, name: str, cause: Callable[[], object] = lambda: None, *, since: float | None = None
    ) -> bool:
        """Whether it is told after its cause, to the team that it is for."""
        return self._hears(name, "firing", cause, since)

    def ends(self, name: str, cure: Callable[[], object]) -> bool:
        """Whether its end is told after its cure."""
        return self._hears(name, "resolved", cure, None)

    def both(self, name: str, cause: Callable[[], object], cure: Callable[[], object]) -> None:
        """One that begins and ends."""
        self.comes(name, cause)
        self.ends(name, cure)

    def _hears(self, name: str, status: str, do: Callable[[], object], since: float | None) -> bool:
        begun = time.monotonic()
        do()
        with suppress(AssertionError):
            wait_until(lambda: self.place.sink.heard(name, status, since or begun), name, seconds=SECONDS)
        message = self.place.sink.heard(name, status, since or begun)
        rule = next(rule for rule in promql.rules() if rule.get("alert") == name)
        team = f"/{rule['labels']['team']}"
        is_heard = message is not None and message.receiver == team
        words = (
            f"after {message.at - (since or begun):.0f} s, by{team.replace('/', ' ')}"
            if message
            else "not heard"
        )
        verb = "fires" if status == "firing" else "ends"
        self.figures.add(f"{name} {verb}", words, aim=f"heard by {team[1:]}", held=is_heard)
        return is_heard


class Crowd:
    """So many people who ask for pages all the time, through nginx."""

    def __init__(self, place: Place, people: int, *, pause: float = 0.0) -> None:
        visitors = [place.visitor(number) for number in range(people)]
        self._load = Load(
            lambda person: visitors[person].ask("/projects/").status, people=people, pause=pause
        )
        self._load.__enter__()

    def end(self) -> None:
        self._load.__exit__(None, None, None)


class Pool:
    """Transactions that are not ended, as many as there are servers."""

    def __init__(self, place: Place) -> None:
        self._stack = ExitStack()
        for _number in range(POOL):
            with suppress(psycopg.Error):
                held = self._stack.enter_context(psycopg.connect(place.pool.url(), connect_timeout=5))
                held.execute("SELECT 1")

    def end(self) -> None:
        self._stack.close()


class TestAlerts:
    def test_fire_and_end_and_are_heard(self, place: Place, figures: Figures) -> None:
        seen, begun = Seen(place, figures), time.monotonic()
        _figures_are_given(place, figures)
        _what_is_unknown(seen, place, begun)
        seen.comes("watchdog", since=begun)
        _of_the_design(seen, place)
        _of_people(seen, place, figures)
        _of_jobs(seen, place)
        _of_redis(seen, place)
        _of_the_database(seen, place, figures)
        _of_the_site(seen, place)
        unseen = sorted(OF_FAILURES & promql.asked() - place.watch.names())
        figures.add("Figures of failures that did not come about here", ", ".join(unseen) or "none")
        slowest = place.watch.query('max_over_time(max(scrape_duration_seconds{job="backend"})[10m:2s])')
        figures.add("Slowest page of figures", f"{float(slowest[0]['value'][1]):.2f} s")
        mean = place.watch.query('avg(avg_over_time(scrape_duration_seconds{job="backend"}[10m]))')
        figures.add("Page of figures, mean", f"{float(mean[0]['value'][1]) * 1000:.0f} ms")


def _figures_are_given(place: Place, figures: Figures) -> None:
    """Every name that rules and the dashboard use, but for those that only a cluster gives."""
    place.note("backup")
    place.installation.manage(
        "shell",
        "--no-imports",
        "-c",
        "from projects.models import OperationMark as M; M.objects.all().delete()",
    )
    load = Crowd(place, 2, pause=0.1)
    only_cluster = ("kube_", "container_", "kubelet_")
    # Not known until it has happened once.
    later = {
        "itdo_asked_age_seconds",
        "itdo_backup_age_seconds",
        "itdo_clock_age_seconds",
        "itdo_record_age_seconds",
        "itdo_uploads_backup_age_seconds",
        "itdo_job_seconds_bucket",
        "itdo_job_seconds_count",
        "ALERTS",
    }
    missing = observability.not_given()
    asked = (
        {name for name in promql.asked() if not name.startswith((*only_cluster, *missing))}
        - later
        - OF_FAILURES
    )
    with suppress(AssertionError):
        wait_until(lambda: asked <= place.watch.names(), "figures", seconds=SECONDS, every=1)
    load.end()
    left = sorted(asked - place.watch.names())
    figures.add("Figures that rules and dashboard ask for", len(asked))
    for name, why in missing.items():
        figures.add(f"Not run: {name}…", why)
    figures.add("Of these not given", ", ".join(left) or "none", aim="none", held=not left)


def _what_is_unknown(seen: Seen, place: Place, begun: float) -> None:
    for name, mark in (
        ("backup_is_old", "backup"),
        ("clock_stands", "clock"),
        ("no_job_asked", "asked"),
        ("uploads_backup_is_old", "uploads"),
        ("record_is_not_verified", "record"),
    ):
        seen.comes(name, since=begun)
        seen.ends(name, lambda mark=mark: place.note(mark))  # type: ignore[misc]  # of this round


def _of_the_design(seen: Seen, place: Place) -> None:
    seen.both("high_cpu_usage", lambda: _busy(place, True), lambda: _busy(place, False))
    if not observability.knows_pgbouncer():
        return
    held: list[Any] = []
    seen.both("database_connection_pool", lambda: held.append(Pool(place)), lambda: held.pop().end())


def _of_people(seen: Seen, place: Place, figures: Figures) -> None:
    """They wait in the queue of a site that is well; then there are more of them than all queues hold."""
    held: list[Crowd] = []
    begun = time.monotonic()
    seen.comes("response_time_degradation", lambda: held.append(Crowd(place, WAITING)))
    seen.comes("queue_waits", since=begun)
    people, worker = (_second(place, f"itdo:{whose}_seconds:p95") for whose in ("latency", "worker"))
    figures.add("p95 that people wait, by nginx, s", people, aim="> 1", held=people > 1)
    figures.add("… and as the workers measure it, s", worker)
    seen.ends("response_time_degradation", lambda: held.pop().end())
    begun = time.monotonic()
    seen.comes("errors", lambda: held.append(Crowd(place, REFUSED, pause=0.3)))
    seen.comes("availability_burns_fast", since=begun)
    failed = _second(place, "itdo:errors:ratio")
    workers = _second(
        place, 'sum(rate(django_http_responses_total_by_status_total{status=~"5.."}[15s])) or vector(0)'
    )
    figures.add("Share of requests that are refused, by nginx", failed, aim="> 0.01", held=failed > 0.01)
    figures.add("… errors a second, as the workers count them", workers)
    seen.ends("errors", lambda: held.pop().end())
    seen.both("site_is_unreachable", place.proxy.end, place.proxy.begin)
    seen.both("people_are_unseen", place.edge.program.kill, place.edge.program.start)


def _second(place: Place, expression: str) -> float:
    """What Prometheus answers now."""
    return float(place.watch.query(expression)[0]["value"][1])


def _busy(place: Place, is_busy: bool) -> None:
    place.processors.is_busy = is_busy


def _of_jobs(seen: Seen, place: Place) -> None:
    seen.both(
        "jobs_failed_for_good",
        lambda: place.primary.ask(DEAD, database="itdo_erp"),
        lambda: place.primary.ask("DELETE FROM dead_jobs", database="itdo_erp"),
    )
    queue = next(iter(place.watch.query("itdo_queue_length")))["metric"]["queue"]
    seen.both(
        "jobs_wait",
        lambda: place.broker.client.rpush(queue, *(["{}"] * 501)),
        lambda: place.broker.client.delete(queue),
    )


def _of_redis(seen: Seen, place: Place) -> None:
    for name, server in (("cache_is_gone", place.cache), ("broker_is_gone", place.broker)):
        seen.both(name, server.program.kill, server.program.start)


def _of_the_database(seen: Seen, place: Place, figures: Figures) -> None:
    seen.both("replica_is_gone", place.replica.kill, lambda: place.replica.start("replica"))
    load = Crowd(place, 2, pause=0.1)
    seen.comes("database_is_gone", place.primary.kill)
    with suppress(AssertionError):
        wait_until(lambda: place.watch.held_back("errors"), "errors", seconds=SECONDS, every=1)
    is_held = place.watch.held_back("errors")
    figures.add("errors is held back by its cause", is_held, aim="True", held=is_held)
    seen.ends("database_is_gone", lambda: place.primary.start("primary", "-c", "synchronous_standby_names="))
    load.end()


def _of_the_site(seen: Seen, place: Place) -> None:
    seen.comes("few_processes", place.sites[0].program.kill)
    seen.comes("site_is_gone", place.sites[1].program.kill)

    def serve() -> None:
        place.sites = [place.serve(0), place.serve(1)]

    seen.ends("site_is_gone", serve)
