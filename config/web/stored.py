"""Files that people send: what is said where the place that keeps them is away, and the one that is a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from django.core.files import File


class StoreAwayError(Exception):
    """What keeps the files does not answer, or refuses: the user hears so (config/web/error_pages.py)."""


class Folder(FileSystemStorage):
    """A folder of a disk, which may be full, closed for writing, or on a server that is away."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with _of_the_disk():
            return super()._open(name, mode)  # type: ignore[misc, no-any-return]  # its types leave it out

    def _save(self, name: str, content: File[bytes]) -> str:
        with _of_the_disk():
            try:
                return super()._save(name, content)  # type: ignore[misc, no-any-return]  # its types leave it out
            except OSError:
                # A full disk keeps the part that had room, and its name is known to no row.
                with suppress(OSError):
                    super().delete(name)
                raise


@contextmanager
def _of_the_disk() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreAwayError(str(error)) from error
