"""Keycloak itself, as compose starts it: its distribution, a PostgreSQL of its own, and the variables and files that compose gives."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from ops.keycloak.admin import Admin
from tests.drills.kit import keycloak_compose as given
from tests.drills.kit import packages
from tests.drills.kit.programs import SERVANT, Program, Room, wait_until

VERSION: Final = str(given.SERVICES["keycloak"]["image"]).rpartition(":")[2]
ARTIFACT: Final = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
OLDEST_JAVA: Final = 21
JAVAS: Final = Path("/usr/lib/jvm")
#: Where the image has its program; what compose mounts lies below it.
HOME: Final = "/opt/keycloak"


def java() -> str:
    """JAVA_HOME of a Java that is new enough: the one that is named, else the newest of the machine."""
    named = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    found = {_release(home): home for home in [*(JAVAS.iterdir() if JAVAS.exists() else ()), *named]}
    newest = max(found, default=0)
    if newest < OLDEST_JAVA:
        pytest.skip(f"not run: Keycloak needs Java {OLDEST_JAVA} or later (JAVA_HOME)")
    chosen = _release(named[0]) if named else 0
    return str(named[0] if chosen >= OLDEST_JAVA else found[newest])


def _release(home: Path) -> int:
    program = home / "bin/java"
    if not program.exists():
        return 0
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    return int(version[1]) if version else 0


def distribution(room: Room) -> Path:
    """A folder with Keycloak, as the image has it: of KEYCLOAK_DIST, or of Maven Central by Maven, which keeps it for the next time."""
    source = os.environ.get("KEYCLOAK_DIST") or _of_maven(room)
    target = room.folder("opt")
    if Path(source).is_dir():
        shutil.copytree(source, target / "keycloak")
        return target / "keycloak"
    # Not Python's, which forgets that scripts may be started.
    room.run([packages.need("unzip")["unzip"], "-q", source, "-d", target])
    return next(target.iterdir())


def _of_maven(room: Room) -> str:
    maven = shutil.which("mvn")
    if not maven:
        pytest.skip(
            "not run: no Keycloak (KEYCLOAK_DIST), and no Maven that could get it (apt install maven)"
        )
    command = [
        maven,
        "-q",
        "-B",
        "dependency:copy",
        f"-Dartifact={ARTIFACT}",
        f"-DoutputDirectory={room.folder('maven')}",
    ]
    got = room.run(command, env=os.environ | {"JAVA_HOME": java()}, check=False)
    if got.returncode:
        pytest.skip(f"not run: Maven did not get {ARTIFACT}: {got.stdout.strip()[:200]}")
    return str(next(room.folder("maven").glob("*.zip")))


class Keycloak:
    """One container of it, and its database's, on addresses of the drill's network."""

    def __init__(
        self, room: Room, env: Mapping[str, str], home: Path, *, address: str, database: str
    ) -> None:
        self.room, self.env, self.home, self.address = room, env, home, address
        self.variables = given.environment("keycloak", env)
        self._start_database(database)
        for source, target in given.mounts("keycloak", env):
            if target.startswith(HOME):
                self._mount(source, self.home / target.removeprefix(f"{HOME}/"))
        # A network of its own is what a container has; the image's Java needs no word to let libraries in.
        here = {
            "PATH": os.environ["PATH"],
            "JAVA_HOME": java(),
            "KC_HTTP_HOST": address,
            "JAVA_OPTS_APPEND": "--add-opens=java.base/java.lang=ALL-UNNAMED",
        }
        words = [str(word) for word in given.SERVICES["keycloak"]["command"]]
        self.program: Program = room.program(
            "keycloak", [self.home / "bin/kc.sh", *words], env=self.variables | here
        )

    @staticmethod
    def _mount(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, target)

    def _start_database(self, address: str) -> None:
        """As the image of PostgreSQL does at its first start."""
        told = given.environment("keycloak-database", self.env)
        folder = self.room.folder("keycloak-database", user=SERVANT)
        secret = folder / "password"
        secret.write_text(told["POSTGRES_PASSWORD"])
        secret.chmod(0o644)
        user, name = told["POSTGRES_USER"], told["POSTGRES_DB"]
        data = folder / "data"
        initdb = [packages.postgres("initdb"), "-D", str(data), "-U", user, "--pwfile", str(secret)]
        self.room.run([*initdb, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"], user=SERVANT)
        secret.unlink()
        (data / "pg_hba.conf").write_text("host all all all scram-sha-256\n")
        # Nothing here outlives the drill: it need not wait for the disk.
        command = [
            "-D",
            str(data),
            "-c",
            f"listen_addresses={address}",
            "-c",
            "unix_socket_directories=",
            "-c",
            "fsync=off",
        ]
        self.database = self.room.program(
            "keycloak-database", [packages.postgres("postgres"), *command], user=SERVANT
        )
        asking = os.environ | {"PGPASSWORD": told["POSTGRES_PASSWORD"]}
        psql = [packages.postgres("psql"), "-h", address, "-U", user, "-d", "postgres", "-c"]

        def made() -> bool:
            return self.room.run([*psql, f"CREATE DATABASE {name}"], env=asking, check=False).returncode == 0

        wait_until(made, "Keycloak's PostgreSQL", seconds=60)

    def wait(self, *, seconds: float = 900) -> float:
        """Until it is ready, in seconds."""
        return wait_until(self.is_ready, "Keycloak", seconds=seconds, every=0.25)

    def is_ready(self) -> bool:
        """As the platform asks it."""
        assert self.program.is_running(), self.program.words()[-3000:]
        try:
            with urllib.request.urlopen(f"http://{self.address}:9000/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return False

    def admin(self, of: str = "itdo") -> Admin:
        """An admin of a realm, as an operator is through a tunnel."""
        password = self.variables["KC_BOOTSTRAP_ADMIN_PASSWORD"]
        return Admin(f"http://{self.address}:8080", password, of)
