"""Files of pages where nothing changes any more: under names that hold their hash, scripts without what only readers need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.web.stripping import NotAScriptError, strip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.core.files import File
    from django.core.files.storage import Storage

#: `import{ask}from"./answer.js";` at the beginning of a line, stripped. Django's own pattern would read scripts of others, too,
#: which name files that they do not bring.
IMPORT: Final = r"""(?m)^(?P<matched>(?P<names>import(?:[^;"(]*from)?)"(?P<url>\.[^"]+)";)"""
#: `await import("./find.js")`: what is loaded when it is first used.
LATER: Final = r"""(?P<matched>await import\("(?P<url>\.[^"]+)"\))"""


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Our scripts import each other by these names, too, and are stripped before they are counted."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(names)s"%(url)s";'), (LATER, 'await import("%(url)s")'))),
    )
    #: A pass for each step from a page's script down to what it imports, and some to spare.
    max_post_process_passes = 12

    def save(self, name: str, content: File[bytes], max_length: int | None = None) -> str:
        """What is collected comes here as it was written; raises NotAScriptError, which names the file and the line."""
        if _is_ours(name):
            try:
                content = ContentFile(strip(content.read()))
            except NotAScriptError as error:
                message = f"{name}, {error}: the collector does not understand this script."
                raise NotAScriptError(message) from error
        saved: str = super().save(name, content, max_length)
        return saved

    def post_process(self, paths: Mapping[str, tuple[Storage, str]], **options: Any) -> Iterator[Any]:
        """Hashed is what was collected, and not what was written."""
        yield from super().post_process(
            {name: (self, name) if _is_ours(name) else place for name, place in paths.items()}, **options
        )


def _is_ours(name: str) -> bool:
    return name.startswith("js/") and name.endswith(".js")
