"""Who imports whom, beyond what the contracts in pyproject.toml say."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

PACKAGES = ("config", "projects", "resources", "tasks", "reports")


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
