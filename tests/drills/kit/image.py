"""The image built and run as compose runs it: by buildah and podman, in a store of the drill's own, on a base of Debian's packages."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.drills.kit import keycloak_compose as given
from tests.drills.kit import packages
from tests.drills.kit.programs import Program, Room, wait_until
from tests.ops.files import ROOT

BASE, IMAGE = "localhost/base:drill", "localhost/itdo:drill"
#: What the base brings: what the Dockerfile takes for granted of any base.
INCLUDED: Final = "python3,python3-venv,ca-certificates"
#: A mirror that stands still for a while is no reason not to build.
APT: Final = ('Acquire::Check-Valid-Until "false"', 'Acquire::Check-Date "false"')
#: buildah lowers itself to this before it does what it is told, and not every root may raise a limit again.
MOST: Final = 32768
#: Where pip looks for packages on this machine, in its own words; only the build sees it.
PIP: Final = ("index-url", "extra-index-url", "cert", "proxy", "timeout")
CERTIFICATES: Final = "/etc/ssl/certs/ca-certificates.crt"
#: Where pages are answered, and where probes are.
SITE, PROBES = 8000, 8100
#: Asks the site from within the network of its container.
_ASK: Final = """
import http.client, json, sys
path, headers, seconds, port = json.loads(sys.argv[1])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
connection.request("GET", path, headers=headers)
answer = connection.getresponse()
print(json.dumps([answer.status, answer.read().decode(errors="replace"), dict(answer.headers)]))
"""
#: Holds a network, and leads its ports to servers outside.
_NETWORK: Final = """
import asyncio, json, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
async def copy(source, target):
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except OSError:
        pass
    finally:
        target.close()
def forward(path):
    async def serve(reader, writer):
        there, back = await asyncio.open_unix_connection(path)
        await asyncio.gather(copy(reader, back), copy(there, writer))
    return serve
async def main():
    servers = [await asyncio.start_server(forward(path), "127.0.0.1", int(port)) for port, path in json.loads(sys.argv[1]).items()]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))
