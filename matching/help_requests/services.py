"""The verbs of a help request up to its publication. Later changes are verbs of `assignments`: they touch people."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NoReturn

from sqlalchemy import delete, update

from matching.categories.models import Category
from matching.help_requests import notices, queries
from matching.help_requests.models import HelpRequest, HelpRequestDecision, Shift
from matching.help_requests.rules import (
    HOURS_MAX,
    SHIFTS_MAX,
    minutes_between,
    missing_steps,
)
from matching.help_requests.states import (
    EDITABLE,
    HELP_REQUEST_STATE_LABELS,
    Effort,
    HelpRequestState,
    ShiftState,
)
from matching.prices.queries import rule_of
from matching.prices.rules import as_json
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.center import next_number, the_center
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import AlreadyDecided, NotAllowed, NotFound, Refused
from volunteer.core.i18n import _l, show
from volunteer.core.transitions import move
from volunteer.households.models import Household
from volunteer.organizations.models import Organization
from volunteer.organizations.states import OrganizationState

ANSWERS = (
    "category_code", "title", "description", "area_id", "public_place", "exact_place", "bring",
    "dangers", "bad_weather", "effort", "needs_car", "age_min", "households_count", "contact_name",
    "contact_telephone", "accepts_at_once", "walk_in_allowed", "is_employment",
)  # fmt: skip
"""The columns the wizard may write."""


def start_for_organization(
    organization_id: int, answers: Mapping[str, Any], by_user_id: int
) -> HelpRequest:
    """A draft of an organization, which is there on the day. It begins in the organization's own district.

    Raises `Refused` (organization_not_approved) before staff have approved the organization.
    """
    asker = db.session.get(Organization, organization_id)
    if asker is None:
        raise NotFound(_l("その団体は見つかりませんでした。"))
    if asker.state is not OrganizationState.APPROVED:
        raise Refused(
            _l(
                "団体の登録がすむと、依頼を出せます。センターが確かめています。"
                "お急ぎのときは、お電話ください。"
            ),
            code="organization_not_approved",
        )
    return _start(organization_id, organization_id, asker.area_id, answers, by_user_id)


def start_for_household(
    household_id: int, answers: Mapping[str, Any], by_user_id: int
) -> HelpRequest:
    """A draft for a household, entered by staff after a call; the center is the host."""
    asker = db.session.get(Household, household_id)
    if asker is None or asker.ended_at is not None:
        raise NotFound(_l("その世帯は見つかりませんでした。"))
    found = _start(household_id, None, asker.area_id, answers, by_user_id)
    found.exact_place = asker.address
    found.contact_name = the_center().name[:60]
    found.contact_telephone = the_center().telephone
    return found


def _start(
    requester_party_id: int,
    host_party_id: int | None,
    area_id: int | None,
    answers: Mapping[str, Any],
    by_user_id: int,
) -> HelpRequest:
    first_area = db.select(Area.id).order_by(Area.position).limit(1)
    year = clock.fiscal_year(clock.today(), the_center().fiscal_year_start)
    found = HelpRequest(
        number=next_number(f"help_request:{year}", f"R{year}-"),
        requester_party_id=requester_party_id,
        host_party_id=host_party_id,
        area_id=area_id or db.session.execute(first_area).scalar_one(),
        public_place="",
        exact_place="",
        effort=Effort.MEDIUM,
        contact_name="",
        contact_telephone="",
        accepts_at_once=True,
        state=HelpRequestState.DRAFT,
        created_by_user_id=by_user_id,
        created_at=clock.now(),
        **_allowed(answers),
    )
    db.session.add(found)
    db.session.flush()
    return found


def _allowed(answers: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(answers) - set(ANSWERS)
    if unknown:
        raise ValueError(f"not an answer: {sorted(unknown)}")
    if answers.get("is_employment"):
        raise Refused(
            _l(
                "人を雇う仕事は、ここでは頼めません。ハローワークか、市の無料職業紹介に相談してください。"
                "雇わずに、終わったことにお礼を払うお手伝いなら、「いいえ」をえらんでください。"
            ),
            code="employment",
        )
    code = answers.get("category_code")
    if code is not None and db.session.get(Category, code) is None:
        raise NotFound(_l("その活動の種類は見つかりませんでした。"))
    return dict(answers)


def save_answers(help_request_id: int, answers: Mapping[str, Any]) -> None:
    """The answers of one step are kept. Raises `AlreadyDecided` once the request has left the asker's hands."""
    request = _editable(help_request_id)
    for name, value in _allowed(answers).items():
        setattr(request, name, value)


