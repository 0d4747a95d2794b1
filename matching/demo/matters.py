"""What is open when the demo begins: an activity about to start, an offer to answer, applications, a request to check.

So that whoever enters has something to do. Through the real services; called by cli.py between write turns.
"""

from datetime import date, datetime, time, timedelta

from matching.assignments.services import apply, offer
from matching.categories.states import Priority
from matching.demo.paid_help import order_paid_help
from matching.demo.settlers import Settled
from matching.help_requests import services as requests
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.priorities import set_priority
from matching.help_requests.states import Effort
from volunteer.core import clock
from volunteer.core.db import db, run_turn
from volunteer.core.permissions import Role
from volunteer.households.models import Household
from volunteer.organizations.models import Organization
from volunteer.organizations.states import OrganizationKind, OrganizationState
from volunteer.people.rules import PersonDetails, SignUp
from volunteer.people.services import fill_details, new_person
from volunteer.people.states import Tie
from volunteer.users.queries import users_for
from volunteer.users.services import let_act, new_party, user_for
from volunteer.users.states import ActingAs, PartyKind

CAFE, SCHOOL = 5, 2
"""Which bodies of data/scenes.toml host today's activity and ask for help."""


def open_matters(settled: Settled, now: datetime) -> None:
    """Everything that waits when the demo opens."""
    starts = _next_half_hour(now + timedelta(minutes=20))
    today = run_turn(_activity, settled, starts)
    with_email = [one for one in settled.people if _signs_in(one)][:12]
    for person_id in with_email[:3]:
        run_turn(apply, person_id, today, None)
    later = run_turn(_activity, settled, starts + timedelta(days=3))
    coordinator = settled.staff[Role.COORDINATOR][0]
    for person_id in with_email[:2]:
        run_turn(offer, person_id, later, coordinator)
    order_paid_help(settled, clock.to_tokyo(now).date())
    run_turn(_request_to_check, settled, clock.to_tokyo(now).date())
    run_turn(_most_pressing, coordinator, now)
    run_turn(_applicants, settled)
    run_turn(_organization_to_check, settled)


def _signs_in(person_id: int) -> bool:
    return bool(users_for(person_id))


def _next_half_hour(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return next(
        at for at in (whole + timedelta(minutes=30 * n) for n in range(1, 4)) if at >= moment
    )


LATEST = time(23, 59)
"""A demo that is loaded late in the evening has an activity that ends on the same day, like every other."""


def _activity(settled: Settled, starts_at: datetime) -> int:
    """A published activity of the café; its shift's id."""
    local = clock.to_tokyo(starts_at)
    request = _draft(
        settled, CAFE, "support", "地域カフェのお手伝い", "港町カフェ ひだまり", local.date()
    )
    request.walk_in_allowed = True
    ends = local + timedelta(hours=2)
    on_the_day = ends.time() if ends.date() == local.date() else LATEST
    requests.add_shifts(request.id, [local.date()], local.time(), on_the_day, 6)
    requests.submit_help_request(request.id, settled.members[CAFE])
    requests.publish_help_request(request.id, settled.staff[Role.COORDINATOR][0])
    shift = db.session.execute(db.select(Shift.id).filter_by(help_request_id=request.id))
    return int(shift.scalar_one())


def _draft(
    settled: Settled, body: int, category: str, title: str, place: str, day: date
) -> HelpRequest:
    request = requests.start_for_organization(
        settled.bodies[body],
        {"category_code": category, "title": title, "description": "当日に説明します。"},
        settled.members[body],
    )
    request.public_place = place
    request.exact_place = f"{place}（見本2丁目2番2号）"
    request.effort = Effort.LIGHT
    request.contact_name = "当日の担当"
    request.contact_telephone = "0134-00-0105"
    return request


def _request_to_check(settled: Settled, today: date) -> None:
    day = today + timedelta(days=12)
    request = _draft(settled, SCHOOL, "school", "スキー授業の手伝い", "見本小学校", day)
    requests.add_shifts(request.id, [day], time(9, 0), time(12, 0), 6)
    requests.submit_help_request(request.id, settled.members[SCHOOL])


def _most_pressing(coordinator_user_id: int, now: datetime) -> None:
    """One household comes before all others, as a coordinator decided."""
    statement = (
        db.select(HelpRequest.id)
        .join(Shift, Shift.help_request_id == HelpRequest.id)
        .join(Household, Household.party_id == HelpRequest.requester_party_id)
        .where(HelpRequest.category_code == "snow", Shift.starts_at > now)
        .order_by(Shift.starts_at, Shift.id)
    )
    request_id = db.session.execute(statement.limit(1)).scalar()
    if request_id is not None:
        reason = "朝に迎えの車が来るお宅。玄関から道まで、かならずあけておく"
        set_priority(request_id, Priority.LIFE, reason, coordinator_user_id)


def _applicants(settled: Settled) -> None:
    area_id = next(iter(settled.areas.values()))
    for name, kana, year, has_details in (
        ("春野 みどり", "ハルノ ミドリ", 1958, True),
        ("冬木 健", "フユキ ケン", 2004, False),
    ):
        email = f"applicant{year}@example.jp"
        wanted = SignUp(name, kana, date(year, 5, 5), email, Tie.LIVES)
        party = new_party(PartyKind.PERSON, name)
        new_person(party.id, wanted, email)
        let_act(user_for(email, "ja").id, party.id, ActingAs.SELF)
        if has_details:
            details = PersonDetails(
                telephone="0134000201",
                address="見本4丁目4番4号",
                area_id=area_id,
                emergency_name="春野 一",
                emergency_relation="夫",
                emergency_telephone="0134000202",
            )
            fill_details(party.id, details)


def _organization_to_check(settled: Settled) -> None:
    party = new_party(PartyKind.ORGANIZATION, "赤岩見本サロン")
    db.session.add(
        Organization(
            party_id=party.id,
            name="赤岩見本サロン",
            kana="アカイワミホンサロン",
            kind=OrganizationKind.CAFE,
            state=OrganizationState.APPLIED,
            telephone="0134000301",
            address="見本5丁目5番5号",
            area_id=settled.areas.get("akaiwa"),
            purpose="週1回のお茶の会",
            applicant_name="赤井 道子",
            applied_at=clock.now(),
        )
    )
    db.session.flush()
    let_act(user_for("salon@example.jp", "ja").id, party.id, ActingAs.MEMBER)
