"""The summary of mistakes stands in the order of the page."""

from volunteer.core.summaries import in_page_order

PAGE = """<div class="errors" role="alert"><h2 id="error-summary">3か所を直してください</h2>
  <ul>{lines}</ul>
</div><form><input id="kana" name="kana"><input type="radio" name="kind" value="a"><ul><li>ほか</li></ul></form>"""


def _link(name: str, words: str) -> str:
    return f'<li><a href="#{name}">{words}</a></li>'


def test_lines_follow_the_fields_and_refusals_of_no_field_come_first() -> None:
    mixed = _link("kind", "種類") + _link("kana", "フリガナ") + "<li>送れません</li>"
    sorted_lines = "<li>送れません</li>" + _link("kana", "フリガナ") + _link("kind", "種類")
    assert in_page_order(PAGE.format(lines=mixed)) == PAGE.format(lines=sorted_lines)


def test_a_line_of_a_field_that_is_not_there_leads_nowhere() -> None:
    mixed = _link("kana", "フリガナ") + _link("reason", "理由を入れてください")
    plain = "<li>理由を入れてください</li>" + _link("kana", "フリガナ")
    assert in_page_order(PAGE.format(lines=mixed)) == PAGE.format(lines=plain)


def test_a_page_without_a_summary_stays_as_it_is() -> None:
    assert in_page_order("<p>" + _link("kana", "フリガナ")) == "<p>" + _link("kana", "フリガナ")
