"""Files of pages where nothing changes any more: under names that hold their hash."""

from typing import Final

from whitenoise.storage import CompressedManifestStaticFilesStorage

#: `import { ask } from "./answer.js";` at the beginning of a line. Django's own pattern would read the types in comments,
#: too, which go round in circles, and scripts of others, which name files that they do not bring.
IMPORT: Final = r"""(?m)^(?P<matched>(?P<names>import\s(?:[^;"]*\sfrom\s)?)"(?P<url>\.[^"]+)";)"""
#: `await import("./find.js")`: what is loaded when it is first used.
LATER: Final = r"""(?P<matched>await import\("(?P<url>\.[^"]+)"\))"""


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Our scripts import each other by these names, too."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(names)s"%(url)s";'), (LATER, 'await import("%(url)s")'))),
    )
    #: A pass for each step from a page's script down to what it imports, and some to spare.
    max_post_process_passes = 12
