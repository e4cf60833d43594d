"""A deck as one HTML file that needs nothing else: no request leaves it, maps are SVG, the font is inside."""

import base64
from html import escape
from pathlib import Path

from geo.briefing import fonts
from geo.briefing.deck import Cancelled, Deck, Paper, Progress
from geo.briefing.layout import pages
from geo.briefing.running import counted
from geo.briefing.svg import svg

_STYLE = """
body{margin:0;background:#e9e6df;font-family:'Be Vietnam Pro',sans-serif}
section{max-width:1400px;margin:16px auto;background:#fff;box-shadow:0 1px 4px #0003;overflow:hidden}
section svg{width:100%;height:auto;display:block;touch-action:none;cursor:grab}
path:hover{filter:brightness(.93)}
@media print{body{background:#fff}section{box-shadow:none;margin:0;break-after:page}}
"""
# Wheel and drag change what the SVG shows of itself; a double click shows all of it again.
_SCRIPT = """
for(const s of document.querySelectorAll('svg')){let d=null;
const v=s.viewBox.baseVal,o=[v.x,v.y,v.width,v.height];
const at=e=>{const r=s.getBoundingClientRect();
return[v.x+(e.clientX-r.left)/r.width*v.width,v.y+(e.clientY-r.top)/r.height*v.height]};
s.addEventListener('wheel',e=>{if(!e.ctrlKey)return;e.preventDefault();const[x,y]=at(e),
k=Math.min(o[2]/v.width,Math.max(.1*o[2]/v.width,e.deltaY>0?1.2:1/1.2));
v.x=x-(x-v.x)*k;v.y=y-(y-v.y)*k;v.width*=k;v.height*=k},{passive:false});
s.addEventListener('pointerdown',e=>{d=at(e);s.setPointerCapture(e.pointerId)});
s.addEventListener('pointermove',e=>{if(!d||v.width>=o[2])return;
const p=at(e);v.x-=p[0]-d[0];v.y-=p[1]-d[1]});
s.addEventListener('pointerup',()=>{d=null});
s.addEventListener('dblclick',()=>{[v.x,v.y,v.width,v.height]=o})}
"""
_FORBID = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:"


def write(
    deck: Deck, path: Path, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> None:
    """Write `deck` to `path`. Raises InputError ``briefing_cancelled``."""
    made = counted(pages(deck, Paper.WIDE), len(deck.slides), progress, cancelled)
    sections = "".join(
        f"<section>{svg(page, deck.lang, family=fonts.FAMILY).replace('hatch', f'hatch{i}')}</section>"
        for i, page in enumerate(made)
    )
    path.write_text(
        f'<!doctype html><html lang="{deck.lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_FORBID}">'
        f"<title>{escape(deck.title)}</title><style>{_faces()}{_STYLE}</style></head>"
        f"<body>{sections}<script>{_SCRIPT}</script></body></html>",
        encoding="utf-8",
    )


def _faces() -> str:
    return "".join(
        f"@font-face{{font-family:'{fonts.FAMILY}';font-weight:{700 if bold else 400};"
        f"src:url(data:font/woff2;base64,{base64.b64encode(file.read_bytes()).decode()}) format('woff2');"
        f"unicode-range:{reach}}}"
        for bold in (False, True)
        for file, reach in zip(fonts.source_files(bold=bold), (_LATIN, _VIETNAMESE), strict=True)
        if file.exists()
    )


_VIETNAMESE = (
    "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,"
    "U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB"
)
_LATIN = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,"
    "U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
