"""Every kind of act and of look can be read in plain words. Words of acts that are gone stay: the trail keeps them."""

import ast
import re

from flask import Flask

from matching.audit.reasons import REASONS
from matching.audit.words import ACT_WORDS, SUBJECTS, VIEWS
from matching.checkin import answers
from matching.checkin.rules import Outcome
from matching.checkin.tokens import Verdict
from points.programmes.eligibility import Obstacle
from points.redemption.four_eyes import Exclusion
from points.redemption.rules import ExchangeRefusal
from tests.architecture.tree import PACKAGES, called, source_files, tree_of
from volunteer.names.reading import NAME, NAME_AGAIN

SILENT = {"core.language", "device_api.scans"}
"""POST routes that leave no act (tests/architecture/test_routes.py)."""
NAMED = {"users_desk.change": ("disabling", "enabling", "sign-out", "enrolment")}
"""Routes whose act says more than the endpoint."""


def _endpoints(app: Flask) -> set[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    found = {rule.endpoint for rule in rules} - SILENT - NAMED.keys()
    return found | {f"{name}:{part}" for name, parts in NAMED.items() for part in parts}


def _calls(name: str, place: int) -> set[str]:
    """The plain texts given as this argument of every call of `name` in the packages."""
    return {
        one.value
        for path in source_files(*PACKAGES)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and called(node) == name and len(node.args) > place
        for one in _either(node.args[place])
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def _either(node: ast.expr) -> list[ast.expr]:
    """The value, or both of `a if … else b`."""
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def test_every_kind_of_act_has_words(app: Flask) -> None:
    commands = {act for act in _calls("record", 0) if act.startswith(("command:", "job:"))}
    missing = (_endpoints(app) | commands) - ACT_WORDS.keys()
    assert not missing, f"matching/audit/words.py needs words for {sorted(missing)}"


def test_every_kind_of_look_has_words() -> None:
    looks = _calls("look", 0) | {NAME, NAME_AGAIN}
    for name in ("record_view", "record_views", "add_views"):
        looks |= _calls(name, 1)
    missing = looks - VIEWS.keys()
    assert not missing, f"matching/audit/words.py needs words for {sorted(missing)}"


ERRORS = {
    "DomainError", "Refused", "NotAllowed", "NotFound", "AlreadyDecided", "AlreadySent", "NotReady",
    "TooManyAttempts", "PasswordTrouble", "stopped",
}  # fmt: skip
ENUMS = (Exclusion, ExchangeRefusal, Obstacle, Outcome, Verdict)


def _refusals() -> set[str]:
    """Every code that an error of ours may carry."""
    found = {one.value for kinds in ENUMS for one in kinds}
    found |= {
        getattr(answers, name)
        for name in dir(answers)
        if name.isupper() and isinstance(getattr(answers, name), str)
    }
    for path in source_files(*PACKAGES):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and called(node) in ERRORS:
                found |= {
                    str(one.value)
                    for word in node.keywords
                    if word.arg == "code"
                    for one in _either(word.value)
                    if isinstance(one, ast.Constant)
                }
            elif (
                isinstance(node, ast.ClassDef) and {ast.unparse(one) for one in node.bases} & ERRORS
            ):
                found |= {
                    str(one.value.value)
                    for one in node.body
                    if isinstance(one, ast.Assign)
                    and [ast.unparse(target) for target in one.targets] == ["code"]
                    and isinstance(one.value, ast.Constant)
                }
    return found


def test_every_refusal_has_words() -> None:
    missing = _refusals() - REASONS.keys()
    assert not missing, f"matching/audit/reasons.py needs words for {sorted(missing)}"


def test_no_two_acts_read_the_same(app: Flask) -> None:
    words = [str(one) for one in ACT_WORDS.values()]
    assert sorted(words) == sorted(set(words))


def test_every_subject_has_words() -> None:
    shape = re.compile(r"[a-z_]+:")
    subjects = set()
    for path in source_files(*PACKAGES):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.keyword) and node.arg == "subject":
                texts = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant)]
                subjects |= {
                    text[:-1] for text in texts if isinstance(text, str) and shape.fullmatch(text)
                }
    assert subjects, "the test must find some"
    missing = subjects - SUBJECTS.keys()
    assert not missing, f"matching/audit/words.py needs words for {sorted(missing)}"
