"""From an activity to points: the award row with its facts and reason, the caps, the ledger. Never an edit.

Every service locks the standing of the holder first. An award is corrected by a new revision under the rules of
the same activity date. Nothing here commits.
"""

from datetime import datetime

from sqlalchemy import update

from points.earning.deciding import Choice, choose, counted
from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.queries import newest_award, preview
from points.earning.rules import AwardDecision, AwardReason
from points.earning.states import LIVE, AwardState
from points.earning.writing import (
    Outcome,
    Revision,
    decide_locked,
    outcome_of,
    write_carried,
    write_decided,
    write_outside,
)
from points.ledger import services as ledger
from points.ledger.caps import free_caps
from points.ledger.postings import Pots, lock_standing
from points.ledger.services import points_in_lots
from points.programmes.queries import anchor_of, rules_of
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import AlreadySent, NotFound
from volunteer.core.i18n import _l
from volunteer.core.transitions import move

__all__ = [
    "award_activity", "confirm_award", "correct_award", "postpone_award", "preview",
    "refuse_award", "settle_award",
]  # fmt: skip


def award_activity(
    facts: ActivityFacts,
    *,
    entered_by_user_id: int | None = None,
    entered_by_person_id: int | None = None,
    is_new: bool = False,
) -> Award:
    """The activity has its award, with facts and reason, also when it earned nothing; points are in the ledger.

    The day of the activity decides programme, rule version, caps, lot and expiry. Claimed evidence waits as
    pending. The same activity again gives the first award; `is_new` says that there can be none, because the row it
    is for was made in this turn. Raises AlreadySent when its facts differ.
    """
    choice = choose(facts)
    if isinstance(choice, Choice):
        lock_standing(choice.pots)
    first = None if is_new else newest_award(facts.source_kind, facts.source_id)
    if first is not None:
        return _same(first, facts)
    revision = Revision(
        facts,
        entered_by_user_id=entered_by_user_id,
        entered_by_person_id=entered_by_person_id,
    )
    if isinstance(choice, AwardReason):
        return write_outside(revision, choice)
    return write_decided(revision, choice, decide_locked(revision, choice))


def _same(award: Award, facts: ActivityFacts) -> Award:
    if award.facts != facts.as_json():
        raise AlreadySent(
            _l("この活動のポイントはもう記録されています。ちがうときは訂正してください。"),
            award_id=award.id,
        )
    return award


def _locked(award_id: int) -> tuple[Award, Pots]:
    """An award that has points, re-read under the lock of its holder's standing. Raises NotFound."""
    award = db.session.get(Award, award_id)
    if award is None or award.programme_id is None:
        raise NotFound(_l("この活動のポイントの記録が見つかりません。"), award_id=award_id)
    pots = Pots(award.holder_id, award.programme_id)
    lock_standing(pots)
    db.session.refresh(award)
    return award, pots


def settle_award(award_id: int) -> Award:
    """The points of a credited award can be exchanged. Raises NotFound, AlreadyDecided."""
    award, pots = _locked(award_id)
    move(
        Award, award_id, AwardState.CREDITED, AwardState.SETTLED,
        settles_at=None, decided_at=clock.now(),
    )  # fmt: skip
    db.session.refresh(award)
    if award.journal_id is not None:
        ledger.settle_points(pots.holder_id, pots.programme_id, points_in_lots(award.journal_id))
    return award


def confirm_award(award_id: int, *, actor_user_id: int | None = None) -> Award:
    """The points of a pending award are on the account and exchangeable. Raises NotFound, AlreadyDecided."""
    award, _pots = _locked(award_id)
    move(
        Award, award_id, AwardState.PENDING, AwardState.SETTLED,
        settles_at=None, decided_at=clock.now(),
    )  # fmt: skip
    db.session.refresh(award)
    if award.journal_id is not None:
        ledger.confirm(
            award.journal_id,
            key=f"confirm:award:{award_id}",
            expires_on=award.expires_on,
            actor_user_id=actor_user_id,
        )
    return award


def refuse_award(
    award_id: int, *, reason: str = "not_confirmed", actor_user_id: int | None = None
) -> Award:
    """The points of a pending award are forfeited and its caps are free again; the activity stays recorded.

    `reason` is a code. Raises NotFound, AlreadyDecided.
    """
    award, _pots = _locked(award_id)
    move(
        Award, award_id, AwardState.PENDING, AwardState.REFUSED,
        settles_at=None, decided_at=clock.now(),
    )  # fmt: skip
    db.session.refresh(award)
    _free(award)
    if award.journal_id is not None:
        ledger.refuse(
            award.journal_id,
            key=f"refuse:award:{award_id}",
            reason=reason,
            actor_user_id=actor_user_id,
        )
    return award


