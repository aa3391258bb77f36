"""The tests that a change asks for first: of the files that differ from the upstream branch, and of those that name them.

The whole gate runs all tests. While one works, seconds count: a module asks for the test of its name, else for those of
its folder, and for every test file that imports it; a template for those of the folder of its name.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from config.gate.steps import APPS, PROJECT

PLACES = ("config", *APPS, "tests/access")


def changed_files() -> set[str]:
    """Those that are not in the upstream branch yet, and those that are not committed at all."""
    base = _git("merge-base", "HEAD", "@{upstream}") or ["HEAD"]
    return {*_git("diff", "--name-only", base[0]), *_git("ls-files", "--others", "--exclude-standard")}


def asked_by(names: Iterable[str], *, root: Path = PROJECT) -> list[str]:
    """Files and folders of tests for these files, as pytest takes them; what lies in a folder is not named again."""
    paths = [PurePath(name) for name in names]
    found = {test for path in paths for test in _own(path, root)}
    modules = {
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in paths
        if path.suffix == ".py"
    }
    found |= set(_naming(modules, root))
    return sorted(str(test) for test in found if not any(other in test.parents for other in found))


def _own(name: PurePath, root: Path) -> Iterator[PurePath]:
    if name.parts[0] == "templates" and len(name.parts) > 2:
        places = [PurePath(*name.parts[1:3]) / "tests", PurePath(name.parts[1]) / "tests"]
    elif name.suffix == ".py" and name.parts[0] in PLACES:
        if name.name.startswith("test_"):
            places = [name]
        elif "tests" in name.parts:
            places = [PurePath(*name.parts[: name.parts.index("tests") + 1])]
        else:
            places = [name.parent / "tests" / f"test_{name.name}", name.parent / "tests"]
    elif name.parts[:2] == ("tests", "access"):
        places = [PurePath("tests/access")]
    else:
        return
    yield from [place for place in places if (root / place).exists()][:1]


def _naming(modules: set[str], root: Path) -> Iterator[PurePath]:
    """Test files in which a module is imported."""
    pairs = [(module, *module.rpartition(".")[::2]) for module in modules if "." in module]
    for place in PLACES:
        for path in (root / place).rglob("test_*.py"):
            text = path.read_text()
            if any(
                f"from {module} import" in text or (f"from {package} import" in text and name in text)
                for module, package, name in pairs
            ):
                yield PurePath(path.relative_to(root))


def _git(*arguments: str) -> list[str]:
    result = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    return result.stdout.split() if result.returncode == 0 else []
