"""The runbooks of docs/operations.md, run word by word on an installation with compose: a moment, a lost primary, a new PostgreSQL."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from tests.drills.kit import packages, runbooks
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Room, wait_until
from tests.drills.kit.runbooks import Installation, blocks

pytestmark = pytest.mark.drill
#: Which server is what, as the primary sees it.
FOLLOWERS: Final = "SELECT string_agg(application_name || ' ' || sync_state, ', ' ORDER BY application_name DESC) FROM pg_stat_replication"
SHIPPED: Final = "replica sync, receiver potential"
PEOPLE: Final = """
import json
from projects.rls import scope as tenancy
from projects.models import OrganizationMember
from tasks.models import Task
admin = OrganizationMember.objects.filter(role="admin").select_related("user").order_by("pk")[0]
with tenancy.scope([admin.organization_id]):
    task = Task.objects.filter(is_summary=False, project__deleted_at__isnull=True).order_by("pk").values_list("pk", flat=True)[0]
print(json.dumps([admin.user.username, task]))
"""
#: Longer than what is looked at to know its kind.
LONG: Final = "復元の後で添付した議事録。" * 900
FILE: Final = '--edge\r\nContent-Disposition: form-data; name="file"; filename="{}"\r\nContent-Type: text/plain\r\n\r\n{}\r\n--edge--\r\n'


@dataclass
class Place:
    """The installation, and a user who works in it."""

    site: Installation
    username: str
    task: int
    session: str = ""

    def sign_in(self) -> None:
        self.session = self.site.session(self.username)

    def comment(self, words: str) -> int:
        return self.site.ask(
            f"/tasks/{self.task}/comments/", session=self.session, form={"body": words}
        ).status

    def has(self, words: str) -> bool:
        return words in self.site.ask(f"/tasks/{self.task}/", session=self.session).body

    def attach(self, name: str, words: str) -> tuple[int, str]:
        answer = self.site.ask(
            f"/tasks/{self.task}/attachments/", session=self.session, body=FILE.format(name, words),
            Content_Type="multipart/form-data; boundary=edge",
        )  # fmt: skip
        return answer.status, answer.body


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """As "Install with compose" says, with a demo company."""
    if os.geteuid() != 0:
        pytest.skip("not run: only root may make namespaces here")
    packages.need("postgres", "pgbouncer", "redis-server", "pgbackrest", "restic", "setpriv", "nsenter", "ip")
    room = Room()
    try:
        site = Installation(room)
        site.run("docker compose --profile site up -d --build --wait postgres")
        site.run("docker compose --profile site exec -T postgres pgbackrest --stanza=itdo stanza-create")
        site.run(
            "docker compose --profile site run --rm -T --no-deps migrate manage collectstatic --no-input --verbosity 0"
        )
        site.run("docker compose --profile site up -d")
        site.wait_until_ready()
        site.manage("seed_demo", "--projects", "3", "--seed", "1")
        username, task = runbooks.facts(site.evaluate(PEOPLE))
        made = Place(site, username, task)
        made.sign_in()
        site.run("ops/pgbackrest/backup.sh")
        yield made
    finally:
        room.close()


def wait_for_followers(place: Place, primary: str) -> float:
    return wait_until(
        lambda: place.site.psql(primary, FOLLOWERS) == SHIPPED,
        "a replica and a receiver that follow",
        seconds=90,
        every=0.5,
    )


def test_to_a_moment(place: Place, figures: Figures) -> None:
    site = place.site
    wait_for_followers(place, "postgres")
    assert place.comment("written before the moment") in {200, 302}
    assert place.attach("before.txt", "words of before")[0] in {200, 302}
    moment = site.psql("postgres", "SELECT clock_timestamp() + interval '1 second'")
    time.sleep(2.5)
    assert place.comment("written after the moment") in {200, 302}
    site.psql("postgres", "DROP TABLE tasks CASCADE")
    began = time.monotonic()
    (commands,) = blocks("To a moment")
    site.run(commands, MOMENT=moment)
    figures.add("To a moment: the commands as they stand, seconds", time.monotonic() - began)
    site.wait_until_ready()
    figures.add("… until people are served, seconds", time.monotonic() - began)
    before = site.ask("/projects/", session=place.session).status
    figures.add("Sessions of before are ended", before, aim="302", held=before == 302)
    place.sign_in()
    kept, gone = place.has("written before the moment"), not place.has("written after the moment")
    figures.add(
        "What was written before is there, after is not",
        f"{kept}, {gone}",
        aim="True, True",
        held=kept and gone,
    )
    wait_for_followers(place, "postgres")
    figures.add("Standbys follow the restored server", SHIPPED, aim=SHIPPED)


def test_files_are_attached_after_it(place: Place, figures: Figures) -> None:
    found = [place.attach(f"after-{number}.txt", f"{number}" * number + LONG) for number in range(4)]
    bad = [(status, body[:300]) for status, body in found if status not in {200, 302}]
    figures.add("Attachments after a restore that were refused, of 4", f"{bad or 0}", aim="0", held=not bad)


def test_the_primary_is_lost(place: Place, figures: Figures) -> None:
    site = place.site
    wait_for_followers(place, "postgres")
    promote, take_back, wait_again = blocks("The primary is lost")
    began = time.monotonic()
    site.run(promote)
    wait_until(lambda: place.comment("written after the failover") in {200, 302}, "a change", seconds=60)
    figures.add("The primary is lost: until a change is kept, seconds", time.monotonic() - began)
    site.run(take_back)
    site.run(wait_again)
    took = wait_for_followers(place, "postgres-replica")
    figures.add("… and both follow the new one, seconds", took)
    said = site.run("ops/pgbackrest/backup.sh", check=False)
    figures.add("The night's backup after it", said.returncode, aim="0", held=said.returncode == 0)
    at = site.psql(
        "postgres-replica",
        "SELECT now() - at < interval '5 minutes' FROM operations_marks WHERE name = 'backup'",
    )
    figures.add("… is noted where the site looks", at, aim="t", held=at == "t")

    site.engine.cut_the_power()
    started = site.engine.start_machine()
    site.wait_until_ready()
    took = wait_for_followers(place, "postgres-replica")
    figures.add(f"After the power was cut, {len(started)} containers: all follow, seconds", took)
    place.sign_in()
    seen = place.has("written after the failover") and place.comment("written after the power cut") in {
        200,
        302,
    }
    figures.add("… what was written is there, and more is taken", str(seen), aim="True", held=seen)
    site.run("docker compose --profile site up -d")
    still = (
        site.psql("postgres-replica", "SELECT pg_is_in_recovery()"),
        site.psql("postgres", "SELECT pg_is_in_recovery()"),
    )
    figures.add(
        "`up -d` changes nothing of who is the primary",
        str(still),
        aim="('f', 't')",
        held=still == ("f", "t"),
    )


def test_an_old_primary_that_comes_back_by_itself(place: Place, figures: Figures) -> None:
    """Promoted without stopping it first, as when a machine was thought dead: it must not be a second primary for long."""
    site = place.site
    old = site.engine.running("postgres-replica")
    site.engine.end(old, 9, 5)
    site.run("docker compose --profile site exec -T postgres pg_ctl promote -D /var/lib/postgresql/data")
    site.run("docker compose --profile site up -d --wait postgres-replica")
    recovering = site.psql("postgres-replica", "SELECT pg_is_in_recovery()")
    figures.add("An old primary that is started again", "a replica" if recovering == "t" else "a second primary", aim="a replica",
                held=recovering == "t")  # fmt: skip
    # Back to the names as they were.
    (promote, *_rest) = blocks("The primary is lost")
    swap = "\n".join(
        line for line in promote.splitlines() if "stop postgres" not in line and "promote" not in line
    )
    site.run(swap)
    site.wait_until_ready()


def test_another_major_version(place: Place, figures: Figures) -> None:
    """From the machine's PostgreSQL to the one of `bin/run`. pgBackRest's lines only where it knows that one."""
    site = place.site
    assert place.comment("written before the upgrade") in {200, 302}
    before = site.psql("postgres", "SHOW server_version_num")
    take, put = (without_backups(commands) for commands in blocks("Upgrade PostgreSQL"))
    began = time.monotonic()
    site.run(take)
    site.run(put, OLD="17.6", NEW="18.0")
    figures.add("Another major version: the commands, seconds", time.monotonic() - began)
    site.wait_until_ready()
    after = site.psql("postgres", "SHOW server_version_num")
    is_newer = int(after) // 10_000 > int(before) // 10_000
    figures.add("… server before and after", f"{before}, {after}", aim="newer", held=is_newer)
    wait_for_followers(place, "postgres")
    place.sign_in()
    seen = place.has("written before the upgrade") and place.comment("written after the upgrade") in {
        200,
        302,
    }
    figures.add("… what was written is there, and more is taken", str(seen), aim="True", held=seen)
    files = [place.attach(f"upgraded-{number}.txt", f"words {number}")[0] for number in range(3)]
    good = all(status in {200, 302} for status in files)
    figures.add("… attachments after it", str(files), aim="taken", held=good)


def without_backups(commands: str) -> str:
    """Debian's pgBackRest knows no PostgreSQL that is newer than itself."""
    return "\n".join(line for line in commands.splitlines() if "pgbackrest" not in line)
