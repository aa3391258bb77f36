"""The OpenID provider of the tests in tests/oidc: a program of npm, installed from its lock file."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = PROJECT / "tests" / "oidc" / "provider"
FOLDER: Final = PROJECT / ".venv" / "oidc-provider"
STAMP: Final = FOLDER / "installed"


def find_provider() -> Path | None:
    """The program to give to node, when node and its packages are here."""
    is_here = shutil.which("node") and STAMP.exists() and STAMP.read_text() == _digest()
    return FOLDER / "server.mjs" if is_here else None


def install_provider() -> bool:
    """Copy it beside its packages, which are fetched as the lock file says; node comes by apt where root may."""
    if not shutil.which("npm"):
        _apt_install_node()
    if not shutil.which("npm"):
        return False
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(SOURCE, FOLDER, ignore=shutil.ignore_patterns("node_modules"))
    # Packages may bring scripts; nothing of theirs runs here before a test asks it to.
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if subprocess.run(command, cwd=FOLDER, capture_output=True, check=False).returncode != 0:
        return False
    STAMP.write_text(_digest())
    return True


def _apt_install_node() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "nodejs", "npm"]):
        subprocess.run(["apt-get", "-q", *command], env=environment, capture_output=True, check=False)


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(SOURCE.glob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
