"""What comes from npm: the OpenID provider of tests/oidc, and the tools that ask the scripts and style sheets."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Packages:
    """Files of a folder, copied beside the packages that their lock file names."""

    source: Path
    files: tuple[str, ...]
    folder: Path

    def is_here(self) -> bool:
        """Node and the very packages of the lock file are on this machine."""
        stamp = self.folder / "installed"
        return shutil.which("node") is not None and stamp.exists() and stamp.read_text() == self._digest()

    def install(self) -> bool:
        """Fetch them as the lock file says; node itself comes by apt where root may. False: they could not be had."""
        if not shutil.which("npm"):
            _apt_install_node()
        if not shutil.which("npm"):
            return False
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name in self.files:
            shutil.copy(self.source / name, self.folder)
        # Packages may bring scripts; nothing of theirs runs here before the gate asks it to.
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if subprocess.run(command, cwd=self.folder, capture_output=True, check=False).returncode != 0:
            return False
        (self.folder / "installed").write_text(self._digest())
        return True

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for name in self.files:
            digest.update((self.source / name).read_bytes())
        return digest.hexdigest()


LOCKED: Final = ("package.json", "package-lock.json")
PROVIDER: Final = Packages(
    PROJECT / "tests/oidc/provider", (*LOCKED, "server.mjs"), PROJECT / ".venv/oidc-provider"
)
TOOLS: Final = Packages(PROJECT, LOCKED, PROJECT / ".venv/node-tools")


def find_provider() -> Path | None:
    """The program to give to node, when node and its packages are here."""
    return PROVIDER.folder / "server.mjs" if PROVIDER.is_here() else None


def install_provider() -> bool:
    """Fetch the provider's packages; False: they could not be had."""
    return PROVIDER.install()


def tool(name: str) -> str:
    """Where a tool for scripts and style sheets is, once they are installed."""
    return str(TOOLS.folder / "node_modules/.bin" / name)


def _apt_install_node() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "nodejs", "npm"]):
        subprocess.run(["apt-get", "-q", *command], env=environment, capture_output=True, check=False)