def _not_editable(help_request_id: int) -> NoReturn:
    state = queries.help_request(help_request_id).state
    raise AlreadyDecided(
        _l(
            "この依頼は いま「%(state)s」なので、書きかえられません。画面を開きなおしてください。",
            state=HELP_REQUEST_STATE_LABELS[state],
        ),
        state=state,
    )


def _editable(help_request_id: int) -> HelpRequest:
    """The request, its row locked so that it is not sent while its days change."""
    statement = (
        db.select(HelpRequest)
        .where(HelpRequest.id == help_request_id)
        .with_for_update(key_share=True, of=HelpRequest)
        .execution_options(populate_existing=True)
    )
    found: HelpRequest | None = db.session.execute(statement).scalar_one_or_none()
    if found is None or found.state not in EDITABLE:
        _not_editable(help_request_id)
    return found


def add_shifts(help_request_id: int, days: list[date], start: time, end: time, seats: int) -> int:
    """The same time on each of `days` is asked for, `seats` people each; how many shifts were added.

    A day and time that is already there is left as it is. Raises `Refused` for times in the past, that do not
    follow each other, or that are too long.
    """
    request = _editable(help_request_id)
    minutes = minutes_between(start, end)
    if minutes <= 0:
        raise Refused(_l("終わりの時刻は、始まりより後にしてください。"), code="times")
    if minutes > HOURS_MAX * 60:
        raise Refused(
            _l("1回の活動は%(hours)s時間までにしてください。", hours=HOURS_MAX), code="too_long"
        )
    if clock.from_tokyo(min(days), start) <= clock.now():
        raise Refused(_l("これから先の日時を入れてください。"), code="past")
    there = {shift.starts_at for shift in request.shifts}
    new = [day for day in days if clock.from_tokyo(day, start) not in there]
    if len(there) + len(new) > SHIFTS_MAX:
        raise Refused(
            _l("1つの依頼は%(most)s回までです。残りは別の依頼にしてください。", most=SHIFTS_MAX),
            code="too_many_shifts",
        )
    for day in new:
        db.session.add(
            Shift(
                help_request_id=help_request_id,
                starts_at=clock.from_tokyo(day, start),
                ends_at=clock.from_tokyo(day, end),
                seats=seats,
                state=ShiftState.PLANNED,
            )
        )
    return len(new)


def remove_shift(help_request_id: int, shift_id: int) -> None:
    """A day is taken out of a draft; what is already gone stays gone."""
    _editable(help_request_id)
    guarded_update(
        delete(Shift).where(
            Shift.id == shift_id,
            Shift.help_request_id == help_request_id,
            Shift.state == ShiftState.PLANNED,
        )
    )


def submit_help_request(help_request_id: int, by_user_id: int) -> HelpRequest:
    """The request goes to the center to be checked. Raises `Refused` (incomplete, past) naming what is missing."""
    request = _editable(help_request_id)
    answers = {name: getattr(request, name) for name in ANSWERS}
    is_paid = request.category.is_paid
    missing = missing_steps(answers, len(request.shifts), is_paid=is_paid)
    if missing:
        raise Refused(
            _l("まだ答えていない質問があります。「変更」から入れてください。"),
            code="incomplete",
            missing=missing,
        )
    _refuse_past(request)
    move(
        HelpRequest,
        help_request_id,
        EDITABLE,
        HelpRequestState.SUBMITTED,
        submitted_at=clock.now(),
    )
    _note(help_request_id, HelpRequestState.SUBMITTED, "", by_user_id)
    notices.tell_submitted(request)
    return request


def _refuse_past(request: HelpRequest) -> None:
    if any(shift.starts_at <= clock.now() for shift in request.shifts):
        raise Refused(
            _l("もうすぎた日があります。「いつ」で、その日を消してください。"), code="past"
        )


def publish_help_request(help_request_id: int, by_user_id: int) -> HelpRequest:
    """The request stands on the board; its shifts are open and have their codes.

    Raises `AlreadyDecided` (who, when) when a colleague was faster, `NotAllowed` for one's own organization's
    request, `Refused` when a day has passed meanwhile.
    """
    request = queries.help_request(help_request_id)
    refuse_own(request, by_user_id)
    if request.state is HelpRequestState.SUBMITTED:
        _refuse_past(request)
    _decide(help_request_id, HelpRequestState.PUBLISHED, "", by_user_id, published_at=clock.now())
    _freeze_price(request)
    codes = free_codes(len(request.shifts))
    for shift in request.shifts:
        shift.state = ShiftState.OPEN
        shift.code = codes.pop()
    notices.tell_published(request)
    return request


