"""What a programme asks of people: at registration, at the award, at the exchange."""

from datetime import date
from typing import Any

import pytest

from points.earning.rules import award_for
from points.programmes import services
from points.programmes.calendar import (
    earned_until,
    exchange_lapses_on,
    expires_on,
    pays_on,
    programme_year_of,
    registration_ends_on,
)
from points.programmes.eligibility import Held, PersonFacts, obstacle_for
from points.programmes.models import Programme
from points.programmes.people_terms import Checkpoint
from points.programmes.queries import enrolments_of
from points.programmes.requirements import unmet
from points.redemption.rules import ExchangeRefusal, most_exchangeable, refusal_for
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.points import OTARU, make_programme
from tests.factories.rules import EXCHANGE, facts, person, position, version
from tests.factories.volunteer import qualify
from volunteer.core.db import write_turn
from volunteer.core.errors import Refused
from volunteer.people.states import Tie

DAY = date(2026, 11, 21)
LONG_AGO = date(2020, 1, 1)


def asking(need: str, at: str, more: str = "") -> Any:
    head = '[[requirements]]\ncode = "paper"\nname = "書類"\n'
    return version(more=f'{head}need = "{need}"\nchecked_at = ["{at}"]\n{more}')


def holding(*held: Held) -> PersonFacts:
    return person(held=held)


@pytest.mark.parametrize("need", ["training", "document", "condition"])
def test_what_is_asked_is_asked_at_its_time_only(need: str) -> None:
    rules = asking(need, "exchange")
    assert unmet(person(), rules, Checkpoint.REGISTRATION, DAY) is None
    assert award_for(facts(), rules, None, None, person()).points == 1
    refused = refusal_for(1, position(10), rules, "bank_transfer")
    assert refused is not None
    mine = position(10, person=holding(Held("paper", LONG_AGO)))
    assert refusal_for(1, mine, rules, "bank_transfer") is None


def test_what_must_not_be_had_keeps_people_out_and_is_not_named() -> None:
    rules = asking("excluded", "award")
    found = award_for(facts(), rules, None, None, holding(Held("paper", LONG_AGO)))
    assert (found.points, found.reason, found.lacks) == (0, "excluded", "")
    assert award_for(facts(), rules, None, None, person()).points == 1


@pytest.mark.parametrize(
    ("held", "is_met"),
    [
        (Held("paper", DAY), True),
        (Held("paper", date(2026, 11, 22)), False),
        (Held("paper", date(2025, 11, 22)), True),
        (Held("paper", date(2025, 11, 21)), False),
        (Held("paper", date(2026, 1, 1), DAY), True),
        (Held("paper", date(2026, 1, 1), date(2026, 11, 20)), False),
        (Held("other", DAY), False),
    ],
)
def test_a_training_is_valid_for_a_while(held: Held, is_met: bool) -> None:
    rules = asking("training", "award", "valid_months = 12\n")
    assert (unmet(holding(held), rules, Checkpoint.AWARD, DAY) is None) == is_met


def test_living_in_one_of_several_towns_or_being_in_a_group_is_enough() -> None:
    text = '[may_collect]\nresidence = ["lives"]\nmunicipalities = ["佐賀市", "小城市"]\n'
    rules = version(more=text + "group_members = true\n").may_collect
    found = [
        obstacle_for(one, rules, DAY)
        for one in (
            person(address="佐賀県小城市1-1"),
            person(address="佐賀県唐津市1-1"),
            person(address="佐賀県唐津市1-1", held=(Held("group_member", LONG_AGO),)),
            person(address="佐賀県小城市1-1", ties=frozenset({Tie.WORKS})),
        )
    ]
    assert found == [None, "other_municipality", None, "no_tie"]


def test_pupils_of_a_high_school_can_be_left_out() -> None:
    rules = version(more="[may_collect]\nexclude_high_school = true\n").may_collect
    pupil = person(held=(Held("high_school", LONG_AGO, date(2026, 3, 31)),))
    assert obstacle_for(pupil, rules, date(2026, 3, 31)) == "high_school"
    assert obstacle_for(pupil, rules, date(2026, 4, 1)) is None


