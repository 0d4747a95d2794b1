"""A person's cash-outs; open ones stand against an erasure, and the words about closed ones go with it."""

from sqlalchemy import update

from points.redemption.models import CashOut, CashOutAct
from points.redemption.states import OPEN_STATES, label_of
from volunteer.core.db import db, guarded_update
from volunteer.core.hooks import ErasureHindrance, OwnRecords
from volunteer.core.i18n import _l, show


def own_data(person_id: int) -> list[OwnRecords]:
    """Every cash-out with what became of it."""
    rows = db.session.execute(
        db.select(CashOut).where(CashOut.person_id == person_id).order_by(CashOut.id)
    ).scalars()
    cash_outs = [
        [
            (_l("番号"), one.number),
            (_l("申し込んだ日"), show("datetime_long", one.requested_at)),
            (_l("ポイント"), "" if one.is_earnings else show("points", one.points)),
            (_l("内容"), _l("有償のお手伝いの報酬") if one.is_earnings else ""),
            (_l("金額"), show("yen", one.amount_yen)),
            (_l("寄付先"), one.target),
            (_l("いまの状態"), label_of(one.state, is_donation=bool(one.target))),
            (_l("支払った日"), show("datetime_long", one.paid_at)),
            (_l("理由"), one.closed_reason),
            (_l("代わりに申し込んだ理由"), one.proxy_reason),
        ]
        for one in rows
    ]
    return [OwnRecords("cash_outs", _l("換金"), list(cash_outs))]


def hindrances(person_id: int) -> list[ErasureHindrance]:
    """Money that is on its way must arrive first."""
    is_open = db.select(CashOut.number).where(
        CashOut.person_id == person_id, CashOut.state.in_(OPEN_STATES)
    )
    return [
        ErasureHindrance(
            _l(
                "換金 %(number)s がまだ終わっていません。支払いを待つか、取り下げてから消してください。",
                number=number,
            ),
            is_final=True,
        )
        for number in db.session.execute(is_open.order_by(CashOut.id)).scalars()
    ]


def erase_person(person_id: int) -> None:
    """Amounts, states and who decided stay; mandates and reasons go."""
    own = db.select(CashOut.id).where(CashOut.person_id == person_id)
    guarded_update(
        update(CashOut)
        .where(CashOut.person_id == person_id)
        .values(mandate="", proxy_reason="", closed_reason="")
        .execution_options(synchronize_session=False)
    )
    guarded_update(
        update(CashOutAct)
        .where(CashOutAct.cash_out_id.in_(own))
        .values(reason="")
        .execution_options(synchronize_session=False)
    )
