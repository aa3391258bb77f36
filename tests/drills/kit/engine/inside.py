"""The first process of a container: makes its root, its network and its mounts, then becomes the command. Needs root.

Started as a script, `inside.py WORDS`, by the engine; WORDS is JSON. No import of ours: it runs before anything is mounted.
"""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any

NEW_MOUNTS, NEW_NAMES, NEW_NETWORK = 0x00020000, 0x04000000, 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _ask_kernel(what: str, *arguments: Any) -> None:
    if getattr(_libc, what)(*arguments):
        raise OSError(ctypes.get_errno(), what)


def run(*words: object) -> None:
    """A program of this machine, in silence."""
    subprocess.run(list(map(str, words)), check=True, stdout=subprocess.DEVNULL)


def network(about: dict[str, Any]) -> None:
    """A wire to the bridge of all containers, with this one's address at its end."""
    bridge, number = f"/proc/{about['bridge']}/ns/net", os.getpid()
    within = ("nsenter", f"--net={bridge}", "ip", "link")
    _ask_kernel("unshare", NEW_NETWORK | NEW_NAMES | NEW_MOUNTS)
    run(*within, "add", f"b{number}", "type", "veth", "peer", "name", f"e{number}")
    run(*within, "set", f"e{number}", "netns", number)
    run(*within, "set", f"b{number}", "master", "bridge", "up")
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "set", f"e{number}", "name", "eth0", "up")
    run("ip", "address", "add", f"{about['address']}/24", "dev", "eth0")
    run("hostname", about["name"][:60])


def root(about: dict[str, Any]) -> Path:
    """This machine's files with a layer over them that is this container's alone, and its mounts."""
    run("mount", "--make-rprivate", "/")
    layer = Path(about["layer"])
    layer.mkdir(parents=True, exist_ok=True)
    # Memory, and not the disk: a layer must not lie within what is below it.
    run("mount", "-t", "tmpfs", "tmpfs", layer)
    for name in ("upper", "work", "root"):
        (layer / name).mkdir()
    made = layer / "root"
    where = f"lowerdir=/,upperdir={layer / 'upper'},workdir={layer / 'work'}"
    run("mount", "-t", "overlay", "overlay", "-o", where, made)
    for name in ("proc", "sys", "dev"):
        run("mount", "--rbind", f"/{name}", made / name)
    (made / "etc/hosts").write_text("127.0.0.1 localhost\n" + about["hosts"])
    for source, target, is_read_only in about["mounts"]:
        _mount(Path(source), made / target.lstrip("/"), is_read_only=is_read_only)
    # What lies in images where everybody may pass is here where root or a server's account alone may, perhaps.
    targets = [Path(target) for _source, target, _is_read_only in about["mounts"]]
    for place in (Path(sys.executable).resolve(), Path(__file__).resolve(), *targets):
        for folder in place.parents[:-1]:
            inner = made / folder.relative_to("/")
            inner.chmod(inner.stat().st_mode | 0o055)
    for path, owner in about["folders"].items():
        place = made / path.lstrip("/")
        place.mkdir(parents=True, exist_ok=True)
        os.chown(place, owner, owner)
    return made


def _mount(source: Path, target: Path, *, is_read_only: bool) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    run("mount", "--bind", source, target)
    if is_read_only:
        run("mount", "-o", "remount,bind,ro", target)


def main() -> None:
    """Never returns."""
    about = json.loads(sys.argv[1])
    network(about)
    os.chroot(root(about))
    os.chdir(about["folder"])
    user = about["user"]
    number, group = (int(user), int(user)) if user.isdigit() else pwd.getpwnam(user)[2:4]
    os.setgroups([])
    os.setgid(group)
    os.setuid(number)
    os.umask(0o022)
    os.execvpe(about["command"][0], about["command"], about["variables"])


if __name__ == "__main__":
    main()
