"""While the image is built: collect static files, compile bytecode and the engine, and see that translations are there.

Settings of a deployment are needed for the hashes in the names of files. Their secrets are made up here, for this one
process, and are in no layer of the image.
"""

from __future__ import annotations

import compileall
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Final

SITE: Final = Path(__file__).resolve().parents[2]


def main() -> None:
    """Everything that a read-only container could not do any more."""
    catalogue = SITE / "locale/en/LC_MESSAGES/django.mo"
    if not catalogue.exists():
        raise SystemExit(f"{catalogue} is missing; run: python -m config.gate.translations --write")
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=SITE, env=os.environ | throwaway(), check=True)
    compileall.compile_dir(SITE, quiet=1)
    # For any processor of this kind (NUMBA_CPU_NAME), since it is not known yet which one it will run on.
    subprocess.run([sys.executable, "-m", "tasks.scheduling.compiled"], cwd=SITE, check=True)
    # A worker would compile them when the first plan is simulated, in each container anew.
    subprocess.run([sys.executable, "-m", "tasks.scheduling.risk"], cwd=SITE, check=True)


def throwaway() -> dict[str, str]:
    """A deployment that is none."""
    keys = ("SECRET_KEY", "ENCRYPTION_KEY", "KEYCLOAK_CLIENT_SECRET")
    return {
        **{name: secrets.token_urlsafe(48) for name in keys},
        "ENVIRONMENT": "production",
        "ALLOWED_HOSTS": "localhost",
        "TRUSTED_PROXIES": "127.0.0.1",
        "DATABASE_URL": "postgres://app@localhost/none",
        "REDIS_URL": "redis://localhost/0",
        "REDIS_BROKER_URL": "redis://localhost/1",
        "KEYCLOAK_URL": "https://localhost",
        "KEYCLOAK_REALM": "none",
        "KEYCLOAK_CLIENT_ID": "none",
    }


if __name__ == "__main__":
    main()
