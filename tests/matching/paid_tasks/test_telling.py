"""What billing is told of a paid task: its kind and number, nobody's name, and as what the center collects."""

from matching.paid_tasks.telling import charge_words
from points.billing.sources import told
from points.billing.states import Collects
from tests.cast import Cast
from tests.matching.paid_tasks.scene import agreed


def test_a_charge_is_called_by_the_kind_of_work_and_the_number(cast: Cast) -> None:
    task = agreed(cast)
    words = told(task.source)
    assert words.title == f"学生の手伝い {task.number}"
    assert words.collects is Collects.AGENT
    assert (words.url, words.own_url) == (f"/desk/paid/{task.id}", f"/paid/{task.number}")


def test_other_sources_are_left_to_others(cast: Cast) -> None:
    assert charge_words(["paid_task:99999", "paid_task:x", "other:1"]) == {}
    assert str(told("other:1").title) == "有償のお手伝い"
