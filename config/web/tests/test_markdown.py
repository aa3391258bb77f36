"""What people write is read, and never runs."""

import re

import pytest

from config.web.markdown import MOST, as_html, as_line, as_text

#: Ways to have a script run that pages have fallen for.
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:msgbox(1))",
    "![a](javascript:alert(1))",
    '[a](https://a.example "x" onmouseover=alert(1))',
    "<a href=\"x\" onclick='alert(1)'>a</a>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://a.example'</style>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
    "```html\n<script>alert(1)</script>\n```",
    "`<img src=x onerror=alert(1)>`",
    "<form action=https://a.example><input name=csrf></form>",
    '<p style="position:fixed">a</p>',
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script>alert(1)</script>",
    "<" * 2_000,
]
#: Elements and attributes that may come out, and no others.
TAG = re.compile(r"<(/?)([a-zA-Z0-9]+)([^>]*)>")


class TestAsHtml:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_lets_nothing_run(self, text: str) -> None:
        made = as_html(text)
        for _end, name, rest in TAG.findall(made):
            assert name in {"p", "a", "br", "code", "pre", "em", "strong"}
            assert not re.search(r"\bon\w+\s*=|style\s*=|src\s*=", rest, re.IGNORECASE)
            assert not re.search(r'href="\s*(?!https?:|mailto:)', rest, re.IGNORECASE)

    @pytest.mark.parametrize(
        ("text", "made"),
        [
            ("一行目\n二行目", "<p>一行目<br>\n二行目</p>\n"),
            ("**重要**", "<p><strong>重要</strong></p>\n"),
            ("- 設計\n- 開発", "<ul>\n<li>設計</li>\n<li>開発</li>\n</ul>\n"),
            ("# 見出し", "<h3>見出し</h3>\n"),
            ("## 中見出し", "<h4>中見出し</h4>\n"),
            ("[資料](https://a.example/x)", '<p><a href="https://a.example/x" rel="noopener noreferrer nofollow">資料</a></p>\n'),
            ("~~古い~~", "<p><s>古い</s></p>\n"),
            ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ],
    )  # fmt: skip
    def test_reads_as_it_was_meant(self, text: str, made: str) -> None:
        assert as_html(text) == made

    def test_shows_what_is_too_long_as_it_is(self) -> None:
        made = as_html("*a* <b>" + "x" * MOST)
        assert made.startswith("<pre>*a*&#32;&lt;b&gt;")
        assert "<b>" not in made

    @pytest.mark.parametrize("piece", ["[", "*", "> ", "- ", "`", "((", "![[", "|a|\n|-|\n"])
    def test_stays_small_for_what_was_written_to_cost_time(self, piece: str) -> None:
        text = (piece * MOST)[:MOST]
        assert len(as_html(text)) < 40 * MOST


class TestAsText:
    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ("**至急**", "至急"),
            ("# 見出し\n\n本文の *強調* と `code`", "見出し\n本文の 強調 と code"),
            ("一行目\n二行目", "一行目\n二行目"),
            ("- 設計\n- 開発\n  - 試験", "・設計\n・開発\n  ・試験"),
            ("3. 三\n4. 四", "3. 三\n4. 四"),
            ("- 一段落目\n\n  二段落目", "・一段落目\n二段落目"),
            ("[資料](https://a.example/x) と <https://b.example>", "資料 と https://b.example"),
            ("![図](https://a.example/x.png)", "図"),
            ("~~古い~~ > < &", "古い > < &"),
            ("> 引用", "引用"),
            ("```\na = 1\n\nb = 2\n```", "a = 1\n\nb = 2"),
            ("|項目|値|\n|-|-|\n|工数|**3**|", "項目 / 値\n工数 / 3"),
            ("<b>太字</b>", "<b>太字</b>"),
            ("2 * 3 * 4、a_b_c、~10%", "2 * 3 * 4、a_b_c、~10%"),
            ("---", ""),
            ("", ""),
        ],
    )
    def test_says_what_was_meant(self, text: str, plain: str) -> None:
        assert as_text(text) == plain

    def test_leaves_alone_what_is_too_long(self) -> None:
        assert as_text("*" + "x" * MOST) == "*" + "x" * MOST


class TestAsLine:
    def test_is_one_line(self) -> None:
        assert as_line("**至急**\n\n- 部品\n- 人") == "至急 ・部品 ・人"

    def test_is_cut_behind_the_signs(self) -> None:
        assert as_line("**至急の対応です**", 4) == "至急の…"
        assert as_line("**至急**", 2) == "至急"
