"""Readings: ruby where text is shown, nothing where HTML forbids it, harmless for what people type."""

from hypothesis import given
from hypothesis import strategies as st

from volunteer.core.ruby import plain_reading, ruby, without_readings

RUBY = "<ruby>活動<rp>（</rp><rt>かつどう</rt><rp>）</rp></ruby>"


def test_text_gets_ruby_and_stays_one_element() -> None:
    assert ruby("<p>この {活動|かつどう}に</p>") == f"<p><span>この {RUBY}に</span></p>"


def test_attributes_get_the_plain_word() -> None:
    assert ruby('<a aria-label="{活動|かつどう}">x</a>') == '<a aria-label="活動">x</a>'


def test_elements_that_cannot_hold_ruby_get_the_plain_word() -> None:
    for name in ("title", "option", "textarea", "script", "style", "svg"):
        html = f"<{name} class='a'>{{活動|かつどう}}</{name}>"
        assert ruby(html) == html.replace("{活動|かつどう}", "活動")


def test_a_drawing_is_plain_inside_and_the_text_after_it_has_ruby() -> None:
    html = "<svg><text>{活動|かつどう}</text></svg>{活動|かつどう}"
    assert ruby(html) == f"<svg><text>活動</text></svg><span>{RUBY}</span>"


def test_days_of_the_month_are_read_whole() -> None:
    assert "<ruby>1日<rp>（</rp><rt>ついたち</rt>" in ruby("<p>{1日|ついたち}</p>")


def test_mails_get_brackets() -> None:
    assert plain_reading("{活動|かつどう}の 日") == "活動（かつどう）の 日"
    assert without_readings("{活動|かつどう}の 日") == "活動の 日"


def test_what_looks_like_markup_is_left_alone() -> None:
    for text in (
        "{<b>|かつどう}",
        "{活動|<i>x</i>}",
        "{a|b}",
        "{活動|katsu}",
        "{{活動|}}",
        "{|かつどう}",
    ):
        assert "<ruby>" not in ruby(text)


@given(st.text(alphabet="{|}<>/abp活動かつ\"' ", max_size=60))
def test_no_text_can_bring_in_a_tag_that_was_not_there(text: str) -> None:
    shown = ruby(text)
    for made in (
        "<ruby>",
        "</ruby>",
        "<rp>",
        "</rp>",
        "<rt>",
        "</rt>",
        "<span>",
        "</span>",
        "（",
        "）",
    ):
        shown = shown.replace(made, "")
    assert shown.count("<") <= text.count("<")
