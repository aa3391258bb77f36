"""Pango, which lays out the PDF of a report: installed where root may, else unpacked beside the packages.

Before anything is installed, on any Python 3.11 or later. Without it PDF is off, and the site says so; nothing else hangs on it.
"""

import ctypes
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from config.launch.progress import step

PACKAGES: Final = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
LIBRARIES: Final = (
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
#: A network that does not answer must not keep the start waiting.
SECONDS: Final = 180
_FONTS: Final = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/usr/share/fonts</dir><cachedir>{folder}/fontconfig</cachedir></fontconfig>
"""


def ensure(folder: Path) -> bool:
    """Make sure that there is a Pango; `folder` is where it is unpacked when it may not be installed."""
    if is_installed() or is_unpacked(folder):
        return True
    with step("Pango, for PDF") as note:
        done = _install() or _unpack(folder)
        if not done:
            note(f"not here: no PDF, all else works (sudo apt install {' '.join(PACKAGES)})")
    return done


def is_installed() -> bool:
    """Whether the system's loader finds every library."""
    return all(map(_loads, LIBRARIES))


def is_unpacked(folder: Path) -> bool:
    """Whether an earlier start has unpacked them."""
    return all(any(folder.glob(f"usr/lib/*/{name}")) for name in LIBRARIES[:2])


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _install() -> bool:
    """By apt, where root may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        _run(["apt-get", "-q", *arguments], environment=environment)
    # Of a new process: this one's loader has read its list of libraries before they came.
    probe = "import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]"
    return _run([_python(), "-c", probe, *LIBRARIES])


def _python() -> str:
    return shutil.which("python3") or "python3"


def _unpack(folder: Path) -> bool:
    """The same packages with all they need, fetched by apt into a folder of our own and unpacked; no need to be root."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return False
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        options = _own_lists(room)
        if not _run(["apt-get", *options, "-qq", "update"]):
            return False
        names = _needed(options)
        fetched = room / "fetched"
        fetched.mkdir()
        if not names or not _run(["apt-get", *options, "-qq", "download", *names], where=fetched):
            return False
        draft = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        for package in sorted(fetched.glob("*.deb")):
            _run(["dpkg-deb", "-x", str(package), str(draft)])
    if not is_unpacked(draft):
        shutil.rmtree(draft, ignore_errors=True)
        return False
    (draft / "fonts.conf").write_text(_FONTS.format(folder=folder))
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return True


def _own_lists(room: Path) -> list[str]:
    """apt's state in a folder of our own; what is installed is still the system's."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (room / name).mkdir(parents=True)
    settings = {
        "Dir::State": room / "state",
        "Dir::State::Lists": room / "state/lists",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": room / "cache",
        "Debug::NoLocking": 1,
        "APT::Sandbox::User": "root",
        "Acquire::Retries": 1,
        "Acquire::http::Timeout": 20,
        "Acquire::https::Timeout": 20,
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _needed(options: list[str]) -> list[str]:
    """The packages that apt would install; those that are there already are loaded from where they are."""
    command = ["apt-get", *options, "-s", "--no-install-recommends", "install", *PACKAGES]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.split()[1] for line in result.stdout.splitlines() if line.startswith("Inst ")]


def _run(command: list[str], *, where: Path | None = None, environment: dict[str, str] | None = None) -> bool:
    try:
        result = subprocess.run(
            command, cwd=where, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0
