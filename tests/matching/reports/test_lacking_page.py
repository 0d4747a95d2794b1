"""What is lacking, in words: from the newest plan that says so; without one, the way to it."""

from datetime import date

from matching.planning.models import PlanRun
from matching.planning.states import Purpose, RunState
from matching.reports.wording import hours, wants
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.plans import FIGURES, make_run
from tests.factories.reports import LACKS
from volunteer.core.db import write_turn

MONDAY = date(2026, 11, 16)
ADDRESS = "/desk/match/reports/lacking"


def _run(cast: Cast, **values: object) -> PlanRun:
    with write_turn():
        return make_run(cast, **{"figures": {**FIGURES, "lacks": LACKS}, **values})  # type: ignore[arg-type]


def test_hours_are_named_with_what_one_more_person_would_do() -> None:
    found = hours(LACKS, MONDAY)
    assert [(one.name, one.open) for one in found] == [
        ("火曜日 9時〜12時", 2),
        ("月曜日 9時〜12時", 0),
        ("木曜日 18時〜21時", 1),
    ]
    assert "席が1つうまります" in found[0].words[0]
    assert "ぎりぎり" in found[1].words[0]
    assert "組みなおす" in found[2].words[0]


def test_without_duals_only_the_missing_seats_are_said() -> None:
    assert [one.words for one in hours({**LACKS, "how": "missing"}, MONDAY)] == [
        (),
        ("席はうまりますが、ぎりぎりです。1人休むと、どこかで1人足りなくなります。",),
        (),
    ]


def test_trainings_are_named_with_holders_and_those_who_lack_only_them() -> None:
    snow, car, english = wants(LACKS, {"snow_briefing": "雪かきの安全講習"}, {})
    assert (snow.name, snow.open) == ("雪かきの安全講習", 2)
    assert "これだけがない人：4人。" in snow.words[1]
    assert "席が1つうまります（みんなの組み合わせを計算しなおしました）" in snow.words[2]
    assert "少なくとも席が2つうまります" in car.words[2]
    assert english.name == "ことば：英語"
    assert len(english.words) == 2
    none = {**LACKS["wants"][0], "change": {"heads": [0, 0, 0, 0], "shifts": 1, "how": "solved"}}  # type: ignore[index]
    assert "負担が軽くなります" in wants({"wants": [none]}, {}, {})[0].words[2]


def test_the_newest_plan_of_usual_days_speaks(cast: Cast, client: Client) -> None:
    first = _run(cast)
    _run(cast, purpose=Purpose.ANEW)
    _run(cast, state=RunState.FAILED)
    desk = sign_in_as(client, cast.coordinator)
    page = desk.get(ADDRESS).text
    assert "火曜日 9時〜12時" in page
    assert f"/desk/match/plans/{first.id}" in page
    assert "もっと新しい案があります" not in page
    _run(cast, figures=FIGURES, from_on=date(2026, 11, 23), until_on=date(2026, 11, 30))
    page = desk.get(ADDRESS).text
    assert "もっと新しい案があります" in page
    assert "火曜日 9時〜12時" in page


def test_a_plan_that_lacks_nothing_says_so(cast: Cast, client: Client) -> None:
    _run(cast, figures={**FIGURES, "lacks": {**LACKS, "hours": [], "wants": []}})
    page = sign_in_as(client, cast.coordinator).get(ADDRESS).text
    assert "どの時間も、席がうまります" in page
    assert "資格や条件のために、うまらない席はありません" in page


def test_a_plan_without_prices_says_that_it_counted_only(cast: Cast, client: Client) -> None:
    _run(cast, figures={**FIGURES, "lacks": {**LACKS, "how": "missing"}})
    page = sign_in_as(client, cast.coordinator).get(ADDRESS).text
    assert "席の数だけを数えました" in page
    assert "2席足りない" in page
    assert "席が1つうまります。</p>" not in page


def test_without_a_plan_the_page_says_how_to_get_one(cast: Cast, client: Client) -> None:
    page = sign_in_as(client, cast.coordinator).get(ADDRESS).text
    assert "まだ計算がありません" in page
    assert 'href="/desk/match/plans/new"' in page
    auditor = sign_in_as(client, cast.auditor).get(ADDRESS).text
    assert "まだ計算がありません" in auditor
    assert "/desk/match/plans/new" not in auditor
