"""Table of contents of `matching`: its blueprints, commands, hooks. Importing it imports the models."""

from flask import Flask

import matching.asking.models
import matching.assignments.models
import matching.categories.models
import matching.checkin.models
import matching.devices.models
import matching.disputes.models
import matching.false_records.models
import matching.groups.models
import matching.help_requests.models
import matching.paid_tasks.models
import matching.paid_work.models
import matching.planning.models
import matching.prices.models
import matching.profiles.models
import matching.suggestions.models  # noqa: F401 - the tables must be known before the first query
from matching.anomalies import desk as anomalies_desk
from matching.anomalies import duties as anomalies_duties
from matching.anomalies import jobs as anomalies_jobs
from matching.asking import desk as asking_desk
from matching.asking import duties as asking_duties
from matching.asking import jobs as asking_jobs
from matching.asking import routes as asking
from matching.assignments import board, duties
from matching.assignments import desk as assignments_desk
from matching.assignments import jobs as assignments_jobs
from matching.assignments import routes as assignments
from matching.audit import desk as audit_desk
from matching.categories import desk as categories_desk
from matching.categories.queries import category_names, qualification_kinds
from matching.checkin import desk as checkin_desk
from matching.checkin import duties as checkin_duties
from matching.checkin import jobs as checkin_jobs
from matching.checkin import routes as checkin
from matching.devices import api as device_api
from matching.devices import desk as devices_desk
from matching.devices import duties as devices_duties
from matching.devices import leaders as leader_devices
from matching.devices import own_view  # noqa: F401 - adds its address to the device API
from matching.devices import routes as devices
from matching.disputes import desk as disputes_desk
from matching.disputes import duties as disputes_duties
from matching.disputes import routes as disputes
from matching.false_records import desk as false_records_desk
from matching.false_records import duties as false_records_duties
from matching.false_records import jobs as false_records_jobs
from matching.groups import desk as groups_desk
from matching.groups import duties as groups_duties
from matching.groups import jobs as groups_jobs
from matching.groups import queries as group_queries
from matching.groups import routes as groups
from matching.help_requests import desk as help_requests_desk
from matching.help_requests import routes as help_requests
from matching.help_requests.worth import price_rule
from matching.home import desk as home_desk
from matching.home import routes as home
from matching.paid_tasks import agreement as paid_tasks_agreement
from matching.paid_tasks import desk as paid_tasks_desk
from matching.paid_tasks import duties as paid_tasks_duties
from matching.paid_tasks import jobs as paid_tasks_jobs
from matching.paid_tasks import routes as paid_tasks
from matching.paid_tasks.calling_off import costs_of_shifts
from matching.paid_tasks.queries import task_of as paid_task_of
from matching.paid_tasks.telling import charge_words
from matching.paid_work import desk as paid_work_desk
from matching.paid_work import duties as paid_work_duties
from matching.paid_work import jobs as paid_work_jobs
from matching.paid_work import queries as paid_work_queries
from matching.paid_work import routes as paid_work
from matching.paper import desk as paper_desk
from matching.paper import routes as paper
from matching.phone import routes as phone
from matching.planning import board as match_desk
from matching.planning import desk as planning_desk
from matching.planning import duties as planning_duties
from matching.planning import jobs as planning_jobs
from matching.prices import desk as prices_desk
from matching.prices import showing
from matching.profiles import desk as profiles_desk
from matching.profiles import own_data as profiles_own_data
from matching.profiles import routes as profiles
from matching.reports import desk as reports_desk
from matching.suggestions import jobs as suggestions_jobs
from matching.suggestions import own_data as suggestions_own_data
from matching.suggestions import routes as suggestions
from points.programmes.services import enrol_in_default_programmes
from volunteer.core.hooks import NavigationItem, OwnDataSource, WaitingSource, add_once, hooks
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role

COORDINATOR = frozenset({Role.COORDINATOR.value})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR.value})
AUDITOR = frozenset({Role.AUDITOR.value})
APPROVER = frozenset({Role.APPROVER.value})
KEEPERS = frozenset({Role.COORDINATOR.value, Role.ADMINISTRATOR.value})

