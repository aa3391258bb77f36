"""That the page about security promises nothing that is not there."""

from __future__ import annotations

import re

from django.conf import settings

from config.gate.steps import PROJECT

PAGE = (PROJECT / "docs/security.md").read_text(encoding="utf-8")


def kept_files() -> set[str]:
    places = ("config", "docs", "ops", "projects", "reports", "resources", "tasks", "tests")
    return {str(path.relative_to(PROJECT)) for place in places for path in (PROJECT / place).rglob("*")}


class TestSecurityPage:
    def test_names_files_that_are_there(self) -> None:
        files = kept_files()
        names = {path.rpartition("/")[2] for path in files}
        named = re.findall(r"`((?:config|docs|ops|projects|reports|resources|tasks|tests)/[\w./-]+)`", PAGE)
        assert [path for path in named if path not in files] == []
        assert [name for name in re.findall(r"`(test_\w+\.py)`", PAGE) if name not in names] == []

    def test_names_tests_by_name_that_are_there(self) -> None:
        tests = [path for path in kept_files() if re.search(r"/test_\w+\.py$", path)]
        code = "".join((PROJECT / path).read_text(encoding="utf-8") for path in tests)
        assert [name for name in re.findall(r"`(test_[a-z_]+)`", PAGE) if f"def {name}(" not in code] == []

    def test_names_every_limit_with_its_default(self) -> None:
        told = dict(re.findall(r"^\| `LIMIT_(\w+)` \| (\S+) \|", PAGE, re.MULTILINE))
        from config import settings as written

        given = getattr(settings, "LIMITS", None) or written.LIMITS
        assert {name.lower(): rate for name, rate in told.items()} == {**given}

    def test_tells_of_each_chapter_once(self) -> None:
        rows = [line.split("|")[1].strip() for line in PAGE.splitlines() if re.match(r"\| \d+[. ]", line)]
        chapters = {int(re.match(r"\d+", row)[0]) for row in rows}
        assert chapters == set(range(1, 18))
        assert len(rows) == len(set(rows))
