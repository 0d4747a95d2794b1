"""The sheets that hosts and staff have in common: posters and name lists, ready for the printer."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template, request, url_for
from markupsafe import Markup

from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from matching.paper.queries import LISTS_AT_ONCE, NameList, ShiftsOfDay, name_lists
from volunteer.core import clock
from volunteer.core.audit import record_views
from volunteer.core.codes import format_code
from volunteer.core.errors import NotFound
from volunteer.core.i18n import EASY, JAPANESE, LANGUAGES, _, _l, in_language, language
from volunteer.core.links import absolute
from volunteer.core.qr import qr_svg, smallest_version
from volunteer.core.ruby import ruby

TEMPLATES = "matching/paper"
POSTER_LEVEL = "Q"
"""A poster hangs in rain and gets torn: a quarter of it may be gone."""

VERSION_MIN = 4
"""From this version on the quiet zone of a code of 100 mm is at most the 12.2 mm that the sheet leaves white."""

ROOMY, TIGHT = (11, 25), (28, 50)
"""Letters of title and place that fit beside the picture of the town, and without it; longer ones are set smallest."""


@dataclass(frozen=True)
class Poster:
    """What stands on a poster."""

    title: str
    place: str
    icon: str
    code: str
    starts_at: datetime
    ends_at: datetime
    is_of_place: bool

    @property
    def size(self) -> str:
        """How long its words are: "", long, longest."""
        lengths = len(self.title), len(self.place)
        for size, most in (("", ROOMY), ("long", TIGHT)):
            if lengths[0] <= most[0] and lengths[1] <= most[1]:
                return size
        return "long longest"


def poster_of_shift(shift: Shift) -> Poster:
    """The poster of one day. Raises `NotFound` where there is nothing to check in to."""
    return _poster(shift.help_request, [shift], is_of_place=False)


def poster_of_place(help_request: HelpRequest) -> Poster:
    """The poster that stays: it leads to whatever goes on at this place. Raises `NotFound`."""
    return _poster(help_request, help_request.shifts, is_of_place=True)


def _poster(help_request: HelpRequest, shifts: list[Shift], *, is_of_place: bool) -> Poster:
    held = [one for one in shifts if one.code and one.state not in _WITHOUT]
    if not held:
        raise NotFound(_l("公開された活動がないので、ポスターはまだ作れません。"))
    return Poster(
        help_request.title,
        help_request.public_place,
        help_request.category.icon,
        str(min(held, key=lambda one: one.id).code),
        min(one.starts_at for one in held),
        max(one.ends_at for one in held),
        is_of_place,
    )


_WITHOUT = (ShiftState.PLANNED, ShiftState.CANCELLED)


def show_poster(poster: Poster, *, back: str, other: str) -> str:
    """The page with the poster in the language asked for; `other` is the poster of the day, or of the place."""
    wanted = request.args.get("words", "")
    words = wanted if wanted in LANGUAGES else language()
    return render_template(
        f"{TEMPLATES}/poster.html",
        sheet=_poster_sheet(poster, words),
        poster=poster,
        words=words,
        variants=LANGUAGES,
        easy=EASY,
        back=back,
        other=other,
    )


def _poster_sheet(poster: Poster, words: str) -> Markup:
    """The sheet alone, written in another language than the page around it, readings over the kanji in the easy one."""
    address = absolute(url_for("paper.poster", code=poster.code))
    version = max(VERSION_MIN, smallest_version(len(address.encode()), POSTER_LEVEL))
    with in_language(words):
        drawing = qr_svg(address, _("受付のQRコード"), POSTER_LEVEL, version, for_paper=True)
        html = render_template(
            f"{TEMPLATES}/poster_sheet.html",
            poster=poster,
            drawing=drawing,
            code=format_code(poster.code),
            lang="en" if words not in (JAPANESE, EASY) else "ja",
        )
        return Markup(ruby(html) if words == EASY else html)  # noqa: S704 - our own template


def show_name_lists(
    shifts: list[Shift], *, back: str, day: date | None = None, of_day: ShiftsOfDay | None = None
) -> str:
    """The name lists of some shifts. Everybody on them is noted in the view log before the page is sent."""
    lists: list[NameList] = name_lists(shifts)
    record_views([row.person_id for one in lists for row in one.rows], "name_list")
    return render_template(
        f"{TEMPLATES}/name_lists.html",
        lists=lists,
        back=back,
        day=day,
        of_day=of_day,
        at_once=LISTS_AT_ONCE,
        now=clock.now(),
    )


def day_asked_for() -> date:
    """The day in the address, else today."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today()
