"""The quote and the terms of a paid task, made from its place and its shift as they stand."""

from matching.assignments.models import Participation
from matching.assignments.queries import participation
from matching.help_requests.queries import shift_with_request
from matching.paid_tasks import queries
from matching.paid_tasks.rules import fingerprint, kept_quote, quote_of
from matching.paid_tasks.states import PaidTaskState
from matching.paid_tasks.terms import Facts, terms_of
from matching.prices.queries import prices_now, rule_of
from matching.prices.rules import from_json
from points.billing.pricing import PriceRule
from volunteer.core import clock
from volunteer.core.center import next_number, the_center
from volunteer.core.db import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l
from volunteer.users.states import PartyKind


def values_of(place: Participation) -> dict[str, object]:
    """The columns of a new task for a place: the next number, quote and terms."""
    shift = shift_with_request(place.shift_id)
    year = clock.fiscal_year(clock.today(), the_center().fiscal_year_start)
    return {
        "number": next_number(f"paid_task:{year}", f"P{year}-"),
        "participation_id": place.id,
        "orderer_id": shift.help_request.requester_party_id,
        "student_id": place.person_id,
        "state": PaidTaskState.QUOTED,
        "made_at": clock.now(),
        **_offer(place),
    }


def _offer(place: Participation) -> dict[str, object]:
    """Quote and terms for a place as its shift stands now."""
    shift, prices = shift_with_request(place.shift_id), prices_now()
    request = shift.help_request
    quote = kept_quote(_rule(place), shift.planned_minutes)
    terms = terms_of(
        Facts(
            orderer=request.requester.display_name,
            is_business=request.requester.kind is PartyKind.ORGANIZATION,
            student=place.person.name,
            center=the_center().name,
            title=request.title,
            description=request.description,
            place=request.public_place,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            cover=prices.cover,
        )
    )
    found = quote_of(quote)
    return {
        "planned_minutes": shift.planned_minutes,
        "quote": quote,
        "quote_hash": fingerprint(quote, terms),
        "payee_yen": found.payee_yen,
        "fee_yen": found.fee_yen,
        "amount_yen": found.amount_yen,
        "collects": prices.collects,
        "terms": terms,
    }


def _rule(place: Participation) -> PriceRule:
    """The rule with which the request was published; the one of today for requests from before there were any."""
    request = shift_with_request(place.shift_id).help_request
    if request.price:
        return from_json(request.price)
    return rule_of(request.category) or prices_now().rule


def quote_anew(shift_id: int, changed: frozenset[str]) -> None:
    """Time or place of a shift have changed: open quotes follow. Raises Refused (agreed) where somebody agreed."""
    if changed <= {"seats"}:
        return
    for task_id in queries.open_tasks_at(shift_id):
        task = queries.locked_task(task_id)
        if task.state is not PaidTaskState.QUOTED:
            raise Refused(
                _l(
                    "有償の約束ができている人がいるので、時間と場所は変えられません。"
                    "取りやめて、新しい依頼を出してください。"
                ),
                code="agreed",
            )
        for name, value in _offer(participation(task.participation_id)).items():
            setattr(task, name, value)
    db.session.flush()