ACTIVITIES = _l("活動のこと")

NAVIGATION = (
    NavigationItem("public", "home.index", _l("ホーム"), "home", 10),
    NavigationItem("member", "home.volunteer", _l("ホーム"), "home", 10),
    NavigationItem("organization", "home.organization", _l("ホーム"), "home", 10),
    NavigationItem("desk", "home_desk.desk", _l("要対応"), "list", 10),
    NavigationItem("desk", "home_desk.settings", _l("設定"), "settings", 90, ADMINISTRATOR),
    NavigationItem("person", "home_desk.person", _l("この人の今"), "person", 5),
    NavigationItem(
        "person",
        "false_records_desk.person",
        _l("事実とちがう記録"),
        "warning",
        50,
        COORDINATOR | APPROVER,
    ),
    NavigationItem(
        "person", "profiles_desk.profile", _l("希望と空き時間"), "clock", 15, COORDINATOR
    ),
    NavigationItem("person", "asking_desk.answers", _l("お願いと返事"), "mail", 52, COORDINATOR),
    NavigationItem(
        "person", "profiles_desk.apart", _l("会わせない組み合わせ"), "lock", 55, COORDINATOR
    ),
    NavigationItem(
        "household",
        "profiles_desk.household_wishes",
        _l("来る人への希望"),
        "person",
        10,
        COORDINATOR,
    ),
    NavigationItem(
        "household",
        "paid_work_desk.household_family",
        _l("ご家族へのお知らせ"),
        "mail",
        20,
        COORDINATOR,
    ),
    NavigationItem("public", "board.board", _l("さがす"), "search", 20),
    NavigationItem("member", "board.board", _l("さがす"), "search", 20),
    NavigationItem("member", "assignments.plan", _l("予定"), "calendar", 30),
    NavigationItem("me", "phone.code", _l("わたしのQR"), "qr", 5),
    NavigationItem("me", "suggestions.suggestions", _l("あなたに合う活動"), "search", 7),
    NavigationItem("me", "paid_tasks.tasks", _l("有償のお手伝い"), "yen", 8),
    NavigationItem("me", "profiles.profile", _l("希望と空き時間"), "clock", 6),
    NavigationItem(
        "passbook_attendance", "checkin.record", _l("活動の記録を見る・ちがうと伝える"), "clock", 10
    ),
    NavigationItem("organization", "help_requests.help_requests", _l("依頼"), "bell", 20),
    NavigationItem("organization", "leader_devices.devices", _l("受付の端末"), "qr", 30),
    NavigationItem(
        "desk",
        "checkin_desk.arrivals",
        _l("今日の活動"),
        "clock",
        20,
        COORDINATOR,
        ("checkin_desk",),
    ),
    NavigationItem("desk", "groups_desk.visits", _l("グループ"), "group", 22, COORDINATOR),
    NavigationItem("desk", "devices_desk.devices", _l("受付の端末"), "qr", 25, COORDINATOR),
    NavigationItem(
        "desk", "match_desk.board", _l("引き合わせ"), "match", 28, COORDINATOR, ("asking_desk",)
    ),
    NavigationItem(
        "desk", "reports_desk.filling", _l("引き合わせのようす"), "list", 29, COORDINATOR | AUDITOR
    ),
    NavigationItem(
        "desk",
        "help_requests_desk.help_requests",
        _l("依頼"),
        "bell",
        30,
        COORDINATOR,
        ("assignments_desk",),
    ),
    NavigationItem(
        "desk", "anomalies_desk.anomalies", _l("気になる点"), "search", 71, COORDINATOR | AUDITOR
    ),
    NavigationItem("desk", "audit_desk.acts", _l("操作の記録"), "list", 72, AUDITOR),
    NavigationItem("desk", "audit_desk.views", _l("閲覧の記録"), "person", 73, AUDITOR),
    NavigationItem("desk", "paid_tasks_desk.tasks", _l("有償のお手伝い"), "yen", 32, COORDINATOR),
    NavigationItem("desk", "prices_desk.prices", _l("有償の料金"), "yen", 82, ADMINISTRATOR),
    NavigationItem("desk", "categories_desk.categories", _l("活動の種類"), "list", 80, KEEPERS),
    NavigationItem("desk", "profiles_desk.skills", _l("得意なことの一覧"), "list", 81, KEEPERS),
)

