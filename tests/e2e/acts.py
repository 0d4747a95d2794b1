"""What people do on the main line, each act by the labels they see."""

import re
from datetime import date
from pathlib import Path

from flask import Flask
from playwright.sync_api import expect

from tests.cast import PASSWORD, TOTP_SECRET
from tests.e2e.visitor import Visitor
from tests.mail import Outbox
from volunteer.core.clock import now
from volunteer.core.totp import code_at

SHIFT_ON = date(2026, 11, 28)
NEWCOMER = "haru@example.jp"


def code_in(outbox: Outbox, address: str) -> str:
    """The six digits of the newest mail to `address`."""
    found = re.search(r"\b\d{6}\b", outbox.last(address).text)
    assert found, outbox.last(address).text
    return found.group()


def signs_up(who: Visitor, outbox: Outbox) -> None:
    """Five fields on one page, no password; then the code from the mail."""
    who.open("/")
    who.tap("登録")
    who.start_counting()
    assert who.page.locator("form .must").count() <= 5
    assert who.page.locator("input[type=password]").count() == 0
    who.write("お名前", "山本 春子")
    who.write("フリガナ", "やまもと はるこ")
    who.write_date("生年月日", "昭和", "43", "3", "3")
    who.write("メールアドレス", NEWCOMER)
    who.choose("住んでいる")
    who.tap("同意して登録する")
    assert (who.fields, who.taps) == (5, 1)
    who.write("確認番号", code_in(outbox, NEWCOMER))
    who.tap("登録する")
    who.reads("申し込みを受け付けました")


def gives_details(who: Visitor) -> None:
    who.tap("連絡先を入れる")
    who.write("電話番号", "０９０－１２３４－５６７８")
    who.write("住所", "小樽市花園1-2-3")
    who.write("連絡先の方のお名前", "山本 夏男")
    who.write("連絡先の方の電話番号", "0134-22-3333")
    who.tap("保存する")
    who.reads("センターが確かめています")


def staff_sign_in(who: Visitor, role: str) -> None:
    """Password and authenticator app, once each."""
    who.open("/sign-in")
    who.tap("センターの職員の方")
    who.write("メールアドレス", f"{role}@center.example.jp")
    who.write("パスワード", PASSWORD)
    who.tap("すすむ")
    who.write("確認番号", code_at(TOTP_SECRET, now()))
    who.tap("サインインする")
    who.reads("要対応")


def registers(staff: Visitor, name: str) -> None:
    """Staff look at the application and register the person, who gets a number."""
    staff.tap(name)
    staff.tap("登録する（番号とカードを出す）")
    staff.reads("登録しました。番号は")


def gets_ready(staff: Visitor) -> None:
    """Staff enter the insurance and the training that snow needs, from the page of the person."""
    staff.go_to("保険")
    staff.choose("基本プラン")
    staff.write("いつから", "11/22")
    staff.write("いつまで", "2027/3/31")
    staff.tap("入力する")
    staff.reads("入力しました。")
    staff.tap("もどる")
    staff.go_to("資格・研修")
    staff.select("資格・研修の種類", "雪かきの安全講習")
    staff.write("受けた日・取った日", "11/20")
    staff.tap("入力する")
    staff.reads("入力しました。")


def posts_request(host: Visitor) -> None:
    """The wizard, one question a page, then the check and the receipt."""
    host.open("/o")
    host.tap("依頼をつくる")
    host.choose("雪かき")
    host.write("ひとことで言うと", "通学路の雪かき")
    host.write("くわしい内容", "坂道の2軒の前から学校まで、雪をよけます。")
    host.tap("次へすすむ")
    host.write("日にち", "11/28")
    host.write("始まり", "9時半")
    host.write("終わり", "11:30")
    host.write("人数", "２")
    host.tap("次へすすむ")
    host.select("地区", "花園")
    host.write("みんなに見せる場所", "花園会館")
    host.write("くわしい場所", "みなと市花園1-1-1 花園会館 玄関")
    host.write("1回でまわる家の数", "2")
    host.tap("次へすすむ")
    host.write("持ち物", "手袋")
    host.tap("次へすすむ")
    host.choose("ふつう")
    host.tap("次へすすむ")
    host.write("当日の担当", "湊 さくら")
    host.write("その人の電話", "090-1111-2222")
    host.tap("次へすすむ")
    host.choose("先着順で、すぐ決める")
    host.tap("次へすすむ")
    host.tap("センターに送る")
    host.reads("依頼を送りました", "受付番号")


