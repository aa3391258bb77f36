"""What a container of the image does: `web`, `worker`, `beat`, `migrate`, `edge` (nginx's figures), or `manage <command>`.

It becomes that program instead of starting it, so that signals of the platform reach it and nothing stays in between.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

CELERY: Final = ("-m", "celery", "--app", "config")


def main() -> None:
    """Become what the first argument says."""
    role, *arguments = sys.argv[1:] or ["web"]
    words = command(role, arguments)
    os.environ.update(environment(role))
    os.execv(sys.executable, [sys.executable, *words])


def command(role: str, arguments: list[str]) -> list[str]:
    """The program of a role and what it is told; a role that is none is said with those that are."""
    commands = {
        "web": ["-m", "gunicorn", "--config", "ops/gunicorn/gunicorn.conf.py", "config.wsgi"],
        "worker": [
            *CELERY, "worker", "--without-mingle", "--loglevel", "INFO", "--concurrency", os.environ.get("WORKER_CONCURRENCY", "2"),
        ],
        "beat": [*CELERY, "beat", "--pidfile", "", "--loglevel", "INFO"],
        "migrate": ["manage.py", "migrate", "--no-input"],
        "edge": ["-m", "config.serving.edge"],
        "manage": ["manage.py"],
    }  # fmt: skip
    if role not in commands:
        raise SystemExit(f"{role!r} is nothing that this image does; it does {', '.join(commands)}.")
    return commands[role] + arguments


def environment(role: str) -> dict[str, str]:
    """Variables of a role beside those that it was given."""
    if role in {"web", "worker"}:
        return writable_copy(os.environ.get("NUMBA_CACHE_DIR", ""), Path(tempfile.gettempdir(), "compiled"))
    return {}


def writable_copy(compiled: str, copy: Path) -> dict[str, str]:
    """The compiled engine where numba may write: it loads nothing from a folder on a read-only disk."""
    if not compiled or not Path(compiled).is_dir():
        return {}
    shutil.copytree(compiled, copy, dirs_exist_ok=True)
    return {"NUMBA_CACHE_DIR": str(copy)}


if __name__ == "__main__":
    main()
