"""Files as a deployment has them, without their compressed copies: these take longer than all else, and no browser here asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.web.static import HashedFiles


class CollectedFiles(HashedFiles):
    def post_process_with_compression(self, files: Iterator[Any]) -> Iterator[Any]:
        """Nothing more is made of them."""
        return files