def publishes(staff: Visitor) -> None:
    staff.open("/desk")
    staff.tap("通学路の雪かき")
    staff.tap("公開する")
    staff.reads("公開しました")


def applies(volunteer: Visitor) -> None:
    """One tap on the card; the page behind it says what was done and can undo it."""
    volunteer.open("/")
    volunteer.go("さがす")
    volunteer.start_counting()
    volunteer.tap("申し込む", card="花園会館")
    assert (volunteer.fields, volunteer.taps) == (0, 1)
    volunteer.reads("参加が決まりました")
    expect(volunteer.control("取り消す")).to_be_visible()


def checks_in(volunteer: Visitor, host: Visitor) -> None:
    """The host opens the venue's screen, the phone reads its QR, one tap."""
    host.open("/o")
    host.tap("受付QRを出す", card="通学路の雪かき")
    address = host.scan()
    volunteer.start_counting()
    volunteer.open(address)
    volunteer.tap("受付する")
    assert (volunteer.fields, volunteer.taps) == (0, 1)
    volunteer.reads("受付しました", "＋1,000", "今年度は あと4,000ポイント", "令和10年3月31日")


def checks_out(volunteer: Visitor) -> None:
    """One tap on the first page."""
    volunteer.open("/")
    volunteer.start_counting()
    volunteer.tap("活動を終わる")
    assert (volunteer.fields, volunteer.taps) == (0, 1)
    volunteer.reads("おつかれさまでした", "2時間")


def runs_jobs(app: Flask, *names: str) -> None:
    """What the scheduler would have run by now."""
    for name in names:
        result = app.test_cli_runner().invoke(args=["jobs", "run", name])
        assert result.exit_code == 0, result.output


def proves_identity(who: Visitor, outbox: Outbox, address: str) -> None:
    """Before money: a code by mail once more."""
    who.reads("ご本人か確かめます")
    who.tap("確認番号を送る")
    who.write("確認番号", code_in(outbox, address))
    who.tap("すすむ")


def enters_account(who: Visitor, outbox: Outbox) -> None:
    who.open("/")
    who.go("わたし")
    who.tap("お金を受けとる口座")
    proves_identity(who, outbox, NEWCOMER)
    who.write("銀行コード（4桁）か 銀行の名前", "北洋銀行")
    who.write("支店コード（店番・3桁）か 支店の名前", "028")
    who.write("口座番号", "１２３４５")
    who.write("口座名義（カナ）", "やまもと　はるこ")
    who.tap("確かめる")
    who.reads("ﾔﾏﾓﾄ ﾊﾙｺ")
    who.tap("この口座にする")
    who.reads("口座を保存しました")


def asks_for_money(who: Visitor) -> str:
    """The points are held, a receipt number is shown: that number."""
    who.tap("換金のページへ")
    who.write("何ポイントを換金しますか", "1000")
    who.choose("口座に振りこむ")
    who.tap("計算する")
    who.reads("1,000円")
    who.tap("この内容で申し込む")
    who.reads("申し込みました", "受付番号")
    return who.page.locator(".sent .code").inner_text()


def approves(approver: Visitor, number: str) -> None:
    approver.open("/desk")
    approver.tap("承認を待つ換金")
    approver.tap(number)
    approver.tap("承認する")
    approver.reads("承認しました")