NOTICE_KINDS = (
    ("matching/help_requests", _l("依頼")),
    ("matching/assignments", _l("活動の申し込みと予定")),
    ("matching/asking", _l("活動のお願い")),
    ("matching/paid_tasks", _l("有償のお手伝い")),
    ("matching/suggestions", _l("新しい募集のお知らせ")),
    ("matching/checkin", _l("活動の受付と時間")),
    ("matching/paid_work", _l("有償の時間の確かめ")),
    ("matching/disputes", _l("時間の申し出")),
    ("matching/false_records", _l("活動の記録の確かめ")),
)


BLUEPRINTS = (
    anomalies_desk.blueprint,
    asking.blueprint,
    asking_desk.blueprint,
    board.blueprint,
    help_requests.blueprint,
    help_requests_desk.blueprint,
    assignments.blueprint,
    assignments_desk.blueprint,
    audit_desk.blueprint,
    categories_desk.blueprint,
    checkin.blueprint,
    checkin_desk.blueprint,
    device_api.blueprint,
    devices.blueprint,
    devices_desk.blueprint,
    leader_devices.blueprint,
    disputes.blueprint,
    disputes_desk.blueprint,
    false_records_desk.blueprint,
    groups.blueprint,
    groups_desk.blueprint,
    home.blueprint,
    home_desk.blueprint,
    paper.blueprint,
    paper_desk.blueprint,
    phone.blueprint,
    match_desk.blueprint,
    planning_desk.blueprint,
    *paid_tasks.BLUEPRINTS,
    paid_tasks_desk.blueprint,
    paid_work.blueprint,
    paid_work_desk.blueprint,
    prices_desk.blueprint,
    profiles.blueprint,
    profiles_desk.blueprint,
    reports_desk.blueprint,
    suggestions.blueprint,
)


def init_app(app: Flask) -> None:
    """Connect this package to `app`."""
    add_once(hooks.notice_kinds, *NOTICE_KINDS)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    device_api.init_app(app)
    app.jinja_env.globals.update(
        groups_at=group_queries.visits_at,
        group_heads=group_queries.heads_at,
        price_of=showing.price_of,
        quote_yen=showing.quote_yen,
        cancelled_yen=showing.cancelled_yen,
        price_rule=price_rule,
        paid_costs_of=costs_of_shifts,
        paid_task_of=paid_task_of,
        paid_work_of=paid_work_queries.work_of,
    )
    add_once(hooks.qualification_kinds, qualification_kinds)
    add_once(hooks.category_names, category_names)
    add_once(hooks.person_registered, enrol_in_default_programmes)
    add_once(hooks.navigation, *NAVIGATION)
    add_once(hooks.jobs, *assignments_jobs.JOBS)
    add_once(hooks.waiting_items, WaitingSource(COORDINATOR, duties.waiting_items))
    add_once(hooks.person_stopped, duties.free_future_seats)
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, duties.own_data))
    add_once(hooks.before_erasing, duties.hindrances)
    add_once(hooks.erase_person, duties.erase_person)
    add_once(hooks.verify, duties.check_seats)
    _wire_checkin()
    _wire_asking()
    _wire_planning()
    _wire_profiles()
    _wire_paid_tasks()
    _wire_paid_work()


