"""Acts about paid help in plain words (words.py holds all others)."""

from typing import Any

from volunteer.core.i18n import _l

PAID_WORK: dict[str, Any] = {
    "ordered_tasks.agree": _l("有償のお手伝いの金額と約束をみとめた（団体）"),
    "ordered_tasks.pay": _l("有償のお手伝いのカードの手つづきを開いた（団体）"),
    "ordered_tasks.change_method": _l("有償のお手伝いの払い方を変えた（団体）"),
    "ordered_tasks.calling_off": _l("有償のお手伝いを取りやめた（団体）"),
    "linked_task.agree": _l("有償のお手伝いの金額と約束をみとめた（世帯のリンク）"),
    "linked_task.pay": _l("有償のお手伝いのカードの手つづきを開いた（世帯のリンク）"),
    "linked_task.change_method": _l("有償のお手伝いの払い方を変えた（世帯のリンク）"),
    "linked_task.calling_off": _l("有償のお手伝いを取りやめた（世帯のリンク）"),
    "paid_tasks_desk.agree": _l("有償のお手伝いの返事を、電話で聞いて入れた"),
    "paid_tasks_desk.change_method": _l("職員が有償のお手伝いの払い方を変えた"),
    "paid_tasks_desk.calling_off": _l("職員が有償のお手伝いを取りやめた"),
    "paid_tasks_desk.no_show": _l("有償のお手伝いに、来なかった・いなかったと記録した"),
    "paid_tasks_desk.tell_household": _l("有償のお手伝いの取りやめを、世帯に電話で伝えた"),
    "paid_tasks_desk.make_link": _l("世帯のリンクを作った"),
    "paid_tasks_desk.revoke_link": _l("世帯のリンクを使えなくした"),
    "paid_work.slip_arrive": _l("依頼した方の用紙のQRで受付した"),
    "paid_work.slip_end": _l("依頼した方の用紙のQRで終わりにした"),
    "paid_work.signature": _l("依頼した方が学生のスマホに署名した"),
    "paid_work.report": _l("学生が有償の時間を報告した"),
    "paid_work.student_words": _l("学生が有償の時間の話に書いた"),
    "paid_work.confirmation": _l("団体が有償の時間を確認した"),
    "paid_work.objection": _l("団体が有償の時間がちがうと申し出た"),
    "paid_work.organization_words": _l("団体が有償の時間の話に書いた"),
    "paid_work.link_confirmation": _l("世帯がリンクで有償の時間を確認した"),
    "paid_work.link_objection": _l("世帯がリンクで有償の時間がちがうと申し出た"),
    "paid_work.link_words": _l("世帯がリンクで有償の時間の話に書いた"),
    "paid_work.link_family": _l("世帯がリンクで家族へのお知らせをはじめた"),
    "paid_work.link_end_family": _l("世帯がリンクで家族へのお知らせをやめた"),
    "paid_work_desk.make_slip": _l("職員が依頼した方の用紙を作った"),
    "paid_work_desk.confirmation": _l("職員が電話で聞いて有償の時間を確認した"),
    "paid_work_desk.objection": _l("職員が電話で聞いて有償の時間の申し出を書いた"),
    "paid_work_desk.words": _l("職員が有償の時間の話に書いた"),
    "paid_work_desk.decision": _l("職員が有償の時間を決めた"),
    "paid_work_desk.call": _l("職員が署名を電話で確かめた"),
    "paid_work_desk.household_family": _l("職員が家族へのお知らせの返事を記録した"),
    "paid_work_desk.end_family": _l("職員が家族へのお知らせをやめた"),
}
