"""Whether a formula makes sense: each column and function is known, and what stands together fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from tasks.formulas.errors import FormulaError, Problem
from tasks.formulas.tree import Kind, Node

#: Names of functions, as readers of Japanese may write them.
ALIASES: Final[Mapping[str, str]] = {
    "もし": "if", "最小": "min", "最大": "max", "日数": "days", "今日": "today", "基準日": "status_date", "空欄": "empty",
    "四捨五入": "round", "絶対値": "abs",
}  # fmt: skip
FUNCTIONS: Final = ("if", "min", "max", "days", "today", "status_date", "empty", "round", "abs")
_COMPARED: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})


class _Signature(NamedTuple):
    least: int
    most: int
    #: The kind of the result by those of the arguments; None where they do not fit.
    result: Callable[[Sequence[Kind]], Kind | None]


def _same(kinds: Sequence[Kind]) -> Kind | None:
    return kinds[0] if len(set(kinds)) == 1 and kinds[0] in {Kind.NUMBER, Kind.DAY} else None


def _chosen(kinds: Sequence[Kind]) -> Kind | None:
    return kinds[1] if kinds[0] is Kind.FLAG and len(set(kinds[1:])) == 1 else None


def _all(wanted: Kind, result: Kind) -> Callable[[Sequence[Kind]], Kind | None]:
    return lambda kinds: result if all(kind is wanted for kind in kinds) else None


_SIGNATURES: Final[Mapping[str, _Signature]] = {
    "if": _Signature(2, 3, _chosen),
    "min": _Signature(1, 20, _same),
    "max": _Signature(1, 20, _same),
    "days": _Signature(2, 2, _all(Kind.DAY, Kind.NUMBER)),
    "today": _Signature(0, 0, _all(Kind.DAY, Kind.DAY)),
    "status_date": _Signature(0, 0, _all(Kind.DAY, Kind.DAY)),
    "empty": _Signature(1, 1, lambda _kinds: Kind.FLAG),
    "round": _Signature(1, 2, _all(Kind.NUMBER, Kind.NUMBER)),
    "abs": _Signature(1, 1, _all(Kind.NUMBER, Kind.NUMBER)),
}


def function_of(node: Node) -> str:
    """The function that a call names. Raises FormulaError."""
    name: str = ALIASES.get(node.value, node.value)
    if name not in _SIGNATURES:
        raise FormulaError(Problem.FUNCTION, node.at, str(node.value))
    return name


def check(node: Node, columns: Mapping[str, Kind]) -> Kind:
    """What a formula over columns of these kinds comes to. Raises FormulaError at the first place that does not fit."""
    match node.what:
        case "number" | "text" | "flag":
            return Kind(node.what)
        case "column":
            if node.value not in columns:
                raise FormulaError(Problem.COLUMN, node.at, node.value)
            return columns[node.value]
    kinds = [check(part, columns) for part in node.parts]
    found = _call(node, kinds) if node.what == "call" else _operator(node.what, kinds)
    if found is None:
        piece = node.value if node.what == "call" else "-" if node.what == "sign" else node.what
        raise FormulaError(Problem.KIND, node.at, str(piece), "・".join(kinds))
    return found


def _call(node: Node, kinds: Sequence[Kind]) -> Kind | None:
    signature = _SIGNATURES[function_of(node)]
    if not signature.least <= len(kinds) <= signature.most:
        expected = str(signature.least)
        if signature.most != signature.least:
            expected = f"{signature.least}–{signature.most}"
        raise FormulaError(Problem.ARGUMENTS, node.at, str(node.value), expected)
    return signature.result(kinds)


def _operator(sign: str, kinds: Sequence[Kind]) -> Kind | None:
    first, *rest = kinds
    match sign:
        case "not" | "and" | "or":
            return Kind.FLAG if set(kinds) == {Kind.FLAG} else None
        case "&":
            return Kind.TEXT if Kind.FLAG not in kinds else None
        case "sign" | "*" | "/":
            return Kind.NUMBER if set(kinds) == {Kind.NUMBER} else None
        case "+" | "-":
            return _sum(sign, first, rest[0])
    is_order = sign in _COMPARED and sign not in {"=", "<>"}
    return Kind.FLAG if first is rest[0] and not (is_order and first is Kind.FLAG) else None


def _sum(sign: str, first: Kind, second: Kind) -> Kind | None:
    if (first, second) == (Kind.NUMBER, Kind.NUMBER):
        return Kind.NUMBER
    if (first, second) == (Kind.DAY, Kind.NUMBER):
        return Kind.DAY
    if sign == "+" and (first, second) == (Kind.NUMBER, Kind.DAY):
        return Kind.DAY
    return Kind.NUMBER if sign == "-" and (first, second) == (Kind.DAY, Kind.DAY) else None
