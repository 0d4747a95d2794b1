"""The summary of mistakes on top of a page follows the page below it, whatever order a form class declares.

A line whose field the page does not show (the form has gone, because somebody decided meanwhile) is plain text: a link
that leads nowhere would send people looking for a field that is not there.
"""

import re

SUMMARY = re.compile(r'(<div class="errors".*?<ul>)(.*?)(</ul>)', re.DOTALL)
LINE = re.compile(r'<li>(?:<a href="#(?P<id>[^"]+)">(?P<words>.*?)</a>|.*?)</li>', re.DOTALL)


def in_page_order(html: str) -> str:
    """`html` with the lines of its summary in the order of their fields; lines of no field stay first."""
    found = SUMMARY.search(html)
    if found is None:
        return html
    below = html[found.end() :]
    lines = sorted(
        ((_place(line["id"], below), line) for line in LINE.finditer(found[2])),
        key=lambda one: one[0],
    )
    words = "".join(
        f"<li>{line['words']}</li>" if line["id"] and place < 0 else line[0]
        for place, line in lines
    )
    return html[: found.start(2)] + words + html[found.end(2) :]


def _place(field_id: str | None, below: str) -> int:
    if field_id is None:
        return -2
    return max(below.find(f'id="{field_id}"'), below.find(f'name="{field_id}"'))
