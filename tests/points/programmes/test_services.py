"""Loading rule versions and enrolling people."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from points.programmes import queries, services
from points.programmes.models import Programme
from points.programmes.rule_version import ProgrammeFileError
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.points import OTARU, enrol, make_programme
from tests.points.earning.test_awards import award, facts
from volunteer.core.db import db, write_turn
from volunteer.core.errors import NotFound, Refused

pytestmark = pytest.mark.both_databases

NEXT_YEAR = OTARU.replace("valid_from = 2021-04-01", "valid_from = 2027-04-01").replace(
    "points = 500", "points = 600"
)


def load(text: str) -> services.Loaded:
    with write_turn():
        return services.load_rule_version(text)


def test_a_new_version_ends_the_open_one_before_it(cast: Cast) -> None:
    award(facts(cast))
    with write_turn():
        loaded = services.load_rule_version(NEXT_YEAR)
        assert loaded.ended is not None
        assert loaded.ended.valid_to == date(2027, 4, 1)
    found = queries.applying(cast.hanako.party_id, date(2027, 3, 31))[0]
    later = queries.applying(cast.hanako.party_id, date(2027, 4, 1))[0]
    assert [one.awards[0].points for one in (found.version, later.version)] == [500, 600]


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    assert not load(OTARU).is_new
    assert load(NEXT_YEAR).is_new
    assert not load(NEXT_YEAR).is_new


def test_versions_that_overlap_are_refused(cast: Cast) -> None:
    load(NEXT_YEAR)
    for start in ("2027-04-01", "2026-04-01", "2020-01-01"):
        text = OTARU.replace("2021-04-01", start).replace("points = 500", "points = 7")
        with pytest.raises(Refused) as refusal, write_turn():
            services.load_rule_version(text)
        assert refusal.value.code == "versions_overlap"


def test_a_version_that_gave_points_is_not_ended_before_them(cast: Cast) -> None:
    award(facts(cast))
    with pytest.raises(Refused) as refusal:
        load(NEXT_YEAR.replace("2027-04-01", "2026-11-21"))
    assert refusal.value.code == "version_used"


def test_a_new_programme_comes_after_the_others(cast: Cast) -> None:
    load(OTARU.replace("otaru-example", "second"))
    assert [one.code for one in queries.programmes()] == ["otaru-example", "second"]


def test_nonsense_is_refused_with_every_mistake(cast: Cast) -> None:
    with pytest.raises(ProgrammeFileError) as found:
        load(OTARU.replace("daily_points = 200", "daily_points = 0").replace("yen = 1", "yen = 0"))
    assert len(found.value.mistakes) == 3


def test_newly_registered_people_are_enrolled_where_it_is_open_to_them(cast: Cast) -> None:
    load(OTARU.replace("otaru-example", "grown-ups").replace("age_min = 15", "age_max = 20"))
    with write_turn():
        made = services.enrol_in_default_programmes(cast.applicant.party_id, cast.coordinator.id)
        assert [one.programme.code for one in made] == ["otaru-example"]
        again = services.enrol_in_default_programmes(cast.applicant.party_id)
        assert [one.id for one in again] == [one.id for one in made]
    with pytest.raises(NotFound), write_turn():
        services.enrol_in_default_programmes(99999)


def test_enrolments_do_not_overlap_and_can_end(cast: Cast) -> None:
    who, programme = cast.hanako.party_id, cast.programme.id
    first = queries.enrolments_of(who)[0].id
    with write_turn():
        assert services.enrol(who, programme, date(2026, 11, 21)).id == first
    with pytest.raises(Refused), write_turn():
        services.enrol(who, programme, date(2025, 1, 1))
    with pytest.raises(Refused), write_turn():
        services.end_enrolment(first, date(2026, 4, 1))
    with write_turn():
        services.end_enrolment(first, date(2026, 11, 21))
    assert award(facts(cast)).reason == "not_enrolled"
    with write_turn():
        assert services.enrol(who, programme, date(2026, 11, 21)).id != first


def test_the_commands_check_and_load(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(OTARU, encoding="utf-8")
    bad.write_text(OTARU.replace("age_min = 15", "age_mim = 15"), encoding="utf-8")
    checked = runner.invoke(args=["programmes", "check", str(bad)])
    assert checked.exit_code == 1
    assert "age_mim" in checked.output
    assert runner.invoke(args=["programmes", "load", str(bad)]).exit_code == 1
    assert "no mistakes" in runner.invoke(args=["programmes", "check", str(good)]).output
    assert db.session.execute(db.select(Programme)).first() is None
    db.session.rollback()
    assert (
        "in force from 2021-04-01" in runner.invoke(args=["programmes", "load", str(good)]).output
    )
    again = runner.invoke(args=["programmes", "load", str(good)])
    assert "nothing changed" in again.output


def test_the_desk_reads_the_rules_in_words(client: Client, cast: Cast) -> None:
    text = sign_in_as(client, cast.coordinator).get("/desk/programmes").text
    assert "1世帯につき500ポイント" in text
    assert "60分ごとに100ポイント" in text
    assert "1日の上限は200ポイント" in text
    assert "例・未確認の項目があります" in text
    assert "活動した年度の次の年度の終わりまで" in text
    assert "<dt>配食・食事づくり" in text  # by its name, not the code of the file
    assert client.get("/desk/programmes/new").status_code == 403


def test_staff_enrol_a_person_and_end_it(client: Client, cast: Cast) -> None:
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.applicant.party_id}/enrolments"
    assert "参加している制度はありません" in client.get(page).text
    programme = str(cast.programme.id)
    done = client.submit(
        page, {"programme_id": programme, "starts_on": "2026-11-21"}, action="enrolments"
    )
    assert done.status_code == 303, done.text
    assert "つづいています" in client.get(page).text
    enrolment = queries.enrolments_of(cast.applicant.party_id)[0].id
    ending = f"{page}/{enrolment}/end"
    assert client.submit(ending, {"ends_on": "2026-11-01"}, action="end").status_code == 422
    assert client.submit(ending, {"ends_on": "2026-12-01"}, action="end").status_code == 303
    assert "令和8年12月1日の前の日まで" in client.get(page).text


def test_the_desk_reads_what_a_lost_card_means(cast: Cast, client: Client) -> None:
    page = f"/desk/people/{cast.hanako.party_id}/enrolments"
    sign_in_as(client, cast.coordinator)
    assert "カードや手帳をなくしたとき" not in client.get(page).text
    source = OTARU.replace('"otaru-example"', '"paper-town"')
    with write_turn():
        paper = make_programme(
            "paper-town", source=f"{source}\n[card]\nreplacement_keeps_points = false\n"
        )
        enrol(cast.hanako, paper, date(2026, 4, 1))
    shown = client.get(page).text
    assert "通帳にのったポイントは、そのまま残ります" in shown
    assert "手で消すことはありません" in shown