def free_codes(count: int) -> set[str]:
    """So many codes that no shift has; of 100,000 shifts one in 6,000 draws that of another."""
    found: set[str] = set()
    while len(found) < count:
        drawn = {new_code(CodeKind.SHIFT) for _ in range(count - len(found))}
        taken = db.session.execute(db.select(Shift.code).where(Shift.code.in_(drawn))).scalars()
        found |= drawn - set(taken)
    return found


def _freeze_price(request: HelpRequest) -> None:
    """Paid work keeps the rule with which it was published, whatever the center writes later."""
    rule = rule_of(request.category)
    request.yen_per_hour = rule.yen_per_hour if rule else None
    request.price = as_json(rule) if rule else None


def send_back_help_request(help_request_id: int, reason: str, by_user_id: int) -> HelpRequest:
    """The asker may mend the request and send it again; the reason is told. Raises as `publish_help_request`."""
    request = queries.help_request(help_request_id)
    refuse_own(request, by_user_id)
    _decide(help_request_id, HelpRequestState.SENT_BACK, reason, by_user_id)
    notices.tell_sent_back(request, reason)
    return request


def refuse_own(request: HelpRequest, by_user_id: int) -> None:
    """Nobody decides about the request of their own organization. Raises `NotAllowed`."""
    parties = {request.requester_party_id, request.host_party_id} - {None}
    if queries.is_member(by_user_id, {party for party in parties if party is not None}):
        raise NotAllowed(
            _l("ご自分の団体の依頼は決められません。ほかの職員にたのんでください。"), code="own"
        )


def _decide(
    help_request_id: int, to: HelpRequestState, reason: str, by_user_id: int, **columns: Any
) -> None:
    try:
        move(HelpRequest, help_request_id, HelpRequestState.SUBMITTED, to, **columns)
    except AlreadyDecided as error:
        raise _somebody_was_faster(help_request_id) from error
    _note(help_request_id, to, reason, by_user_id)


def _somebody_was_faster(help_request_id: int) -> AlreadyDecided:
    state = queries.help_request(help_request_id).state
    made = queries.decisions(help_request_id)
    if not made:
        return AlreadyDecided(_l("この依頼は、まだ送られていません。"), state=state)
    last = made[0]
    return AlreadyDecided(
        _l(
            "%(who)sさんが %(when)sに「%(state)s」にしました。あなたの操作では何も変わっていません。",
            who=last.who,
            when=show("datetime", last.decision.decided_at),
            state=HELP_REQUEST_STATE_LABELS[state],
        ),
        state=state,
        who=last.who,
        when=last.decision.decided_at,
    )


def _note(help_request_id: int, to: HelpRequestState, reason: str, by_user_id: int) -> None:
    db.session.add(
        HelpRequestDecision(
            help_request_id=help_request_id,
            to_state=to,
            reason=reason,
            decided_by_user_id=by_user_id,
            decided_at=clock.now(),
        )
    )


def cancel_help_request(help_request_id: int, reason: str, by_user_id: int) -> list[Shift]:
    """The request is called off; its shifts that have not begun are cancelled and given back to the caller.

    For a published request use `assignments.changes.call_off_help_request`, which also tells the people.
    """
    request = queries.help_request(help_request_id)
    open_states = [state for state in HelpRequestState if state not in _OVER]
    move(HelpRequest, help_request_id, open_states, HelpRequestState.CANCELLED)
    _note(help_request_id, HelpRequestState.CANCELLED, reason, by_user_id)
    called_off = [shift for shift in request.shifts if shift.state in _NOT_OVER]
    for shift in called_off:
        shift.state = ShiftState.CANCELLED
        shift.cancelled_because = reason
    db.session.flush()
    return called_off


_OVER = (HelpRequestState.CLOSED, HelpRequestState.CANCELLED)
_NOT_OVER = (ShiftState.PLANNED, ShiftState.OPEN, ShiftState.FULL)


def end_past_shifts(ended_before: datetime) -> int:
    """Shifts whose planned end lies before this moment are ended, and requests without live shifts closed."""
    statement = (
        update(Shift)
        .where(
            Shift.state.in_((ShiftState.OPEN, ShiftState.FULL)),
            Shift.ends_at <= ended_before,
        )
        .values(state=ShiftState.ENDED, ended_at=Shift.ends_at)
    )
    count = guarded_update(statement)
    live = db.select(Shift.id).where(
        Shift.help_request_id == HelpRequest.id, Shift.state.in_(_NOT_OVER)
    )
    guarded_update(
        update(HelpRequest)
        .where(HelpRequest.state == HelpRequestState.PUBLISHED, ~live.exists())
        .values(state=HelpRequestState.CLOSED, closed_at=clock.now())
    )
    return count
