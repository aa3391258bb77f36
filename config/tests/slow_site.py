"""A site for the tests of serving: `/slow` takes a while, and says which process it was."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """What gunicorn serves."""
    if environ["PATH_INFO"] == "/slow":
        time.sleep(0.3)
    words = str(os.getpid()).encode()
    start("200 OK", [("Content-Length", str(len(words)))])
    return [words]
