"""Write users.txt for PgBouncer from the passwords themselves, where PostgreSQL does not show what it keeps (a managed one).

    DATABASE_APP_PASSWORD=… DATABASE_OPERATOR_PASSWORD=… DATABASE_WATCHER_PASSWORD=… ops/pgbouncer/users.py >users.txt

The file holds SCRAM secrets and no password. PostgreSQL must be given the same secrets, salt and all, or PgBouncer could not sign in
with them: ops/postgres/roles.sql takes them from this file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import sys
from typing import Final

ROLES: Final = ("app", "operator", "watcher")
#: PostgreSQL's own number.
ITERATIONS: Final = 4096


def main() -> int:
    """0 when there is a line for each role."""
    missing = [name for name in map(variable, ROLES) if not os.environ.get(name)]
    if missing:
        sys.stderr.write(f"{', '.join(missing)}: not set.\n")
        return 1
    for role in ROLES:
        sys.stdout.write(f'"itdo_{role}" "{secret(os.environ[variable(role)])}"\n')
    return 0


def variable(role: str) -> str:
    """Where the password of a role is read."""
    return f"DATABASE_{role.upper()}_PASSWORD"


def secret(password: str, salt: bytes = b"") -> str:
    """What PostgreSQL keeps of a password (RFC 5802); letters and digits, which need no preparation."""
    if not (password.isascii() and password.isalnum()):
        raise SystemExit("Passwords are of letters and digits only (openssl rand -hex 32).")
    salt = salt or os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored = hashlib.sha256(client).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = [base64.b64encode(each).decode() for each in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{parts[0]}${parts[1]}:{parts[2]}"


if __name__ == "__main__":
    sys.exit(main())