asyncio.run(main())
"""


class Store:
    """Images and containers of one drill; nothing of them stays."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.programs = packages.need("mmdebstrap", "buildah", "podman", "runc", "catatonit")
        kept, running = room.folder("store"), room.folder("running")
        self.places = ["--root", str(kept), "--runroot", str(running), "--storage-driver", "overlay"]
        # Where there is no systemd, control groups are not handed out, and limits of a session stand.
        self.limits = []
        for name, limit in (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC)):
            most = min(found for found in (resource.getrlimit(limit)[1], MOST) if found >= 0)
            self.limits += ["--ulimit", f"{name}={most}:{most}"]

    def buildah(self, *arguments: object, env: Mapping[str, str] | None = None) -> str:
        """What it says; a failure has its words."""
        command = [self.programs["buildah"], *self.places, *map(str, arguments)]
        return self.room.run(command, env=env).stdout

    def podman(self, *arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        """The same of podman."""
        return self.room.run([*self._podman(), *map(str, arguments)], check=check)

    def _podman(self) -> list[str]:
        runtime = ["--runtime", self.programs["runc"], "--cgroup-manager", "cgroupfs", "--log-level", "error"]
        return [self.programs["podman"], *self.places, *runtime]

    def make_base(self) -> None:
        """As little of Debian as runs Python."""
        archive = self.room.place / "base.tar"
        options = [f"--aptopt={option}" for option in APT]
        self.room.run([
            self.programs["mmdebstrap"], "--quiet", "--variant=minbase", f"--include={INCLUDED}", *options, _release(), archive,
        ])  # fmt: skip
        container = self.buildah("from", "scratch").strip()
        self.buildah("add", "--quiet", container, archive, "/")
        self.buildah("commit", "--quiet", "--rm", container, BASE)
        archive.unlink()

    def build(self, context: Path, env: Mapping[str, str]) -> None:
        """The Dockerfile as it stands, on that base."""
        pip = self.room.place / "pip.conf"
        pip.write_text("[global]\n" + "".join(f"{line}\n" for line in _pip()))
        mounts = [f"{pip}:/etc/pip.conf:ro"]
        if Path(CERTIFICATES).exists():
            mounts.append(f"{CERTIFICATES}:{CERTIFICATES}:ro")
        volumes = [word for mount in mounts for word in ("--volume", mount)]
        self.buildah(
            "build", "--quiet", "--isolation", "chroot", "--network", "host", "--pull=never", "--format", "docker",
            *self.limits, *volumes, "--build-arg", f"BASE_IMAGE={BASE}", "--tag", IMAGE, context, env=env,
        )  # fmt: skip

    def network(self, forwards: Mapping[int, Path]) -> int:
        """A network of its own, without a way out; what is asked at these ports is led to socket files. Its process."""
        words = [
            "unshare",
            "--net",
            sys.executable,
            "-c",
            _NETWORK,
            json.dumps({k: str(v) for k, v in forwards.items()}),
        ]
        holder = self.room.program("network", words)
        wait_until(lambda: "ready" in holder.words(), "a network")
        return holder.pid

    def start(self, name: str, *arguments: str, options: list[str]) -> Container:
        """A container in the foreground, as compose would have started it."""
        common = ["--name", name, *self.limits, *options]
        command = [*self._podman(), "run", *common, IMAGE, *arguments]
        return Container(self, name, self.room.program(name, command))

    def close(self) -> None:
        """Stop and unmount everything; the room removes the folders."""
        for command in (
            ("rm", "--force", "--all", "--time", "0"),
            ("volume", "rm", "--force", "--all"),
            ("image", "umount", "--all"),
        ):
            self.podman(*command, check=False)
        self.room.run([self.programs["buildah"], *self.places, "umount", "--all"], check=False)


class Container:
    """One of them."""

    def __init__(self, store: Store, name: str, program: Program) -> None:
        self.store, self.name, self.program = store, name, program

    def inspect(self) -> dict[str, Any]:
        """What podman knows of it."""
        found = self.store.podman("container", "inspect", self.name).stdout
        return dict(json.loads(found)[0])

    @property
    def pid(self) -> int:
        """Of its first process, as the machine counts."""
        return int(self.inspect()["State"]["Pid"])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A further program inside, with whatever it answers."""
        return self.store.podman("exec", self.name, *command, check=False)

    def asking(self, path: str, headers: Mapping[str, str], *, seconds: float = 20) -> list[str]:
        """The command that asks the site for a page: within its network, and not within the container."""
        words = json.dumps([path, dict(headers), seconds, PROBES if path.startswith("/health") else SITE])
        return ["nsenter", "--net", "--target", str(self.pid), sys.executable, "-c", _ASK, words]

    def ask(self, path: str, headers: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers; status 0 where nothing listens."""
        result = self.store.room.run(self.asking(path, headers), check=False)
        if result.returncode:
            return 0, result.stderr, {}
        status, body, found = json.loads(result.stdout)
        return status, body, found

    def wait(self, path: str, headers: Mapping[str, str], *, seconds: float) -> float:
        """Until the site says 200, in seconds."""

        def is_there() -> bool:
            assert self.program.is_running(), self.program.words()
            return bool(self._has_begun() and self.ask(path, headers)[0] == 200)

        return wait_until(is_there, f"{self.name} at {path}", seconds=seconds)

    def _has_begun(self) -> bool:
        found = self.store.podman(
            "container", "inspect", "--format", "{{.State.Pid}}", self.name, check=False
        )
        return found.returncode == 0 and found.stdout.strip() not in {"", "0"}


def command_of_compose(service: str) -> list[str]:
    """What `compose.yaml` tells the image to do."""
    return [str(word) for word in _service(service)["command"]]


def _service(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"][name])


def variables_of_compose(service: str) -> set[str]:
    """Names of the variables that `compose.yaml` gives a service; it is told no other."""
    return set(_service(service)["environment"])


def options_of_compose(service: str) -> list[str]:
    """What `compose.yaml` says of a service's file system, user, capabilities and limits, in podman's words."""
    found = _service(service)
    options = ["--read-only"] if found["read_only"] else []
    options += ["--user", found["user"], *(["--init"] if found["init"] else [])]
    for name, flag in (("cap_drop", "--cap-drop"), ("security_opt", "--security-opt"), ("tmpfs", "--tmpfs")):
        for value in found[name]:
            options += [flag, str(value).replace("no-new-privileges:true", "no-new-privileges")]
    for volume in found["volumes"]:
        options += ["--volume", given.substituted(volume, {})]
    limits = found["deploy"]["resources"]["limits"]
    options += ["--cpus", str(limits["cpus"]), "--memory", str(limits["memory"])]
    # podman adds folders that can be written of its own; Docker and Kubernetes add shared memory alone.
    return [*options, "--read-only-tmpfs=false", "--tmpfs", "/dev/shm:size=64m,mode=1777"]


def copy_of_sources(target: Path) -> None:
    """What a fresh clone would have, as it stands here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )  # fmt: skip
    if listed.returncode:
        pytest.skip(
            "not run: the sources are no clone of the repository, so it is unknown what belongs to them"
        )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def _release() -> str:
    lines = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    name = lines.get("VERSION_CODENAME", "").strip('"')
    if lines.get("ID") != "debian" or not name:
        pytest.skip("not run: the base is made of this machine's Debian packages, and this is no Debian")
    return name


def _pip() -> list[str]:
    """Settings of this machine's pip that decide where packages come from."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], env=os.environ, capture_output=True, text=True, check=False
    ).stdout  # fmt: skip
    lines = []
    for line in said.splitlines():
        name, _, value = line.partition("=")
        if name.rpartition(".")[2] in PIP:
            lines.append(f"{name.rpartition('.')[2]} = {value.strip(chr(39))}")
    return list(dict.fromkeys(lines))
