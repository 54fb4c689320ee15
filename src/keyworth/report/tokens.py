"""The colours and type of the design, once: page, charts and dark scheme all take them from here."""

from keyworth.words import Language

LIGHT = {
    "surface": "#FFFFFF",
    "bg": "#F6F6F4",
    "sunken": "#EFEFEC",
    "hover": "#F4F5F3",
    "line": "#E2E2DD",
    "line2": "#82878D",
    "ink": "#1A1D21",
    "ink2": "#4C535B",
    "ink3": "#646B73",
    "accent": "#155A8A",
    "accent-mid": "#568CB7",
    "on-accent": "#FEFFFF",  # one step off white, so that a chart can tell it from the surface
    "risk": "#B23421",
    "warn": "#835400",
    "good": "#1B6B4A",
    "accent-soft": "#E4EEF6",
    "risk-soft": "#FBE9E5",
    "warn-soft": "#FBF0D6",
    "good-soft": "#E2F2EA",
}
DARK = {
    "surface": "#1A1E23",
    "bg": "#121519",
    "sunken": "#15191D",
    "hover": "#22272D",
    "line": "#2E343B",
    "line2": "#727A83",
    "ink": "#E9EBEE",
    "ink2": "#B6BDC5",
    "ink3": "#969EA7",
    "accent": "#7DB8E8",
    "accent-mid": "#568AB6",
    "on-accent": "#0B1C2A",
    "risk": "#F2937F",
    "warn": "#E3B866",
    "good": "#74C79F",
    "accent-soft": "#183048",
    "risk-soft": "#43211B",
    "warn-soft": "#3A2D12",
    "good-soft": "#17352A",
}

_STEPS = (14, 28, 46, 70, 100)  # how much of the hue is mixed into the surface, per cent


def _mixed(hue: str, surface: str, per_cent: int) -> str:
    pairs = zip(_channels(hue), _channels(surface), strict=True)
    return "#" + "".join(f"{round((per_cent * a + (100 - per_cent) * b) / 100):02X}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


for _scheme in (LIGHT, DARK):
    for _hue in ("accent", "risk"):
        for _number, _step in enumerate(_STEPS, start=1):
            _scheme[f"{_hue}-{_number}"] = _mixed(_scheme[_hue], _scheme["surface"], _step)

ACCENT_STEPS = tuple(LIGHT[f"accent-{number}"] for number in range(1, 6))
RISK_STEPS = tuple(LIGHT[f"risk-{number}"] for number in range(1, 6))

_CHINESE = (
    "'PingFang SC'",
    "'Noto Sans CJK SC'",
    "'Noto Sans SC'",
    "'Source Han Sans SC'",
    "'Microsoft YaHei'",
)
_LATIN = ("Roboto", "'Noto Sans'", "'Helvetica Neue'", "Arial")
_FIRST = ("-apple-system", "'Segoe UI'")
# With a Chinese font first, an English page would get full-width quotation marks.
FONTS: dict[Language, str] = {
    "zh": ", ".join((*_FIRST, *_CHINESE, "sans-serif")),
    "en": ", ".join((*_FIRST, *_LATIN, *_CHINESE, "sans-serif")),
}
