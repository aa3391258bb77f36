"""Files of the site in storage that speaks S3."""

from __future__ import annotations

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):  # type: ignore[misc]  # the library has no types
    """A bucket that is asked with patience of its own: a user waits for the answer, and a worker with them."""

    def get_default_settings(self) -> dict[str, Any]:
        """The library's, with limits of time."""
        patience = Config(
            connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path"}, signature_version="s3v4",
        )  # fmt: skip
        found: dict[str, Any] = super().get_default_settings()
        return found | {"client_config": patience}
