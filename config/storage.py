"""Files of the site in storage that speaks S3."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage

from config.web.stored import StoreAwayError

if TYPE_CHECKING:
    from django.core.files import File

#: Seconds for which a process asks no more where no answer came: each that waited for one would hold a worker.
LEFT_ALONE_SECONDS: Final = 30


class Bucket(S3Storage):  # type: ignore[misc]  # the library has no types
    """A bucket that is asked with patience of its own: a user waits for the answer, and a worker with them.

    Raises StoreAwayError where it does not answer, or refuses; FileNotFoundError where it has no such file.
    """

    _asked_again_at = 0.0

    def get_default_settings(self) -> dict[str, Any]:
        """The library's, with limits of time: some ten seconds for all attempts where nothing comes."""
        patience = Config(
            connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path"}, signature_version="s3v4",
        )  # fmt: skip
        found: dict[str, Any] = super().get_default_settings()
        return found | {"client_config": patience, "transfer_config": TransferConfig(num_download_attempts=2)}

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """With its bytes: what fails later would fail in the middle of an answer."""
        with self._asked():
            found: File[bytes] = super()._open(name, mode)
            return found.open()

    def _save(self, name: str, content: File[bytes]) -> str:
        with self._asked():
            kept: str = super()._save(name, content)
            return kept

    def delete(self, name: str) -> None:
        """Forget a file; one that is not there is as good."""
        with self._asked():
            super().delete(name)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        if time.monotonic() < self._asked_again_at:
            raise StoreAwayError(f"{self.bucket_name} did not answer a moment ago")
        try:
            yield
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status >= 500:
                self._leave_alone()
            raise StoreAwayError(str(error)) from error
        except (BotoCoreError, Boto3Error, RetriesExceededError) as error:
            self._leave_alone()
            raise StoreAwayError(str(error)) from error

    def _leave_alone(self) -> None:
        self._asked_again_at = time.monotonic() + LEFT_ALONE_SECONDS
