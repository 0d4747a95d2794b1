"""The chart of a comparison as a file of its own: two lines of yen added up over the months. Pure."""

from xml.sax.saxutils import escape

from points.programmes.wording import N_
from points.simulation.picture import TOP, Line, draw
from volunteer.core.sheet import BOTTOM, LEFT, RIGHT

TITLE = N_("みなさんがすぐに交換したときの費用（はじめからの合計、円）")
LOOKS = (
    'stroke="#00306b" fill="none" stroke-width="3"',
    'stroke="#8b3000" fill="none" stroke-width="3" stroke-dasharray="7 5"',
)


def chart_of(names: tuple[str, ...], lines: list[Line]) -> str:
    """An SVG with a title, both names with their last sums, and the lines; solid is the first, dashed the second."""
    picture = draw(lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -30 720 340" role="img"'
        f' font-family="sans-serif" font-size="15"><title>{TITLE}</title>',
        '<rect x="0" y="-30" width="720" height="340" fill="#fff"/>',
        f'<text x="{LEFT}" y="-8" font-weight="bold">{TITLE}</text>',
        f'<text x="{LEFT}" y="18">{picture.highest:,}</text>',
        f'<path d="M{LEFT} {TOP}H{RIGHT}" stroke="#ccc"/>',
        f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="#222"/>',
    ]
    for number, (name, points) in enumerate(zip(names, picture.lines, strict=True)):
        y = 268 + 26 * number
        parts += [
            f'<polyline points="{points}" {LOOKS[number]}/>',
            f'<path d="M{LEFT} {y - 5}h48" {LOOKS[number]}/>',
            f'<text x="{LEFT + 60}" y="{y}">{escape(name)} {lines[-1].sums[number]:,}</text>',
        ]
    parts += [
        f'<text x="{x}" y="240" text-anchor="middle">{day.year}/{day.month}</text>'
        for x, day in picture.labels
    ]
    return "\n".join([*parts, "</svg>", ""])