def postpone_award(award_id: int, until: datetime | None) -> None:
    """An award that has not settled will do so at `until`; None: not before somebody decides."""
    open_states = (AwardState.PENDING, AwardState.CREDITED)
    db.session.execute(
        update(Award)
        .where(Award.id == award_id, Award.state.in_(open_states))
        .values(settles_at=until)
    )


def correct_award(
    source_kind: str,
    source_id: int,
    new_facts: ActivityFacts,
    *,
    reason: str,
    actor_user_id: int | None = None,
    entered_by_user_id: int | None = None,
    entered_by_person_id: int | None = None,
    is_settled: bool = False,
) -> Award:
    """The newest award of an attendance is replaced by one for `new_facts`, under the rules of the same day.

    The old points are taken back and the new ones credited, each in a journal; where both are the same the
    journal stays and only the facts change. Open cash-outs in the way (ledger `queries.holds_to_free`) are
    voided by the caller before. `reason` is a code. `is_settled`: the attendance is final, and so is what it earns
    now; without it, what replaces settled points is. Raises NotFound.
    """
    old = newest_award(source_kind, source_id)
    if old is None:
        raise NotFound(_l("訂正する活動の記録が見つかりません。"), source_id=source_id)
    if new_facts.activity_on != old.activity_on or new_facts.person_id != old.holder_id:
        raise ValueError("a correction moves neither the day nor the person")
    choice = choose(new_facts)
    _lock_both(old, choice)
    db.session.refresh(old)
    if old.facts == new_facts.as_json() and old.state in LIVE:
        return old
    revision = Revision(
        new_facts,
        old.revision + 1,
        entered_by_user_id,
        entered_by_person_id,
        is_settled=is_settled or (old.state is AwardState.SETTLED and old.points > 0),
        actor_user_id=actor_user_id,
    )
    return _replace(old, revision, choice, reason)


def _lock_both(old: Award, choice: Choice | AwardReason) -> None:
    """Lock the standings of the old and the new award in one fixed order."""
    found = {old.programme_id} if old.programme_id is not None else set()
    if isinstance(choice, Choice):
        found.add(choice.pots.programme_id)
    for programme_id in sorted(one for one in found if one is not None):
        lock_standing(Pots(old.holder_id, programme_id))


def _replace(old: Award, revision: Revision, choice: Choice | AwardReason, reason: str) -> Award:
    was_live = old.state in LIVE
    if was_live:
        _free(old)
    decision = decide_locked(revision, choice) if isinstance(choice, Choice) else None
    carried = _carried(old, revision, choice, decision)
    if was_live and carried is None:
        _take_back(old, reason, revision.actor_user_id)
    if was_live:
        move(
            Award,
            old.id,
            LIVE,
            AwardState.REVERSED,
            journal_id=_kept(old, carried),
            settles_at=None,
        )
    if isinstance(choice, AwardReason) or decision is None:
        assert isinstance(choice, AwardReason)
        return write_outside(revision, choice)
    if carried is not None:
        return write_carried(revision, choice, decision, carried)
    return write_decided(revision, choice, decision)


def _kept(old: Award, carried: Outcome | None) -> int | None:
    return None if carried is not None else old.journal_id


def _carried(
    old: Award, revision: Revision, choice: Choice | AwardReason, decision: AwardDecision | None
) -> Outcome | None:
    """The outcome of the old award where the new one comes to the same points, lot and state."""
    if not isinstance(choice, Choice) or decision is None or old.state not in LIVE:
        return None
    outcome = outcome_of(revision, choice, decision)
    is_same = (
        old.journal_id is not None
        and old.points == decision.points
        and old.rule_version_id == choice.applying.rule_version_id
        and old.state is outcome.state
    )
    return Outcome(outcome.state, old.settles_at, old.journal_id) if is_same else None


def _take_back(old: Award, reason: str, actor_user_id: int | None) -> None:
    if old.journal_id is None:
        return
    if old.state is AwardState.CREDITED and old.programme_id is not None:
        in_lots = points_in_lots(old.journal_id)
        ledger.settle_points(old.holder_id, old.programme_id, in_lots)
    ledger.reverse(
        old.journal_id,
        key=f"reverse:award:{old.id}",
        reason=reason,
        actor_user_id=actor_user_id,
    )


def _free(award: Award) -> None:
    """Give back what an award counted against its caps."""
    if award.rule_version_id is None or award.programme_id is None or not award.points:
        return
    version = rules_of(award.rule_version_id)
    facts = ActivityFacts.from_json(award.facts)
    rule = version.award_rule(facts.category_code, facts.role, facts.host)
    for_year = award.points if rule is None or rule.counts_against_yearly_cap else 0
    enrolled_on = anchor_of(award.holder_id, award.programme_id, version)
    used = counted(award.activity_on, version, award.day_cap_counted, for_year, enrolled_on)
    free_caps(Pots(award.holder_id, award.programme_id), used)