def pays(payer: Visitor, name: str) -> bytes:
    """The payer makes the batch and takes the bank file: its bytes."""
    payer.open("/desk")
    payer.go("支払")
    payer.tap("振込データを作る")
    payer.reads(name)
    payer.write("振込の日", "12/4")
    payer.write("合計金額", "1000")
    payer.tap("振込データを作る")
    with payer.page.expect_download() as download:
        payer.control("ファイル").click()
    return Path(download.value.path()).read_bytes()


def marks_paid(payer: Visitor) -> None:
    """On the day of the transfer, after a new proof by the second factor."""
    payer.open("/desk")
    staff_sign_in(payer, "payer")
    payer.go("支払")
    payer.tap("P-0001")
    payer.tap("支払ずみにする")


def registers_from_paper(staff: Visitor) -> tuple[str, str]:
    """Number and card code of somebody without e-mail, at once; the printed card's QR says the same code."""
    staff.open("/desk")
    staff.go("ボランティア")
    staff.tap("紙の申込書から登録する")
    staff.write("お名前", "小川 正")
    staff.write("フリガナ", "おがわ ただし")
    staff.write_date("生年月日", "昭和", "24", "5", "5")
    staff.choose("住んでいる")
    staff.write("電話番号", "0134-55-6666")
    staff.write("住所", "みなと市花園2-2-2")
    staff.write("連絡先の方のお名前", "小川 節")
    staff.write("連絡先の方の電話番号", "0134-55-7777")
    staff.tap("署名を確かめて登録する")
    staff.reads("登録しました。番号は")
    number = staff.page.get_by_text(re.compile(r"番号は (\S+) です")).inner_text()
    staff.tap("カードを印刷する")
    code = staff.page.locator("b", has_text=re.compile(r"^C\w{3}-\w{4}$")).inner_text()
    assert staff.scan().endswith(code.replace("-", ""))
    staff.tap("もどる")
    return number.split("番号は ")[1].split(" ")[0], code


def asks_by_telephone(staff: Visitor, number: str) -> None:
    """Staff ask a person by telephone for the first day of the request before them, and write down the yes."""
    staff.tap("名前を見る")
    staff.tap("だれかにお願いする")
    staff.write("登録番号", number)
    staff.tap("お願いを送る")
    staff.tap("電話で「参加する」")
    staff.reads("参加が決まりました")


def receives_card(host: Visitor, code: str) -> None:
    """The host types the code of the card which the person shows."""
    host.open("/o")
    host.tap("名簿で受付する", card="通学路の雪かき")
    host.start_counting()
    host.write("カードの番号", code.lower())
    host.tap("受付する", host.page.locator("form", has_text="カードで受付する"))
    assert (host.fields, host.taps) == (1, 1)
    host.reads("小川 正さんを受付しました（9時20分）")


def asks_for_somebody(staff: Visitor, number: str) -> str:
    """Staff ask for the cash-out of somebody who cannot, with the mandate and why: its number."""
    staff.open("/desk")
    staff.go("ボランティア")
    staff.write("番号・お名前・フリガナ・電話", number)
    staff.tap("さがす")
    staff.tap("小川 正")
    staff.go_to("換金")
    staff.write("何ポイントを換金しますか", "1000")
    staff.choose("窓口で現金")
    staff.write("委任状・申請書のある場所", "申請書 2026-12-02、棚 3")
    staff.write("職員が申し込む理由", "メールがなく、窓口で用紙を出された")
    staff.tap("この内容で申し込む")
    staff.reads("申し込みました")
    return staff.page.locator(".sent .code").inner_text()


def pays_at_the_desk(payer: Visitor, number: str) -> None:
    """The payer looks at a paper with a name, hands over the money and prints the receipt."""
    payer.open("/desk")
    payer.go("支払")
    payer.tap("窓口の現金")
    payer.tap("支払う", card=number)
    payer.choose("運転免許証")
    payer.tap("お金を渡して、領収書を作る")
    payer.reads("支払いました", "金 1,000円 也")