def test_only_listed_hosts_and_proofs_earn() -> None:
    awards = (
        '[[awards]]\ncategories = ["visit"]\nbasis = "fixed"\npoints = 3\nhosts = ["花園の家"]\n'
    )
    rules = version(awards=awards, more='[evidence]\naccepted = ["qr_by_host"]\n')
    found = [
        award_for(facts(host=host, proof=proof), rules, None, None, person()).reason.value
        for host, proof in (
            ("花園の家", "qr_by_host"),
            ("花園の家", "poster"),
            ("別の家", "qr_by_host"),
            ("花園の家", ""),
        )
    ]
    assert found == ["awarded", "proof_not_accepted", "host_not_listed", "awarded"]


def test_a_rule_for_a_host_goes_before_one_for_all() -> None:
    one = '[[awards]]\ncategories = ["visit"]\nbasis = "fixed"\npoints = {}\n'
    rules = version(awards=one.format(1) + one.format(5) + 'hosts = ["花園の家"]\n')
    worth = [award_for(facts(host=h), rules, None, None, person()).points for h in ("", "花園の家")]
    assert worth == [1, 5]


def test_an_award_may_be_all_or_nothing_and_free_of_the_yearly_cap() -> None:
    one = '[[awards]]\ncategories = ["visit"]\nbasis = "per_activity"\npoints = 5\n'
    rules = version(awards=one, more='[caps]\nyearly_points = 100\nbeyond = "all_or_nothing"\n')
    found = award_for(facts(), rules, None, 4, person())
    assert (found.points, found.reason) == (0, "over_year_cap")
    assert award_for(facts(), rules, None, 5, person()).points == 5
    free = version(
        awards=one + "counts_against_yearly_cap = false\n", more="[caps]\nyearly_points = 9\n"
    )
    found = award_for(facts(), free, None, 0, person())
    assert (found.points, found.counts_against_year, found.year_left) == (5, 0, 0)


def test_a_started_unit_can_count() -> None:
    awards = (
        '[[awards]]\ncategories = ["visit"]\nbasis = "per_hour"\npoints = 2\nrounding = "ceil"\n'
    )
    rules = version(awards=awards)
    worth = [
        award_for(facts(planned_minutes=minutes), rules, None, None, person()).points
        for minutes in (0, 1, 60, 61)
    ]
    assert worth == [0, 2, 2, 4]


def test_a_year_can_begin_on_the_day_one_registered() -> None:
    rules = version(more='[programme_year]\nkind = "anniversary"\n')
    since = date(2024, 2, 29)
    assert programme_year_of(date(2026, 2, 27), rules, since).start == date(2025, 2, 28)
    assert programme_year_of(date(2028, 2, 29), rules, since).start == date(2028, 2, 29)
    assert expires_on(date(2026, 11, 21), rules, date(2026, 6, 5)) == date(2027, 6, 4)


@pytest.mark.parametrize(
    ("term", "ends"),
    [
        ('term = "none"', None),
        ('term = "fiscal_year"', date(2027, 4, 1)),
        ('term = "years"\nyears = 3', date(2029, 11, 21)),
        ('term = "programme_year"', date(2027, 4, 1)),
    ],
)
def test_taking_part_has_a_term(term: str, ends: date | None) -> None:
    assert registration_ends_on(DAY, version(more=f"[registration]\n{term}\n")) == ends


def test_the_right_to_exchange_lapses_after_leaving() -> None:
    by_days = version(more="[registration]\nexchange_lapses_after_days = 90\n")
    assert exchange_lapses_on(DAY, by_days) == date(2027, 2, 19)
    assert exchange_lapses_on(DAY, version()) is None
    gone = position(10, person=person(left_on=date(2026, 8, 1)))
    assert refusal_for(1, gone, by_days, "bank_transfer") is ExchangeRefusal.LEFT_TOO_LONG_AGO


