"""Fields accept what people really type, keep it when something is wrong, and say kindly what to type."""

from datetime import date, time
from typing import Any

import pytest
from flask import Flask

from volunteer.core import typed
from volunteer.core.codes import CodeKind
from volunteer.core.fields import (
    BirthDateField,
    ChoiceField,
    CodeField,
    DateField,
    EmailField,
    IntegerField,
    KanaField,
    ListField,
    Needed,
    PhoneField,
    PostcodeField,
    ReasonField,
    SeveralField,
    TimeField,
)
from volunteer.core.forms import BaseForm

TODAY = date(2026, 11, 21)


class EveryForm(BaseForm):
    """One of each."""

    class Meta:
        """Without the token."""

        csrf = False

    kana = KanaField("フリガナ", [Needed("フリガナを入れてください")])
    birth_on = BirthDateField("生年月日", [Needed("生年月日を入れてください")])
    telephone = PhoneField("電話番号")
    postcode = PostcodeField("郵便番号")
    email = EmailField("メール")
    hours = IntegerField("時間", least=1, most=8)
    day = DateField("日にち")
    at = TimeField("時刻")
    code = CodeField("カード", kind=CodeKind.CARD)
    tie = ChoiceField("つながり", choices=[("a", "甲"), ("b", "乙")])
    area = ListField("地区", choices=[("", "えらばない"), ("x", "花園")])
    wishes = SeveralField("したいこと", choices=[("s", "除雪"), ("m", "配食")])
    reason = ReasonField()


WHOLE = {
    "kana": "ｻﾄｳ　はなこ",
    "birth_on-era": "昭和",
    "birth_on-year": "２８",
    "birth_on-month": "4月",
    "birth_on-day": "９",
    "reason": "ためし",
}


def filled(app: Flask, **values: Any) -> EveryForm:
    """The form after it was sent."""
    with app.test_request_context("/", method="POST", data={**WHOLE, **values}):
        form = EveryForm()
        form.validate()
        return form


def test_kana_and_era_are_normalised(app: Flask) -> None:
    form = filled(app)
    assert not form.errors
    assert form.kana.data == "サトウ ハナコ"
    assert form.birth_on.data == date(1953, 4, 9)
    assert form.birth_on.parts["year"] == "２８"


def test_an_optional_field_may_stay_empty(app: Flask) -> None:
    form = filled(app, telephone="", hours=" ", tie="", area="")
    assert not form.errors
    assert (form.telephone.data, form.hours.data, form.day.data) == ("", None, None)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("telephone", "０９０−１２３４ー５６７８", "09012345678"),
        ("telephone", "(0134) 00-0000", "0134000000"),
        ("telephone", "+81 90 1234 5678", "09012345678"),
        ("postcode", "〒０４７０００１", "047-0001"),
        ("email", "ｈａｎａ..ｋｏ.＠DOCOMO.ne.jp", "hana..ko.@docomo.ne.jp"),
        ("hours", "３", 3),
        ("day", "12/1", date(2026, 12, 1)),
        ("day", "令和８年１１月２８日（土）", date(2026, 11, 28)),
        ("day", "R8.11.28", date(2026, 11, 28)),
        ("day", "2026-11-28", date(2026, 11, 28)),
        ("at", "9時半", time(9, 30)),
        ("at", "午後1時", time(13)),
        ("at", "０９３０", time(9, 30)),
        ("code", "ｃｃａｒ ｄ７２６", "CCARD726"),
        ("wishes", "s", ["s"]),
    ],
)
def test_what_people_type_is_understood(app: Flask, name: str, text: str, value: Any) -> None:
    form = filled(app, **{name: text})
    assert not form.errors
    assert form[name].data == value


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("kana", "佐藤", "ひらがなかカタカナ"),
        ("kana", "　", "フリガナを入れてください"),
        ("telephone", "090-0000-00", "足りません"),
        ("telephone", "090-0000-00000", "多すぎます"),
        ("telephone", "134-00-0000", "市外局番"),
        ("telephone", "でんわ", "数字で"),
        ("postcode", "047", "7けた"),
        ("email", "hanako.example.jp", "「@」が1つ"),
        ("email", "hanako@example", "「@」のあと"),
        ("email", "a@b@example.jp", "「@」が1つ"),
        ("email", "花子@example.jp", "半角"),
        ("email", "a" * 5000 + "@example.jp", "長すぎます"),
        ("hours", "9", "8以下"),
        ("hours", "0", "1以上"),
        ("hours", "たくさん", "数字で"),
        ("day", "2/30", "こよみにありません"),
        ("day", "明日", "例：11/21"),
        ("day", "8年11月21日", "西暦4けたか、年号"),
        ("day", "昭和64年1月8日", "その年号に"),
        ("at", "25:00", "23:59"),
        ("at", "朝", "9時半"),
        ("code", "CCARD727", "コードが合いません"),
        ("code", "CCARD", "8文字"),
        ("tie", "z", "1つえらんで"),
        ("area", "z", "1つえらんで"),
        ("reason", "あ" * 201, "200文字まで"),
    ],
)
def test_nonsense_is_said_kindly_and_stays_in_the_field(
    app: Flask, name: str, text: str, said: str
) -> None:
    form = filled(app, **{name: text})
    assert len(form.errors[name]) == 1
    assert said in form.errors[name][0]
    if hasattr(form[name], "_value"):
        assert form[name]._value() == text


@pytest.mark.parametrize(
    ("typed_date", "said"),
    [
        ({"birth_on-year": ""}, "年を入れてください"),
        ({"birth_on-year": "", "birth_on-day": ""}, "年・日を入れてください"),
        ({"birth_on-era": "西暦"}, "4けた"),
        ({"birth_on-era": "大化"}, "年号をえらんで"),
        ({"birth_on-era": "令和", "birth_on-year": "40"}, "これから先の日"),
        ({"birth_on-era": "西暦", "birth_on-year": "1890"}, "年を確かめて"),
        ({"birth_on-month": "四"}, "数字で"),
    ],
)
def test_a_wrong_date_is_explained(app: Flask, typed_date: dict[str, str], said: str) -> None:
    assert said in filled(app, **typed_date).errors["birth_on"][0]


def test_the_first_year_of_an_era_is_understood(app: Flask) -> None:
    form = filled(app, **{"birth_on-era": "平成", "birth_on-year": "元"})
    assert form.birth_on.data == date(1989, 4, 9)


def test_without_a_year_the_next_or_the_last_such_day_is_meant() -> None:
    assert typed.read_date("11/20", TODAY) == date(2027, 11, 20)
    assert typed.read_date("11/20", TODAY, prefer_past=True) == date(2026, 11, 20)
    assert typed.read_date("2/29", TODAY) == date(2028, 2, 29)


def test_rare_kanji_stay_as_they_were_typed() -> None:
    assert typed.one_line("  﨑山　神  ") == "﨑山 神"


def test_control_characters_are_left_out() -> None:
    assert typed.one_line("花\u202e子\x00\u061c\x9f") == "花子"
    assert typed.several_lines("一\r\n二 \r\n") == "一\n二"
