"""Texts that have made pages of other products run a script, as a user could type them into any field here.

`__xss` is set by whatever runs, `xss-probe` is asked for by whatever loads, and `data-xss` marks an element that a text has
become: the first two must not happen under any policy, the third not even where a policy would have stopped it.
"""

from __future__ import annotations

from typing import Final

STRINGS: Final = (
    # -- elements
    "<script data-xss>__xss=1</script>",
    "<script data-xss src=/xss-probe.js></script>",
    "<SCRIPT data-xss>__xss=1</SCRIPT >",
    "<scr<script data-xss>ipt>__xss=1</script>",
    "</script><script data-xss>__xss=1</script>",
    "</title><script data-xss>__xss=1</script>",
    "</textarea><script data-xss>__xss=1</script>",
    "</option></select><img data-xss src=x onerror=__xss=1>",
    "<iframe data-xss src=javascript:parent.__xss=1></iframe>",
    "<iframe data-xss srcdoc='<script>parent.__xss=1</script>'></iframe>",
    "<object data-xss data=javascript:__xss=1></object>",
    "<embed data-xss src=javascript:__xss=1>",
    "<base data-xss href=//xss-probe.example/>",
    "<meta data-xss http-equiv=refresh content='0;url=/xss-probe'>",
    "<link data-xss rel=stylesheet href=/xss-probe.css>",
    "<style data-xss>@import'/xss-probe.css'</style>",
    "<form data-xss action=/xss-probe><button>OK</button></form>",
    "<noscript><p data-xss title='</noscript><img src=x onerror=__xss=1>'>",
    "<template data-xss><script>__xss=1</script></template>",
    # -- handlers
    "<img data-xss src=x onerror=__xss=1>",
    "<img data-xss src=/xss-probe.png>",
    "<body data-xss onload=__xss=1>",
    "<video data-xss><source onerror=__xss=1></video>",
    "<audio data-xss src=x onerror=__xss=1>",
    "<details data-xss open ontoggle=__xss=1>x</details>",
    "<input data-xss autofocus onfocus=__xss=1>",
    "<select data-xss autofocus onfocus=__xss=1>",
    "<marquee data-xss onstart=__xss=1>x</marquee>",
    "<p data-xss onpointerenter=__xss=1 onclick=__xss=1>x</p>",
    "<b data-xss style=animation-name:a onanimationstart=__xss=1>",
    "<img/data-xss/src=x/onerror=__xss=1>",
    "<img data-xss src=x onerror\n=\n__xss=1>",
    "<img data-xss src=x onerror=&#95;&#95;xss&#61;1>",
    # -- out of an attribute
    '"><img data-xss src=x onerror=__xss=1>',
    "'><img data-xss src=x onerror=__xss=1>",
    '" data-xss onmouseover="__xss=1',
    "' data-xss onfocus='__xss=1' autofocus='",
    "` data-xss onmouseover=`__xss=1",
    '" data-xss style="background:url(/xss-probe)',
    # -- SVG and MathML
    "<svg data-xss onload=__xss=1>",
    "<svg data-xss><script>__xss=1</script></svg>",
    "<svg data-xss><a href=javascript:__xss=1><text y=9>x</text></a></svg>",
    "<svg data-xss><animate onbegin=__xss=1 attributeName=x>",
    "<svg data-xss><foreignObject><img src=x onerror=__xss=1></svg>",
    "</text></svg><img data-xss src=x onerror=__xss=1>",
    "<math data-xss href=javascript:__xss=1>x</math>",
    # -- what a second parser makes of it
    "<math><mtext><table><mglyph><style><!--</style><img data-xss title='--><img src=x onerror=__xss=1>'>",
    "<svg></p><style><a data-xss id='</style><img src=x onerror=__xss=1>'>",
    "<!--><img data-xss src=x onerror=__xss=1>-->",
    "<![CDATA[><img data-xss src=x onerror=__xss=1>]]>",
    "&lt;img data-xss src=x onerror=__xss=1&gt;",
    "&#60;img data-xss src=x onerror=__xss=1&#62;",
    "\\u003cimg data-xss src=x onerror=__xss=1\\u003e",
    "%3Cimg data-xss src=x onerror=__xss=1%3E",
    # -- addresses
    "javascript:__xss=1",
    "JaVaScRiPt:__xss=1//",
    "java\tscript:__xss=1",
    "data:text/html,<script data-xss>__xss=1</script>",
    "//xss-probe.example/x",
    # -- Markdown
    "[a](javascript:__xss=1)",
    "[a](JaVaScRiPt:__xss=1)",
    "[a](&#106;avascript:__xss=1)",
    "[a](data:text/html,<script>__xss=1</script>)",
    "![a](/xss-probe.png)",
    "![a](x){onerror=__xss=1}",
    '[a](https://a.example "x\\" data-xss onmouseover=\\"__xss=1")',
    "<javascript:__xss=1>",
    "[a]: javascript:__xss=1\n\n[a]",
    "```<img data-xss src=x onerror=__xss=1>```",
    # -- what this site's own scripts read
    "<div data-xss hx-get=/xss-probe hx-trigger=load>x</div>",
    "<div data-xss data-hx-get=/xss-probe data-hx-trigger=load>x</div>",
    "<b data-xss hx-on:click=__xss=1 hx-on::load=__xss=1>x</b>",
    "<b data-xss hx-vals='js:{a:(__xss=1)}' hx-post=/xss-probe hx-trigger=load>x</b>",
    '" data-xss hx-get="/xss-probe" hx-trigger="load',
    # -- templates
    "{{ 7|add:7 }}{% debug %}<b data-xss>",
    "${__xss=1}#{__xss=1}<%= __xss=1 %>",
    "{{constructor.constructor('__xss=1')()}}",
    "%(name)s %s {0} {task} {what}",
    # -- letters
    "\u202e<img data-xss src=x onerror=__xss=1>\u202c",
    "\uff1cimg data-xss src=x onerror=__xss=1\uff1e",
    "\u2028<script data-xss>__xss=1</script>\u2029",
    "<\ufeffimg data-xss src=x onerror=__xss=1>",
    "\ufb01<ſcript data-xss>__xss=1</ſcript>",
)


def fitting(length: int | None) -> list[str]:
    """Those that a field of this length can hold."""
    return [text for text in STRINGS if length is None or len(text) <= length]