@pytest.mark.parametrize(
    ("rule", "asked", "paid"),
    [
        ('kind = "next_month"\nday_of_month = 31', date(2027, 1, 31), date(2027, 2, 28)),
        ('kind = "yearly"\nday = "03-20"', date(2026, 11, 21), date(2027, 3, 20)),
        ('kind = "yearly"\nday = "03-20"', date(2027, 3, 20), date(2028, 3, 20)),
        ('kind = "next_year"\nday = "07-01"', date(2026, 4, 1), date(2027, 7, 1)),
        ('kind = "when_ready"', date(2026, 4, 1), None),
    ],
)
def test_the_day_of_payment(rule: str, asked: date, paid: date | None) -> None:
    assert pays_on(asked, version(more=f"[exchange.pay_date]\n{rule}\n")) == paid


def test_only_points_up_to_a_day_can_be_exchanged() -> None:
    rules = version(exchange='[exchange]\nearned_up_to = "02-29"\n' + EXCHANGE)
    assert earned_until(date(2027, 2, 27), rules) == date(2026, 2, 28)
    assert earned_until(date(2027, 2, 28), rules) == date(2026, 2, 28)
    assert earned_until(date(2027, 3, 1), rules) == date(2027, 2, 28)


TABLE = """
[[exchange.methods]]
code = "voucher"
table = [{ points = 50, yen = 5500 }, { points = 100, yen = 12000 }]
"""


def test_a_fixed_table_gives_its_rows_and_nothing_between() -> None:
    rules = version(exchange=TABLE, more="[caps]\nyearly_exchange_yen = 12000\n")
    assert most_exchangeable(position(49), rules, "voucher").points == 0
    found = most_exchangeable(position(99), rules, "voucher")
    assert (found.points, found.yen) == (50, 5500)
    assert most_exchangeable(position(300), rules, "voucher").yen == 12000
    assert refusal_for(60, position(99), rules, "voucher") is ExchangeRefusal.NOT_IN_TABLE
    used = position(300, exchanged_points=50, exchanged_yen=5500)
    assert most_exchangeable(used, rules, "voucher").yen == 5500


REQUIRED = """
[[requirements]]
need = "document"
code = "consent_form"
name = "利用同意書"
checked_at = ["registration"]
[registration]
term = "fiscal_year"
"""


@pytest.fixture
def strict(cast: Cast) -> Programme:
    """A programme that asks for a consent form and ends with the fiscal year."""
    with write_turn():
        return make_programme("strict", source=OTARU.replace("otaru-example", "strict") + REQUIRED)


@pytest.mark.both_databases
def test_enrolling_asks_for_papers_and_ends_with_the_term(cast: Cast, strict: Programme) -> None:
    who, programme_id = cast.hanako.party_id, strict.id
    with pytest.raises(Refused) as refusal, write_turn():
        services.enrol(who, programme_id, DAY)
    assert refusal.value.code == "no_document"
    assert "利用同意書" in str(refusal.value.message)
    with write_turn():
        made = services.enrol_in_default_programmes(cast.applicant.party_id)
        assert [one.programme.code for one in made] == ["otaru-example"]
    with write_turn():
        qualify(cast.hanako, "consent_form", LONG_AGO)
    with write_turn():
        made_on = services.enrol(who, programme_id, DAY)
        assert made_on.ends_on == date(2027, 4, 1)
        assert services.enrol(who, programme_id, date(2027, 4, 1)).ends_on == date(2028, 4, 1)


def test_staff_can_end_before_the_term(client: Client, cast: Cast, strict: Programme) -> None:
    with write_turn():
        qualify(cast.hanako, "consent_form", LONG_AGO)
        enrolment_id = services.enrol(cast.hanako.party_id, strict.id, DAY).id
    page = f"/desk/people/{cast.hanako.party_id}/enrolments/{enrolment_id}/end"
    sign_in_as(client, cast.coordinator)
    assert client.submit(page, {"ends_on": "2027-04-01"}, action="end").status_code == 422
    assert client.submit(page, {"ends_on": "2027-01-10"}, action="end").status_code == 303
    found = enrolments_of(cast.hanako.party_id)
    assert date(2027, 1, 10) in [one.ends_on for one in found]


def test_the_desk_can_record_what_a_programme_asks_for(
    client: Client, cast: Cast, strict: Programme
) -> None:
    page = sign_in_as(client, cast.coordinator).get(
        f"/desk/people/{cast.hanako.party_id}/qualifications"
    )
    assert "利用同意書" in page.text
