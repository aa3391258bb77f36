"""Scripts without what only readers need: the same tokens, in the same lines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Parser

from config.gate.steps import PROJECT
from config.web.stripping import NotAScriptError, strip, tokens

SCRIPTS = sorted((PROJECT / "static/js").rglob("*.js"))


def tokens_of(source: bytes) -> list[tuple[str, bytes, int]]:
    """Each with its kind and the line in which it begins."""
    root = Parser(Language(tree_sitter_javascript.language())).parse(source).root_node
    return [
        (each.type, source[each.start_byte : each.end_byte], each.start_point.row) for each in tokens(root)
    ]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_says_the_same_in_the_same_lines(path: Path) -> None:
    source = path.read_bytes()
    assert tokens_of(strip(source)) == tokens_of(source)


def test_is_read_by_another_parser(tmp_path: Path) -> None:
    """Node's, one file after the other as one module each."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    for path in SCRIPTS:
        stripped = tmp_path / f"{path.stem}.mjs"
        stripped.write_bytes(strip(path.read_bytes()))
    for stripped in tmp_path.glob("*.mjs"):
        subprocess.run([node, "--check", str(stripped)], check=True)


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("/** @param {string} x */\nconst a = 1; // one\n", "\nconst a=1;"),
        ("const a = `  // ${ b ? `/* ${ c } */` : '' }  `;", "const a=`  // ${b?`/* ${c} */`:''}  `;"),
        ("const a = b.match(/ \\/\\/ [/*] /g) in c;", "const a=b.match(/ \\/\\/ [/*] /g)in c;"),
        ("if (/a b/ instanceof c) d = 1 / 2 / e;", "if(/a b/ instanceof c)d=1/ 2/ e;"),
        ("a = b + +c - -d; e = f++ + g;", "a=b+ +c- -d;e=f++ +g;"),
        ("return /* why */ a\n  + b", "return a\n+b"),
        ("class A {\n  static async *#b() { yield* c }\n}", "class A{\nstatic async*#b(){yield*c}\n}"),
        ("const { a } = await import('./b.js');", "const{a}=await import('./b.js');"),
        ('import { a, b } from "./c.js";\nimport "./d.js";', 'import{a,b}from"./c.js";\nimport"./d.js";'),
        ("const a = 1 .toFixed(), b = '言葉  と' /* 空白 */;", "const a=1 .toFixed(),b='言葉  と';"),
    ],
)
def test_keeps_what_is_said(written: str, served: str) -> None:
    assert strip(written.encode()).decode() == served
    assert strip(served.encode()).decode() == served


def test_refuses_what_it_does_not_understand() -> None:
    with pytest.raises(NotAScriptError, match="line 2"):
        strip(b"const a = 1;\nconst b = {;\n")
