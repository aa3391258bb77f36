"""Scripts as they are served: without comments and indentation, each token in the line in which it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tree_sitter_javascript
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_LANGUAGE: Final = Language(tree_sitter_javascript.language())
#: Within these, white space is what is said.
_LITERALS: Final = frozenset({"string", "template_string", "regex"})
#: Beside each other they would be another sign, or begin a comment.
_APART: Final = frozenset({b"++", b"--", b"//"})


class NotAScriptError(ValueError):
    """The parser did not understand a file."""


def strip(source: bytes) -> bytes:
    """The same tokens in the same lines, so that a place in an error is the place in the source; raises NotAScriptError."""
    tree = Parser(_LANGUAGE).parse(source)
    if tree.root_node.has_error:
        message = f"line {_first_error(tree.root_node).start_point.row + 1}"
        raise NotAScriptError(message)
    pieces: list[bytes] = []
    line, end, before = 0, 0, b""
    for token in tokens(tree.root_node):
        text = source[token.start_byte : token.end_byte]
        parent = token.parent
        if parent is not None and parent.type in _LITERALS and token.start_byte != parent.start_byte:
            pieces.append(source[end : token.start_byte])
        elif token.start_point.row > line:
            pieces.append(b"\n" * (token.start_point.row - line))
        elif end != token.start_byte and _need_space(before, text):
            pieces.append(b" ")
        pieces.append(text)
        line, end, before = token.end_point.row, token.end_byte, text
    return b"".join(pieces)


def tokens(node: Node) -> Iterator[Node]:
    """What a script consists of, in its order, without comments."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.children:
            waiting += reversed(each.children)
        elif each.type != "comment" and each.start_byte != each.end_byte:
            yield each


def _need_space(before: bytes, text: bytes) -> bool:
    last, first = before[-1:], text[:1]
    if last + first in _APART:
        return True
    # A pattern may end before a word, which would become its flags; a number may end before a dot.
    return (_is_word(last) or last == b"/") and (_is_word(first) or (first == b"." and last.isdigit()))


def _is_word(character: bytes) -> bool:
    return character.isalnum() or character in {b"_", b"$", b"#"} or character >= b"\x80"


def _first_error(node: Node) -> Node:
    bad = next((each for each in node.children if each.has_error or each.is_missing), None)
    return node if bad is None else _first_error(bad)
