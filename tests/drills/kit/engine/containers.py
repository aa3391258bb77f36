"""Containers and volumes of one project: started, asked, ended; what there is stands in a file, since each command is a process."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.drills.kit.engine.project import Project
from tests.drills.kit.programs import family

INSIDE: Final = Path(__file__).with_name("inside.py")
HEALTHY_SECONDS: Final = 120
BRIDGE: Final = "ip link set lo up; ip link add bridge type bridge; ip address add 10.77.0.1/24 dev bridge; ip link set bridge up; exec sleep infinity"


class EngineError(Exception):
    """What the engine says no to."""


@dataclass
class Container:
    """One that was made; it may have ended."""

    name: str
    service: str
    pid: int
    volumes: list[str] = field(default_factory=list)
    is_one_off: bool = False
    #: Ended on purpose: a start of the machine leaves it so.
    is_stopped: bool = False

    def is_running(self) -> bool:
        """Whether its first process lives."""
        with contextlib.suppress(OSError, IndexError):
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        return False


class Engine:
    """Of one project, in a folder beside it."""

    def __init__(self, project: Project) -> None:
        self.project, self.folder = project, project.folder.parent / "engine"
        self.folder.mkdir(exist_ok=True)
        self.state = self.folder / "containers.json"

    # -- what there is ---------------------------------------------------------------------------------------------------

    def containers(self) -> dict[str, Container]:
        """All that were made and not removed, by name."""
        known = json.loads(self.state.read_text()) if self.state.exists() else {}
        return {name: Container(**about) for name, about in known.items()}

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, Container]]:
        with open(self.folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = self.containers()
            yield found
            self.state.write_text(json.dumps({name: vars(each) for name, each in found.items()}))

    def of(self, service: str) -> Container | None:
        """The container of a service; those of `run` are none."""
        return self.containers().get(f"{self.project.name}-{service}-1")

    def running(self, service: str) -> Container:
        """The same, and it runs."""
        found = self.of(service)
        if found is None or not found.is_running():
            raise EngineError(f'service "{service}" is not running')
        return found

    def volume(self, name: str, owner: str) -> Path:
        """Where a volume lies; a new one belongs to whom the image gives its folder to."""
        place = self.folder / "volumes" / name
        if not place.exists():
            place.mkdir(parents=True)
            number = _account(owner)
            os.chown(place, number, number)
            # As the image of PostgreSQL has its folder of data.
            place.chmod(0o1777)
        return place

    def remove_volume(self, name: str) -> None:
        """Only one that no container has, be it one that has ended."""
        users = [each.name for each in self.containers().values() if name in each.volumes]
        if users:
            raise EngineError(f"remove {name}: volume is in use - [{', '.join(users)}]")
        place = self.folder / "volumes" / name
        if not place.exists():
            raise EngineError(f"get {name}: no such volume")
        shutil.rmtree(place)

    # -- starting ------------------------------------------------------------------------------------------------------------

    def make(
        self, service: str, *, entrypoint: str = "", arguments: list[str] | None = None, more: Mapping[str, str] | None = None,
        mounts: list[str] | None = None, is_one_off: bool = False, is_quiet: bool = True,
    ) -> tuple[Container, subprocess.Popen[bytes]]:  # fmt: skip
        """Start one. A one-off speaks where the caller listens, if it is not quiet."""
        image = self.project.image(service)
        assert image is not None
        name = f"{self.project.name}-{service}-{f'run-{secrets.token_hex(4)}' if is_one_off else '1'}"
        placed, volumes = self._mounts(service, mounts or [])
        about = {
            "name": name, "bridge": self._bridge(), "layer": str(self.folder / "layers" / name), "mounts": placed,
            "address": f"10.77.0.{200 + secrets.randbelow(50)}" if is_one_off else self.project.hosts()[service],
            "hosts": "".join(f"{address} {host}\n" for host, address in self.project.hosts().items()),
            "folders": {path: _account(image.user) for path in image.folders if path not in {place[1] for place in placed}},
            "folder": image.folder, "user": str(self.project.service(service).get("user", image.user)).split(":")[0],
            "command": self.project.command(service, entrypoint, arguments or []),
            "variables": self.project.environment(service) | dict(more or {}),
        }  # fmt: skip
        # The numbers of images are not this machine's.
        about["user"] = image.user if image.user == "postgres" else about["user"]
        said = open(self.folder / f"{name}.log", "ab") if is_quiet else None  # noqa: SIM115  # the container's
        process = subprocess.Popen(
            [sys.executable, INSIDE, json.dumps(about)], stdin=subprocess.DEVNULL if is_quiet else None, stdout=said,
            stderr=said, start_new_session=True, cwd="/",
        )  # fmt: skip
        container = Container(name, service, process.pid, volumes, is_one_off)
        with self._changing() as known:
            known[name] = container
        return container, process

    def _mounts(self, service: str, more: list[str]) -> tuple[list[tuple[str, str, bool]], list[str]]:
        placed, volumes = [], []
        image = self.project.image(service)
        extra = [(source, target, False) for source, target in (each.split(":")[:2] for each in more)]
        for source, target, is_read_only in [*self.project.mounts(service), *extra]:
            place = source
            if not source.startswith("/"):
                full = (
                    source if source.startswith(f"{self.project.name}_") else f"{self.project.name}_{source}"
                )
                volumes.append(full)
                place = str(self.volume(full, image.user if image else "root"))
            placed.append((place, target, is_read_only))
        # What stands in for a service outside: the object storage.
        outside = self.folder / "mounts"
        lines = outside.read_text().splitlines() if outside.exists() else []
        placed += [(line, line, False) for line in lines]
        return placed, volumes

    def _bridge(self) -> int:
        kept = self.folder / "bridge"
        if kept.exists() and Path(f"/proc/{kept.read_text()}").exists():
            return int(kept.read_text())
        holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", BRIDGE], start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        kept.write_text(str(holder.pid))
        time.sleep(0.5)
        return holder.pid

    # -- asking ------------------------------------------------------------------------------------------------------------

    def entering(self, container: Container, command: list[str], user: str = "") -> list[str]:
        """The words that run a command in a container."""
        image = self.project.image(container.service)
        assert image is not None
        account = user or (
            image.user
            if image.user == "postgres"
            else str(self.project.service(container.service).get("user", image.user)).split(":")[0]
        )
        number = str(_account(account))
        variables = [f"{key}={value}" for key, value in self.project.environment(container.service).items()]
        enter = [
            "nsenter",
            "--target",
            str(container.pid),
            "--mount",
            "--net",
            "--uts",
            "--root",
            f"--wdns={image.folder}",
        ]
        return [
            *enter,
            "setpriv",
            f"--reuid={number}",
            f"--regid={number}",
            "--clear-groups",
            "env",
            "-i",
            *variables,
            *command,
        ]

    def is_well(self, container: Container) -> bool:
        """What its health check says; without one, that it runs."""
        command = self.project.health(container.service)
        if not container.is_running():
            return False
        result = subprocess.run(
            self.entering(container, command) if command else ["true"], capture_output=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return result.returncode == 0

    def wait_until_well(self, service: str) -> None:
        """As compose waits for `service_healthy`."""
        end = time.monotonic() + HEALTHY_SECONDS
        while time.monotonic() < end:
            found = self.of(service)
            if found is None or not found.is_running():
                raise EngineError(f"container {self.project.name}-{service}-1 exited")
            if self.is_well(found):
                return
            time.sleep(0.2)
        raise EngineError(f"container {self.project.name}-{service}-1 is unhealthy")

    # -- ending ------------------------------------------------------------------------------------------------------------

    def stop(self, service: str) -> None:
        """With the file's signal and patience; a start of the machine leaves it so."""
        found = self.of(service)
        if found is None:
            return
        name = str(self.project.service(service).get("stop_signal", "SIGTERM"))
        self.end(found, getattr(signal, name), self.project.grace(service))
        with self._changing() as known:
            known[found.name].is_stopped = True

    def end(self, container: Container, what: int, seconds: float) -> None:
        """A signal, and after so many seconds the last one."""
        everything = family(container.pid)
        with contextlib.suppress(ProcessLookupError):
            if container.is_running():
                os.kill(container.pid, what)
        end = time.monotonic() + seconds
        while container.is_running() and time.monotonic() < end:
            time.sleep(0.05)
        for pid in everything:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def remove(self, name: str) -> None:
        """One that has ended."""
        with self._changing() as known:
            known.pop(name, None)
        shutil.rmtree(self.folder / "layers" / name, ignore_errors=True)

    def cut_the_power(self) -> None:
        """Everything is gone at once; containers are there, as after a start of the machine."""
        for container in self.containers().values():
            if container.is_running():
                self.end(container, signal.SIGKILL, 5)

    def start_machine(self) -> list[str]:
        """What the engine's daemon starts again by itself: what ran, by `restart`, in any order and waiting for nothing."""
        started = []
        for name, container in self.containers().items():
            policy = "no" if container.is_one_off else str(self.project.service(container.service)["restart"])
            if policy != "no" and not container.is_stopped:
                self.remove(name)
                self.make(container.service)
                started.append(container.service)
        return started

    def close(self) -> None:
        """Nothing stays."""
        self.cut_the_power()
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((self.folder / "bridge").read_text()), signal.SIGKILL)


def _account(user: str) -> int:
    return int(user) if user.isdigit() else pwd.getpwnam(user).pw_uid
