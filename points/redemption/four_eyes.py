"""Who may not decide or pay a cash-out, and why. Pure; docs/security.md tells the reasons to the auditor."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from volunteer.core.i18n import _l

HAND_ENTRY = timedelta(days=90)
"""Whoever entered an award of this person by hand within this time stays out of the person's cash-outs."""
APPROVER_LIMIT_YEN = 50_000
"""One approver alone may approve at most this much at once."""
APPROVER_DAY_LIMIT_YEN = 300_000
"""… and this much on one day (Asia/Tokyo)."""


class Exclusion(StrEnum):
    """Why somebody may not take the next step."""

    NO_PERSON = "no_person"
    BENEFICIARY = "beneficiary"
    ALREADY_ACTED = "already_acted"
    ENTERED_AWARD = "entered_award"
    ENTERED_ACCOUNT = "entered_account"
    ENTERED_MONEY = "entered_money"
    OVER_LIMIT = "over_limit"
    OVER_DAY_LIMIT = "over_day_limit"


EXCLUSION_WORDS = {
    Exclusion.NO_PERSON: _l(
        "あなたの名前が職員の登録にないので、だれが決めたかを残せません。管理者に知らせてください。"
    ),
    Exclusion.BENEFICIARY: _l("自分の換金は、自分では決められません。別の人が決めます。"),
    Exclusion.ALREADY_ACTED: _l(
        "この換金であなたはもう1つの役割をしました。次の役割は別の人です。"
    ),
    Exclusion.ENTERED_AWARD: _l(
        "あなたは90日以内にこの方のポイントを手で入力したので、この換金は別の人が決めます。"
    ),
    Exclusion.ENTERED_ACCOUNT: _l(
        "あなたはこの方の口座を入力したので、この換金は別の人が決めます。"
    ),
    Exclusion.ENTERED_MONEY: _l(
        "あなたは90日以内にこの方の料金を記録したので、この報酬の承認は別の人がします。"
    ),
    Exclusion.OVER_LIMIT: _l(
        "1人で承認できる金額をこえています。センターの責任者と相談し、金額を分けて申し込みなおしてもらいます。"
    ),
    Exclusion.OVER_DAY_LIMIT: _l(
        "あなたが今日承認できる金額をこえます。明日にするか、別の承認者にたのんでください。"
    ),
}


@dataclass(frozen=True)
class Actor:
    """A member of staff: the user who clicks and the person who answers for it."""

    user_id: int
    person_id: int | None


@dataclass(frozen=True)
class Involvement:
    """What is known of an actor and a cash-out."""

    beneficiary_id: int
    acted_user_ids: frozenset[int]
    acted_person_ids: frozenset[int]
    entered_award: bool
    entered_account: bool
    entered_money: bool = False
    """Took or decided, within the watched time, money that this approval would pay out."""


def exclusion_of(actor: Actor, facts: Involvement) -> Exclusion | None:
    """The first reason why this actor must leave the next step to somebody else."""
    if actor.person_id is None:
        return Exclusion.NO_PERSON
    if actor.person_id == facts.beneficiary_id:
        return Exclusion.BENEFICIARY
    if actor.user_id in facts.acted_user_ids or actor.person_id in facts.acted_person_ids:
        return Exclusion.ALREADY_ACTED
    if facts.entered_award:
        return Exclusion.ENTERED_AWARD
    if facts.entered_money:
        return Exclusion.ENTERED_MONEY
    return Exclusion.ENTERED_ACCOUNT if facts.entered_account else None


def limit_exclusion(amount_yen: int, approved_today_yen: int) -> Exclusion | None:
    """Whether an approval would pass the approver's limits (both in yen)."""
    if amount_yen > APPROVER_LIMIT_YEN:
        return Exclusion.OVER_LIMIT
    if approved_today_yen + amount_yen > APPROVER_DAY_LIMIT_YEN:
        return Exclusion.OVER_DAY_LIMIT
    return None
