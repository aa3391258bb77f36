"""Who imports whom, beyond what the contracts in pyproject.toml say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("config", "projects", "resources", "tasks", "reports")
#: Contracts that name the rooms of the plan above those that they are about.
OF_ROOMS = (
    "The plan knows nothing of what is shown of it and done with it",
    "Rows, loads and reasons know nothing of edits",
)
#: Packages of `tasks/` that these contracts need not name: what every room may import, and what is no room. Of `gantt` the
#: geometry is below all rooms.
BELOW_ROOMS = frozenset(
    {
        "models",
        "scheduling",
        "costing",
        "interchange",
        "gantt",
        "plan",
        "management",
        "migrations",
        "tests",
        "formulas",
    }
)


@pytest.fixture(scope="module")
def modules() -> grimp.ImportGraph:
    """All modules with what each imports, at its top or from within a function; what only types need is left out."""
    first, *others = PACKAGES
    return grimp.build_graph(first, *others, exclude_type_checking_imports=True, cache_dir=None)


def circle_in(graph: grimp.ImportGraph) -> list[str]:
    """Modules that import each other, the first one again at the end; empty where there are none."""
    wants = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(wants).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


class TestCircles:
    def test_there_are_none(self, modules: grimp.ImportGraph) -> None:
        assert len(modules.modules) > 500
        assert circle_in(modules) == []

    def test_an_import_within_a_function_counts(self, modules: grimp.ImportGraph) -> None:
        package = "tasks.scheduling.compiled"
        assert modules.direct_import_exists(importer=f"{package}.ready", imported=f"{package}.warm")

    def test_one_is_named(self) -> None:
        graph = grimp.ImportGraph()
        for importer, imported in (("schedule", "ready"), ("ready", "passes"), ("passes", "columns")):
            graph.add_import(importer=importer, imported=imported)
        assert circle_in(graph) == []
        graph.add_import(importer="passes", imported="schedule")
        circle = circle_in(graph)
        assert circle[0] == circle[-1]
        assert set(circle) == {"schedule", "ready", "passes"}


def contracts_of_rooms() -> list[dict[str, Any]]:
    """The contracts in pyproject.toml that list rooms by hand."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [one for one in declared if one["name"] in OF_ROOMS]


def unguarded(rooms: Iterable[str], contract: dict[str, Any]) -> list[str]:
    """A sentence for each room that a contract has forgotten."""
    modules = contract["source_modules"] + contract["forbidden_modules"]
    named = {module.split(".")[1] for module in modules}
    return [
        f'tasks/{room} is not watched: add "tasks.{room}" to forbidden_modules of the contract "{contract["name"]}" in'
        " pyproject.toml; or, where every room may import it, to BELOW_ROOMS in config/tests/test_imports.py."
        for room in sorted(set(rooms) - named - BELOW_ROOMS)
    ]


class TestRoomsOfThePlan:
    @pytest.fixture
    def rooms(self) -> list[str]:
        return [path.parent.name for path in (ROOT / "tasks").glob("*/__init__.py")]

    def test_are_all_named_in_the_contracts(self, rooms: list[str]) -> None:
        assert len(rooms) > 20
        assert [one["name"] for one in contracts_of_rooms()] == list(OF_ROOMS)
        missing = [sentence for contract in contracts_of_rooms() for sentence in unguarded(rooms, contract)]
        assert not missing, "\n".join(missing)

    def test_below_them_are_no_more_than_there_are(self) -> None:
        folders = {path.name for path in (ROOT / "tasks").iterdir() if path.is_dir()}
        assert folders >= BELOW_ROOMS

    def test_one_that_was_forgotten_is_named_with_where_it_belongs(self) -> None:
        for contract in contracts_of_rooms():
            (sentence,) = unguarded(["budgets", "sheet", "plan"], contract)
            assert sentence.startswith(
                'tasks/budgets is not watched: add "tasks.budgets" to forbidden_modules'
            )
