"""Has a secret been committed? `python -m config.gate.leaks`; what is none says so beside its line, with a reason."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

PROJECT: Final = Path(__file__).resolve().parents[2]
#: Hashes of packages and pictures are long random texts by nature; translations are sentences.
LEFT_OUT: Final = (".txt", ".po", ".mo", ".svg", ".png", "package-lock.json")
#: So many files at a time, on all cores.
AT_ONCE: Final = 40
#: A line that ends in this is no secret: `# pragma: allowlist secret  # why`.
SETTINGS: Final[dict[str, Any]] = {
    "plugins_used": [
        {"name": "AWSKeyDetector"},
        {"name": "ArtifactoryDetector"},
        {"name": "AzureStorageKeyDetector"},
        {"name": "Base64HighEntropyString", "limit": 4.5},
        {"name": "BasicAuthDetector"},
        {"name": "GitHubTokenDetector"},
        {"name": "GitLabTokenDetector"},
        {"name": "HexHighEntropyString", "limit": 3.0},
        {"name": "JwtTokenDetector"},
        {"name": "KeywordDetector"},
        {"name": "NpmDetector"},
        {"name": "PrivateKeyDetector"},
        {"name": "PypiTokenDetector"},
        {"name": "SendGridDetector"},
        {"name": "SlackDetector"},
        {"name": "StripeDetector"},
    ],
    "filters_used": [
        {"path": "detect_secrets.filters.allowlist.is_line_allowlisted"},
        # Of Keycloak's realm, a file that cannot hold a reason: what passwords must be like.
        {"path": "detect_secrets.filters.regex.should_exclude_line", "pattern": ['"passwordPolicy":']},
        {"path": "detect_secrets.filters.heuristic.is_sequential_string"},
        {"path": "detect_secrets.filters.heuristic.is_potential_uuid"},
        {"path": "detect_secrets.filters.heuristic.is_templated_secret"},
        {"path": "detect_secrets.filters.heuristic.is_indirect_reference"},
        {"path": "detect_secrets.filters.heuristic.is_prefixed_with_dollar_sign"},
        {"path": "detect_secrets.filters.heuristic.is_not_alphanumeric_string"},
    ],
}

#: People of tests have passwords, which open nothing; keys that look like real ones do not belong there either.
OF_TESTS: Final = SETTINGS | {
    "plugins_used": [plugin for plugin in SETTINGS["plugins_used"] if plugin["name"] != "KeywordDetector"]
}


def main(names: list[str]) -> int:
    """Look through the files that are named, else through all that git keeps; the exit code tells."""
    paths = [Path(name) for name in names] or tracked()
    parts = [paths[first : first + AT_ONCE] for first in range(0, len(paths), AT_ONCE)]
    with ProcessPoolExecutor() as pool:
        found = [line for lines in pool.map(look_through, parts) for line in lines]
    for line in found:
        print(line)
    return 1 if found else 0


def tracked() -> list[Path]:
    """What git keeps, and what it would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return [PROJECT / name for name in listed.split("\0") if name]


def look_through(paths: list[Path]) -> list[str]:
    """A sentence for each secret, with the kind and the place, never the secret itself."""
    kept = [path for path in paths if not path.name.endswith(LEFT_OUT) and path.is_file()]
    tests = [path for path in kept if "tests" in path.parts]
    found = _found([path for path in kept if path not in tests], SETTINGS)
    return sorted(found + _found(tests, OF_TESTS))


def _found(paths: list[Path], settings: dict[str, Any]) -> list[str]:
    secrets = SecretsCollection()
    with transient_settings(settings):
        for path in paths:
            secrets.scan_file(str(path))
    return [f"{name}:{secret.line_number}: {secret.type}" for name, secret in secrets]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
