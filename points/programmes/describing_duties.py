"""What a programme asks of people and does for them, in words. Pure: rules in, sentences out."""

from points.programmes.people_terms import Checkpoint, Need, Payer, Term
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import Proof
from points.programmes.wording import N_, Wording, say

NEEDS = {
    Need.TRAINING: N_("研修「%(name)s」を受ける"),
    Need.DOCUMENT: N_("書類「%(name)s」を出す"),
    Need.CONDITION: N_("「%(name)s」の方だけ"),
    Need.EXCLUDED: N_("「%(name)s」の方は対象外"),
}
VALID = {
    Need.TRAINING: N_("研修「%(name)s」を受ける（%(months)sか月のあいだ有効）"),
    Need.DOCUMENT: N_("書類「%(name)s」を出す（%(months)sか月のあいだ有効）"),
}
"""The same for what must be renewed."""
CHECKPOINTS = {
    Checkpoint.REGISTRATION: N_("登録のときに確かめること"),
    Checkpoint.AWARD: N_("活動のときに確かめること"),
    Checkpoint.EXCHANGE: N_("換金のときに確かめること"),
}
TERMS = {
    Term.FISCAL_YEAR: N_("登録は3月31日までで、毎年更新します"),
    Term.PROGRAMME_YEAR: N_("登録は制度の年度の終わりまでで、毎年更新します"),
    Term.YEARS: N_("登録は%(years)s年ごとに更新します"),
}
PAYERS = {
    Payer.PERSON: N_("ボランティア保険の費用は本人"),
    Payer.CENTER: N_("ボランティア保険の費用はセンター"),
    Payer.CITY: N_("ボランティア保険の費用は市町村"),
    Payer.HOST: N_("ボランティア保険の費用は受け入れ先"),
}
PROOFS = {
    Proof.PAPER_STAMP: N_("スタンプ"),
    Proof.SEAL: N_("シール"),
    Proof.IC_CARD: N_("ICカード"),
    Proof.QR_BY_HOST: N_("受け入れ先がよむQRコード"),
    Proof.QR_BY_VOLUNTEER: N_("本人がよむQRコード"),
    Proof.HOST_LIST: N_("受け入れ先の名簿"),
    Proof.STAFF_ENTRY: N_("センターの入力"),
}

LOST_PAPER = N_(
    "紙のカードや手帳をなくすと、そこにしかないポイントは戻りません。通帳にのったポイントは、そのまま残ります"
)
"""P2 where a lost card costs the points: what our ledger holds is not on the card (docs/points-programmes.md)."""

Section = tuple[Wording, list[Wording]]


def describe_duties(version: RuleVersion) -> list[Section]:
    """(heading, sentences), only where the programme says something."""
    found = [
        *((say(text), _asked(version, at)) for at, text in CHECKPOINTS.items()),
        (say(N_("登録と更新")), _registration(version)),
        (say(N_("活動の証明")), [say(PROOFS[one]) for one in version.evidence.accepted]),
        (say(N_("保険")), _insurance(version)),
        (say(N_("ポイントの受け渡しとカード")), _transfer_and_card(version)),
        (say(N_("事実とちがう記録")), _false_records(version)),
        (say(N_("お礼")), _recognitions(version)),
    ]
    return [(heading, lines) for heading, lines in found if lines]


def _asked(version: RuleVersion, at: Checkpoint) -> list[Wording]:
    return [
        say(VALID[one.need], name=one.name, months=one.valid_months)
        if one.valid_months and one.need in VALID
        else say(NEEDS[one.need], name=one.name)
        for one in version.asked_at(at)
    ]


def _registration(version: RuleVersion) -> list[Wording]:
    rules = version.registration
    lines = []
    if rules.term in TERMS:
        lines.append(say(TERMS[rules.term], **({"years": rules.years} if rules.years else {})))
    if rules.exchange_lapses_after_days is not None:
        text = N_("やめたあと、換金できるのは%(days)s日のあいだ")
        lines.append(say(text, days=rules.exchange_lapses_after_days))
    if rules.exchange_lapses_after_months is not None:
        text = N_("やめたあと、換金できるのは%(months)sか月のあいだ")
        lines.append(say(text, months=rules.exchange_lapses_after_months))
    return lines


def _insurance(version: RuleVersion) -> list[Wording]:
    rules = version.insurance
    lines = [say(PAYERS[rules.paid_by])] if rules.paid_by in PAYERS else []
    if rules.must_cover:
        lines.append(say(N_("保険に入っている日の活動だけにポイントがつきます")))
    return lines


def _transfer_and_card(version: RuleVersion) -> list[Wording]:
    lines = []
    if version.may_transfer:
        lines.append(say(N_("会員どうしでポイントをゆずれます")))
    if not version.replaced_card_keeps_points:
        lines.append(say(LOST_PAPER))
    return lines


def _false_records(version: RuleVersion) -> list[Wording]:
    """Only where the programme is not as others: milder than usual, or with days of rest."""
    rules = version.false_records
    milder = (
        (rules.void_award, N_("その活動のポイントは取り消しません")),
        (rules.hold_claims, N_("申し込み中の換金は止めません")),
        (rules.claw_back, N_("支払ったお金は返していただきません")),
    )
    lines = [say(text) for is_usual, text in milder if not is_usual]
    if rules.suspend_days:
        lines.append(say(N_("活動を%(days)s日休みにします"), days=rules.suspend_days))
    return lines


def _recognitions(version: RuleVersion) -> list[Wording]:
    text = N_("%(name)s：1年に%(points)sポイント以上を%(years)s年")
    return [
        say(text, name=one.name, points=one.points_each_year, years=one.years)
        for one in version.recognitions
    ]
