"""The tests pass through PgBouncer in transaction mode with fewer servers than clients, and nothing of one client stays for the next."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest

from tests.drills.kit import packages, pgbouncer, postgres, redis
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Room
from tests.drills.kit.site import Installation
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
SERVERS: Final = 3
THREADS: Final = 50
#: What stands in ops for the product's database alone holds for those of the tests as well.
EVERY_DATABASE: Final = {"host    itdo_erp     itdo_app": "host    all          itdo_app"}
FOLDERS: Final = ("projects", "resources", "reports", "tasks")

#: Fifty threads, each with an organization of its own, over a few servers: reads within a scope, reads without one, changes that
#: are taken back, and connections that are dropped in the middle of a transaction.
LEAK: Final = """
import json, random, threading, time
from django.db import connection, connections, transaction
from projects.rls import scope as tenancy
from projects.models import JobTitle, Organization
THREADS = {threads}
organizations = [Organization.objects.create(code=f"leak{{n}}", name=f"leak{{n}}") for n in range(THREADS)]
for organization in organizations:
    with tenancy.scope([organization.pk]):
        JobTitle.objects.bulk_create(JobTitle(organization=organization, name=f"title {{n}}") for n in range(20))
counts = dict.fromkeys(["scopes", "foreign", "missing", "outside", "seen_outside", "left_settings", "errors"], 0)
lock, until = threading.Lock(), time.monotonic() + {seconds}
class Back(Exception):
    pass
def add(**more):
    with lock:
        for name, count in more.items():
            counts[name] += count
def work(organization, chance):
    try:
        while time.monotonic() < until:
            what = chance.random()
            try:
                with tenancy.scope([organization.pk]):
                    seen = list(JobTitle.objects.values_list("organization_id", flat=True))
                    add(scopes=1, foreign=sum(pk != organization.pk for pk in seen), missing=int(len(seen) != 20))
                    if what < 0.1:
                        raise Back
                    if what < 0.15:
                        connection.connection.close()
            except Back:
                pass
            except Exception:
                if not 0.1 <= what < 0.15:
                    raise
                connection.close()
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*), current_setting('app.organizations', true) FROM job_titles")
                count, setting = cursor.fetchone()
            add(outside=1, seen_outside=count, left_settings=int(bool(setting)))
    except Exception as error:
        add(errors=1)
        print(repr(error))
    finally:
        connections.close_all()
threads = [threading.Thread(target=work, args=(each, random.Random(each.pk))) for each in organizations]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps(counts))
"""


@pytest.fixture(scope="module")
def primary(common_room: Room) -> postgres.Cluster:
    packages.need("postgres", "pgbouncer", "redis-server")
    made = postgres.make_primary(common_room, changes=postgres.NO_ARCHIVE | EVERY_DATABASE)
    made.ask("ALTER ROLE itdo_owner CREATEDB")
    return made


@pytest.fixture(scope="module")
def pool(common_room: Room, primary: postgres.Cluster) -> pgbouncer.Pool:
    made = pgbouncer.start(common_room, primary, pool=SERVERS)
    # Databases of tests have names of their own.
    settings = made.folder / "pgbouncer.ini"
    text = settings.read_text().replace(
        "[pgbouncer]", f"* = host={primary.host} port={primary.port}\n\n[pgbouncer]"
    )
    settings.write_text(text)
    made.program.send(1)
    return made


@pytest.fixture(scope="module")
def installation(common_room: Room, primary: postgres.Cluster, pool: pgbouncer.Pool) -> Installation:
    made = Installation(
        common_room, database=pool.url(), owner=primary.url("owner"), cache=redis.start(common_room, "cache").url,
        broker=redis.start(common_room, "broker").url,
    )  # fmt: skip
    made.migrate()
    return made


class TestScopes:
    def test_stay_with_their_transaction(
        self, installation: Installation, primary: postgres.Cluster, figures: Figures
    ) -> None:
        found: Any = installation.evaluate(LEAK.format(threads=THREADS, seconds=20))
        servers = primary.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'itdo_app'")
        figures.add(
            f"Scopes of {THREADS} organizations at once",
            found["scopes"],
            aim="> 1,000",
            held=found["scopes"] > 1_000,
        )
        figures.add("… over so many servers", servers, aim=f"≤ {SERVERS}", held=0 < servers <= SERVERS)
        figures.add("Rows of another organization", found["foreign"], aim="0", held=not found["foreign"])
        figures.add(
            "Scopes that missed rows of their own", found["missing"], aim="0", held=not found["missing"]
        )
        figures.add(
            f"Rows seen without a scope, in {found['outside']:,} looks",
            found["seen_outside"],
            aim="0",
            held=not found["seen_outside"],
        )
        figures.add(
            "Settings that were left behind", found["left_settings"], aim="0", held=not found["left_settings"]
        )
        figures.add("Threads that failed", found["errors"], aim="0", held=not found["errors"])


class TestSuite:
    def test_passes_through_the_pool(
        self, common_room: Room, primary: postgres.Cluster, pool: pgbouncer.Pool, figures: Figures
    ) -> None:
        """With DRILL_TESTS only what it names, as one would name it to pytest."""
        variables = os.environ | {
            "ENVIRONMENT": "test", "DATABASE_URL": pool.url(), "DATABASE_OWNER_URL": primary.url("owner"),
            "REDIS_URL": redis.start(common_room, "cache", name="cache-of-tests").url,
        }  # fmt: skip
        what = os.environ.get("DRILL_TESTS", " ".join(FOLDERS)).split()
        command: list[str | Path] = [
            sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "not browser and not drill", "--tb=short", "-p", "no:cacheprovider",
        ]  # fmt: skip
        began = time.monotonic()
        program = common_room.program("pytest", [*command, *what], env=variables, cwd=ROOT)
        code = program.process.wait(3600)
        counts = {
            word: int(count)
            for count, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", program.words()[-400:])
        }
        bad = sum(counts.get(word, 0) for word in ("failed", "error", "errors"))
        passed = counts.get("passed", 0)
        figures.add(
            f"Tests of {', '.join(what)} that passed through the pool",
            passed,
            aim="all",
            held=passed > 0 and code == 0,
        )
        figures.add("… that did not", bad, aim="0", held=bad == 0)
        figures.add("… in seconds, by two processes", time.monotonic() - began)
        assert code == 0, program.words()[-6000:]
