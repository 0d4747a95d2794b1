"""What is kept about people who were asked, and what goes when somebody is erased."""

from sqlalchemy import update

from matching.asking import queries
from matching.asking.models import Ask
from volunteer.core.db import db
from volunteer.core.hooks import OwnRecords, WaitingTotal
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role

TOTALS = (
    WaitingTotal(
        kind="asking",
        counted=queries.dried_up_counted,
        label=lambda n: _l("お願いが終わって、まだ人が足りない活動 %(n)s件", n=n),
        endpoint="asking_desk.askings",
        icon="mail",
        roles=frozenset({Role.COORDINATOR.value}),
    ),
)
"""One line for all shifts whose waves have ended and that still want people: nobody suits, the caps or the budget held
people back, or none were to follow."""


def own_data(person_id: int) -> list[OwnRecords]:
    """What somebody was asked in waves, with the figures of that moment."""
    asked = [
        [
            (_l("活動"), title),
            (_l("場所"), place),
            (_l("日時"), show("datetime_long", starts_at)),
            (_l("お願いした日"), show("datetime_long", ask.sent_at)),
            (_l("引き受けてもらえる見こみ（千分率）"), ask.permille),
            (_l("いまの状態"), ask.participation.state.label if ask.participation else ""),
        ]
        for ask, starts_at, title, place in queries.asks_of_person(person_id)
    ]
    return [OwnRecords("asks", _l("活動のお願い"), list(asked))]


def erase_person(person_id: int) -> None:
    """Why somebody was asked tells about their life, so it goes; that somebody was asked stays."""
    db.session.execute(
        update(Ask)
        .where(Ask.person_id == person_id)
        .values(reasons=[], refusal="")
        .execution_options(synchronize_session=False)
    )
