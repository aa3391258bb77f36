"""In which order formulas are computed that count on each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tasks.formulas.errors import FormulaError, Problem


def in_order(needs: Mapping[str, Collection[str]]) -> list[str]:
    """Names so that each comes behind those that it needs; names that are no keys are there already.

    Raises FormulaError (CIRCLE), whose piece names the circle: "a → b → a".
    """
    found: list[str] = []
    done: set[str] = set()
    for start in needs:
        # Its own stack: a long chain is no matter of Python's.
        path: list[tuple[str, list[str]]] = [] if start in done else [(start, sorted(needs[start]))]
        while path:
            name, left = path[-1]
            if not left:
                path.pop()
                if name not in done:
                    done.add(name)
                    found.append(name)
                continue
            wanted = left.pop(0)
            names = [each for each, _left in path]
            if wanted in names:
                circle = [*names[names.index(wanted) :], wanted]
                raise FormulaError(Problem.CIRCLE, piece=" → ".join(circle))
            if wanted in needs and wanted not in done:
                path.append((wanted, sorted(needs[wanted])))
    return found
