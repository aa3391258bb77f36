"""Whether a container is well: `web` asks the site whether it lives, `worker` asks the worker beside it.

Nothing but Python is in the image, so this is what stands in the place of curl.
"""

from __future__ import annotations

import http.client
import os
import socket
import sys
from pathlib import Path
from typing import Final

SECONDS: Final = 4


def main() -> int:
    """0 when it is well."""
    asked = {"web": web, "worker": worker}.get((sys.argv[1:] or ["web"])[0])
    if asked is None:
        raise SystemExit("healthcheck.py web|worker")
    return 0 if asked() else 1


def web(port: int = 8100) -> bool:
    """The site answers to its own name; to any other it would say 400."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/health/live", headers={"Host": host})
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def worker() -> bool:
    """The worker of this container answers through the broker; another one's answer would say nothing of it."""
    sys.path.insert(0, str(Path.cwd()))
    from config.celery import app

    name = f"celery@{socket.gethostname()}"
    return bool(app.control.inspect(destination=[name], timeout=SECONDS).ping())


if __name__ == "__main__":
    sys.exit(main())
