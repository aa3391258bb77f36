"""Is the English catalogue whole? `python -m config.gate.translations --write` brings the files up to date."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from config.gate import catalogue, sources
from config.gate.catalogue import Entry, Text

PROJECT: Final = Path(__file__).resolve().parents[2]
CATALOGUE: Final = PROJECT / "locale" / "en" / "LC_MESSAGES" / "django.po"
HEADER: Final = Entry(
    Text(""),
    [
        "Language: en\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    ],
)
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Where Japanese writes the number of a month, English writes {month_name}: the caller passes both.
BY_NAME: Final = re.compile(r"_name\}")
COMPILED_NAME: Final = "django.mo"


def main() -> int:
    """Check, or write."""
    wanted = {text.key: text for text in sorted(sources.texts(PROJECT))}
    if "--write" in sys.argv[1:]:
        _write(wanted)
    entries = catalogue.read(CATALOGUE) if CATALOGUE.exists() else []
    problems = [*find_problems(entries, wanted), *_stale(entries)]
    for problem in problems[:40]:
        print(problem)
    if len(problems) > 40:
        print(f"… and {len(problems) - 40} more.")
    if problems:
        print(
            f"{len(problems)} problems. `python -m config.gate.translations --write` adds and compiles; you translate."
        )
    return 1 if problems else 0


def find_problems(entries: list[Entry], wanted: dict[str, Text]) -> Iterator[str]:
    """What keeps an English reader from reading English."""
    known = {entry.text.key: entry for entry in entries if entry.text.singular}
    for key, text in wanted.items():
        entry = known.get(key)
        if entry is None:
            yield f"not in the catalogue: {text.singular}"
        elif entry.is_fuzzy:
            yield f"only guessed (fuzzy): {text.singular}"
        elif not entry.is_complete:
            yield f"not translated: {text.singular}"
        elif text.plural and len(entry.translations) < 2:
            yield f"has no plural form: {text.singular}"
        elif not _same_placeholders(entry):
            yield f"placeholders differ: {text.singular} → {entry.translations[0]}"
    for key in sorted(known.keys() - wanted.keys()):
        yield f"used nowhere any more: {known[key].text.singular}"


def _same_placeholders(entry: Entry) -> bool:
    """A translation may leave the number out of one of its forms, but must not ask for what it will not get."""
    given = set(PLACEHOLDER.findall(entry.text.singular + entry.text.plural))
    asked = [set(PLACEHOLDER.findall(BY_NAME.sub("}", form))) for form in entry.translations]
    return all(form <= given for form in asked) and set().union(*asked) == given


def _stale(entries: list[Entry]) -> Iterator[str]:
    path = CATALOGUE.with_name(COMPILED_NAME)
    if entries and (not path.exists() or path.read_bytes() != catalogue.compiled(entries)):
        yield f"{path.relative_to(PROJECT)} was not compiled from {CATALOGUE.name} as it is now"


def _write(wanted: dict[str, Text]) -> None:
    known = {entry.text.key: entry for entry in (catalogue.read(CATALOGUE) if CATALOGUE.exists() else [])}
    # A text that gained a plural keeps the one translation that it had.
    kept = [replace(known[key], text=text) if key in known else Entry(text) for key, text in wanted.items()]
    entries = [known.get("", HEADER), *kept]
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.write(entries, CATALOGUE)
    CATALOGUE.with_name(COMPILED_NAME).write_bytes(catalogue.compiled(entries))


if __name__ == "__main__":
    sys.exit(main())
