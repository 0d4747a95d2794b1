"""換金 at the desk: the list by state, one cash-out with everything to check, approval, rejection."""

from typing import Any, TypeVar

from flask import Blueprint, Response, request, url_for

from points.bank_accounts.states import ACCOUNT_TYPE_LABELS, AccountType
from points.ledger.queries import balances
from points.redemption import desk_proxy
from points.redemption.flags import flag_words
from points.redemption.forms import RejectForm
from points.redemption.four_eyes import EXCLUSION_WORDS, Actor
from points.redemption.methods.registry import METHODS
from points.redemption.models import CashOut
from points.redemption.queries import (
    PAGE,
    TABS,
    Signs,
    exclusion_shown,
    flags_of,
    in_tab,
    own_cash_outs,
    points_used,
    signs_of,
    waiting_by_state,
    with_acts,
)
from points.redemption.services import approve as approve_cash_out
from points.redemption.services import reject as reject_cash_out
from points.redemption.states import CASH_OUT_STATE_LABELS, CashOutState, Step
from points.redemption.stories import LOOKS, story_of
from volunteer.core import audit
from volunteer.core.errors import DomainError, NotAllowed, NotFound
from volunteer.core.forms import ButtonForm, act_once, page
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, is_fresh, viewer
from volunteer.names.reading import names_of

T = TypeVar("T")
blueprint = Blueprint("redemption_desk", __name__, url_prefix="/desk")
desk_proxy.add_routes(blueprint)

TAB_LABELS = {
    "requested": _l("承認を待つ"),
    "approved": _l("支払を待つ"),
    "batched": _l("支払の手続き中"),
    "paid": _l("支払ずみ"),
    "closed": _l("おわったもの"),
}


@blueprint.get("/cash-outs")
@allow(Role.APPROVER, Role.PAYER, Role.AUDITOR)
def cash_outs() -> Any:
    """The cash-outs of one state, with what looks odd about each."""
    tab = request.args.get("tab", "requested")
    tab = tab if tab in TABS else "requested"
    number = max(request.args.get("page", 1, type=int), 1)
    waiting = waiting_by_state()
    counts = {one: sum(waiting[state].count for state in TABS[one]) for one in TABS}
    rows, names = in_tab(tab, number), names_of(viewer())
    audit.record_views(names.read(row.person for row in rows), names.look("cash_out_list"))
    signs = signs_of(rows)
    return page(
        "points/redemption/desk_list.html",
        names=names,
        tab=tab,
        tabs=[(one, TAB_LABELS[one], counts[one]) for one in TABS],
        rows=[
            (
                row,
                [flag_words(one, names.accounts) for one in flags_of(row, signs)],
                signs.account_of(row) if names.accounts else None,
            )
            for row in rows
        ],
        yen=sum(waiting[state].yen for state in TABS[tab]),
        count=counts[tab],
        page_number=number,
        page_count=-(-counts[tab] // PAGE),
        methods=METHODS,
        state_labels=CASH_OUT_STATE_LABELS,
        looks=LOOKS,
    )


@blueprint.get("/cash-outs/<int:cash_out_id>")
@allow(Role.APPROVER, Role.PAYER, Role.AUDITOR)
def cash_out(cash_out_id: int) -> Any:
    """Everything an approver or payer checks, and their button or the reason why there is none. Logged."""
    return _detail(cash_out_id, RejectForm())


def _detail(cash_out_id: int, form: RejectForm) -> tuple[str, int]:
    found, names = _or_404(with_acts(cash_out_id)), names_of(viewer())
    audit.record_view(found.person_id, "cash_out" if names.accounts else "cash_out:amount")
    amounts = balances(found.person_id, found.programme_id)
    signs = signs_of([found], held=dict(amounts.holds))
    is_shown = names.accounts and METHODS[found.method].needs_bank_account
    account = signs.account_of(found) if is_shown else None
    step = _step_of(found)
    form.step.data = (step or Step.DECIDED).value
    return page(
        "points/redemption/desk_cash_out.html",
        form=form,
        names=names,
        approving=ButtonForm(),
        cash_out=found,
        method=METHODS[found.method],
        account=account,
        account_type=ACCOUNT_TYPE_LABELS[AccountType(account.account_type)] if account else "",
        flags=[flag_words(flag, names.accounts) for flag in flags_of(found, signs)],
        story=story_of(found, names.of(found.person)),
        used=points_used(found),
        left=amounts.available,
        others=[one for one in own_cash_outs(found.person_id, 10, None) if one.id != found.id],
        step=step,
        why_not=_why_not(found, step, signs),
        fresh=is_fresh(viewer()),
        state_labels=CASH_OUT_STATE_LABELS,
        looks=LOOKS,
    )


def _step_of(found: CashOut) -> Step | None:
    """Which step is next; None when there is none."""
    return {CashOutState.REQUESTED: Step.DECIDED, CashOutState.APPROVED: Step.BATCHED}.get(
        found.state
    )


def _why_not(found: CashOut, step: Step | None, signs: Signs) -> Any:
    """Why the viewer gets no button for the next step; None when they get one."""
    if step is None:
        return None
    role = Role.APPROVER if step is Step.DECIDED else Role.PAYER
    if role not in viewer().roles:
        return {
            Role.APPROVER: _l("次は承認者の番です。あなたの役割に承認はありません。"),
            Role.PAYER: _l("次は支払担当の番です。あなたの役割に支払はありません。"),
        }[role]
    found_out = exclusion_shown(found, _actor(), signs)
    return EXCLUSION_WORDS[found_out] if found_out else None


@blueprint.post("/cash-outs/<int:cash_out_id>/approval")
@allow(Role.APPROVER, fresh=True)
def approve(cash_out_id: int) -> Response:
    """A second person agrees."""
    return _decide(ButtonForm(), cash_out_id, lambda: approve_cash_out(cash_out_id, _actor()))


@blueprint.post("/cash-outs/<int:cash_out_id>/rejection")
@allow(Role.APPROVER, Role.PAYER, fresh=True)
def reject(cash_out_id: int) -> Any:
    """Turn it down with a reason: the approver before approval, the payer after it."""
    form = RejectForm()
    step = form.chosen_step
    needed = Role.APPROVER if step is Step.DECIDED else Role.PAYER
    if needed not in viewer().roles:
        raise NotAllowed(_l("この段階のおことわりは、別の役割の人がします。"))
    if not form.validate_on_submit():
        return _detail(cash_out_id, form)
    reason = form.reason.data
    return _decide(form, cash_out_id, lambda: reject_cash_out(cash_out_id, _actor(), reason, step))


def _decide(form: Any, cash_out_id: int, service: Any) -> Response:
    back = url_for("redemption_desk.cash_out", cash_out_id=cash_out_id)
    try:
        return act_once(
            form,
            service,
            lambda made: url_for(
                "redemption_desk.cash_out", cash_out_id=made.id, done=made.state.value
            ),
            subject=f"cash_out:{cash_out_id}",
        )
    except DomainError as error:
        error.facts.setdefault("back_url", back)
        raise


def _actor() -> Actor:
    who = viewer()
    return Actor(who.user_id or 0, who.own_person_id)


def _or_404(found: T | None) -> T:
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found