def _wire_paid_tasks() -> None:
    add_once(hooks.verify, paid_tasks_agreement.findings)
    add_once(hooks.charge_words, charge_words)
    add_once(hooks.jobs, *paid_tasks_jobs.JOBS)
    add_once(hooks.participation_moved, paid_tasks_duties.follow_place)
    add_once(hooks.shift_changed, paid_tasks_duties.follow_shift)
    add_once(hooks.waiting_items, WaitingSource(COORDINATOR, totals=paid_tasks_duties.TOTALS))
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, paid_tasks_duties.own_data))
    add_once(hooks.erase_person, paid_tasks_duties.erase_person)


def _wire_paid_work() -> None:
    add_once(hooks.jobs, *paid_work_jobs.JOBS)
    add_once(hooks.waiting_items, WaitingSource(COORDINATOR, totals=paid_work_duties.TOTALS))
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, paid_work_duties.own_data))
    add_once(hooks.erase_person, paid_work_duties.erase_person)


def _wire_profiles() -> None:
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, profiles_own_data.own_data))
    add_once(hooks.erase_person, profiles_own_data.erase_person)
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, suggestions_own_data.own_data))
    add_once(hooks.erase_person, suggestions_own_data.erase_person)
    add_once(hooks.jobs, *suggestions_jobs.JOBS)


def _wire_asking() -> None:
    add_once(hooks.jobs, *asking_jobs.JOBS)
    add_once(hooks.waiting_items, WaitingSource(COORDINATOR, totals=asking_duties.TOTALS))
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, asking_duties.own_data))
    add_once(hooks.erase_person, asking_duties.erase_person)


def _wire_planning() -> None:
    add_once(hooks.jobs, *planning_jobs.JOBS)
    add_once(hooks.waiting_items, WaitingSource(COORDINATOR, totals=planning_duties.TOTALS))
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, planning_duties.own_data))
    add_once(hooks.erase_person, planning_duties.erase_person)


def _wire_checkin() -> None:
    add_once(hooks.jobs, *checkin_jobs.JOBS)
    add_once(
        hooks.waiting_items,
        WaitingSource(COORDINATOR, checkin_duties.waiting_items, (checkin_duties.REFUSALS,)),
    )
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, checkin_duties.own_data))
    add_once(hooks.before_erasing, checkin_duties.hindrances)
    add_once(hooks.erase_person, checkin_duties.erase_person)
    add_once(hooks.verify, checkin_duties.verify)
    _wire_devices()
    _wire_disputes()
    _wire_false_records()
    _wire_anomalies()
    _wire_groups()


def _wire_disputes() -> None:
    add_once(hooks.waiting_items, WaitingSource(COORDINATOR, disputes_duties.waiting_items))
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, disputes_duties.own_data))
    add_once(hooks.before_erasing, disputes_duties.hindrances)
    add_once(hooks.erase_person, disputes_duties.erase_person)


def _wire_devices() -> None:
    add_once(hooks.waiting_items, WaitingSource(COORDINATOR, totals=(devices_duties.SCANS,)))
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, devices_duties.own_data))
    add_once(hooks.erase_person, devices_duties.erase_person)


def _wire_groups() -> None:
    add_once(hooks.jobs, *groups_jobs.JOBS)
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, groups_duties.own_data))
    add_once(hooks.erase_person, groups_duties.erase_person)
    add_once(hooks.verify, groups_duties.verify)


def _wire_anomalies() -> None:
    add_once(hooks.jobs, *anomalies_jobs.JOBS)
    add_once(hooks.waiting_items, WaitingSource(COORDINATOR, totals=(anomalies_duties.FINDINGS,)))
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, anomalies_duties.own_data))
    add_once(hooks.erase_person, anomalies_duties.erase_person)


def _wire_false_records() -> None:
    add_once(hooks.jobs, *false_records_jobs.JOBS)
    add_once(hooks.waiting_items, WaitingSource(APPROVER, false_records_duties.waiting_items))
    add_once(hooks.own_data, OwnDataSource("activities", ACTIVITIES, false_records_duties.own_data))
    add_once(hooks.before_erasing, false_records_duties.hindrances)
    add_once(hooks.erase_person, false_records_duties.erase_person)
