"""Reading a formula: its text becomes a tree, or a fault with its place. What is read is bounded, and nothing of it is ever run as code.

`[開始] + 5`, `if([進捗] < 50 and [終了] < today(), "遅れ", "")`. Columns stand in brackets, texts in quotes; signs may be wide ones.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tasks.formulas.errors import FormulaError, Problem
from tasks.formulas.tree import Node, over

if TYPE_CHECKING:
    from lark import Lark

#: Characters of a formula, and nodes one below the other: what a user writes is far below, and no machine minds it.
LONGEST: Final = 1_000
DEEPEST: Final = 60
_SHOWN: Final = 20
#: ！ to ～: one character each, so that places stay.
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_OUTSIDE: Final = re.compile(r'"(?:[^"]|"")*"?|\[[^\[\]]*\]?|［[^［］\[\]]*[］\]]?|[^"\[［]+')
_COLUMN: Final = re.compile(r'"(?:[^"]|"")*"|\[([^\[\]]*)\]')
#: What closes what is opened.
_CLOSED: Final = {"[": "]", '"': '"'}
_GRAMMAR: Final = r"""
?start: either
?either: both | either OR both -> two
?both: negated | both AND negated -> two
?negated: compared | NOT negated -> negation
?compared: joined | joined COMPARE joined -> two
?joined: sum | joined JOIN sum -> two
?sum: product | sum ADD product -> two
?product: signed | product MULTIPLY signed -> two
?signed: atom | ADD signed -> sign
?atom: NUMBER -> number | TEXT -> text | COLUMN -> column | (YES | NO) -> flag | call | "(" either ")"
call: NAME OPEN [either (SEPARATOR either)*] ")"

OR.3: /or(?!\w)|または/i
AND.3: /and(?!\w)|かつ/i
NOT.3: /not(?!\w)/i
YES.3: /true(?!\w)|yes(?!\w)|はい/i
NO.3: /false(?!\w)|no(?!\w)|いいえ/i
COMPARE: /<=|>=|<>|!=|[=<>≤≥≠]/
JOIN: "&"
ADD: /[+\-−]/
MULTIPLY: /[*\/×÷]/
SEPARATOR: /[,、]/
OPEN: "("
NUMBER: /\d{1,12}(?:\.\d{1,6})?/
TEXT: /"(?:[^"\n]|"")*"/
COLUMN: /\[[^\[\]\n]+\]/
NAME: /[^\W\d]\w*/
%ignore /[ \t\r\n\u3000]+/
"""
_SPELLED: Final = {
    "−": "-",
    "×": "*",
    "÷": "/",
    "!=": "<>",
    "≠": "<>",
    "≤": "<=",
    "≥": ">=",
    "または": "or",
    "かつ": "and",
}


@cache
def _parser() -> Lark:
    # Most processes never read a formula.
    from lark import Lark, Transformer  # noqa: PLC0415

    class Build(Transformer):  # type: ignore[type-arg]  # of nodes
        """Nodes from the inside out, while the text is read: nothing here calls itself."""

        def number(self, found: list[Any]) -> Node:
            text = str(found[0])
            return Node("number", found[0].start_pos, float(text) if "." in text else int(text))

        def text(self, found: list[Any]) -> Node:
            return Node("text", found[0].start_pos, str(found[0])[1:-1].replace('""', '"'))

        def column(self, found: list[Any]) -> Node:
            return Node("column", found[0].start_pos, str(found[0])[1:-1].strip())

        def flag(self, found: list[Any]) -> Node:
            return Node("flag", found[0].start_pos, found[0].type == "YES")

        def two(self, found: list[Any]) -> Node:
            sign = str(found[1]).lower()
            return over(_SPELLED.get(sign, sign), found[1].start_pos, None, found[0], found[2])

        def negation(self, found: list[Any]) -> Node:
            return over("not", found[0].start_pos, None, found[1])

        def sign(self, found: list[Any]) -> Node:
            return over("sign", found[0].start_pos, 1 if str(found[0]) == "+" else -1, found[1])

        def call(self, found: list[Any]) -> Node:
            parts = [each for each in found[1:] if isinstance(each, Node)]
            return over("call", found[0].start_pos, str(found[0]).lower(), *parts)

    return Lark(_GRAMMAR, parser="lalr", transformer=Build(), maybe_placeholders=False)


def plain(text: str) -> str:
    """A formula with its wide signs as narrow ones, outside of texts and names, each in its place."""

    def narrow(found: re.Match[str]) -> str:
        piece = found[0]
        if piece.startswith('"'):
            return piece
        if piece[0] in "[［":
            return f"[{piece[1:-1]}]" if piece[-1] in "]］" and len(piece) > 1 else f"[{piece[1:]}"
        return piece.translate(_WIDE)

    return _OUTSIDE.sub(narrow, text.replace("＂", '"'))


def read(text: str) -> Node:
    """The tree of a formula. Raises FormulaError: nothing, too long, too deep, or what does not stand there."""
    if not text.strip():
        raise FormulaError(Problem.EMPTY)
    if len(text) > LONGEST:
        raise FormulaError(Problem.LONG, LONGEST)
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415  # with the parser

    clean = plain(text)
    try:
        node = _parser().parse(clean)
    except UnexpectedInput as error:
        raise _fault(clean, error) from None
    found: Node = node  # type: ignore[assignment]  # what Build makes
    if found.depth > DEEPEST:
        raise FormulaError(Problem.DEEP, found.at)
    return found


def _fault(text: str, error: Any) -> FormulaError:
    place = getattr(error, "pos_in_stream", None)
    is_end = getattr(getattr(error, "token", None), "type", "") == "$END"
    if place is None or place < 0 or is_end or place >= len(text.rstrip()):
        return FormulaError(Problem.UNFINISHED, len(text.rstrip()))
    rest = text[place:]
    if rest[0] in _CLOSED and _CLOSED[rest[0]] not in rest[1:]:
        return FormulaError(Problem.UNFINISHED, place)
    word = re.match(r"\w+|.", rest, re.DOTALL)
    return FormulaError(Problem.UNEXPECTED, place, (word[0] if word else rest)[:_SHOWN])


def with_names(text: str, name_of: Any) -> str:
    """The same formula with other names in its brackets: `name_of(name)` says which. Texts in quotes stay."""

    def renamed(found: re.Match[str]) -> str:
        return found[0] if found[1] is None else f"[{name_of(found[1].strip())}]"

    return _COLUMN.sub(renamed, plain(text))
