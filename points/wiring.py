"""Table of contents of `points`: its blueprints, commands, hooks. Importing it imports the models."""

from flask import Flask

import points.bank_accounts.models
import points.billing.models
import points.earning.models
import points.ledger.models
import points.payouts.models
import points.programmes.models
import points.recognitions.models
import points.redemption.models
import points.reports.models
import points.simulation.models
import points.transfers.models  # noqa: F401 - the tables must be known before the first query
from points.bank_accounts import desk as bank_accounts_desk
from points.bank_accounts import own_data as bank_accounts_data
from points.bank_accounts import routes as bank_accounts
from points.billing import agreement as billing_agreement
from points.billing import desk as billing_desk
from points.billing import earnings_pages, gateways, own_notes, paper_setting_pages
from points.billing import jobs as billing_jobs
from points.billing import own_data as billing_data
from points.billing import routes as billing
from points.billing import waiting as billing_waiting
from points.earning import agreement as earning_agreement
from points.earning import desk as earning_desk
from points.earning import jobs as earning_jobs
from points.earning import own_data as earning_data
from points.earning import routes as earning
from points.ledger import agreement as ledger_agreement
from points.ledger import desk as ledger_desk
from points.ledger import jobs as ledger_jobs
from points.payouts import agreement as payouts_agreement
from points.payouts import desk as payouts_desk
from points.payouts import desk_repayment, waiting
from points.payouts import own_data as payouts_data
from points.programmes import agreement as programmes_agreement
from points.programmes import desk as programmes_desk
from points.programmes.queries import requirement_kinds
from points.recognitions import desk as recognitions_desk
from points.recognitions import own_data as recognitions_data
from points.redemption import agreement as redemption_agreement
from points.redemption import desk as redemption_desk
from points.redemption import own_data as redemption_data
from points.redemption import routes as redemption
from points.redemption.stories import passbook_words
from points.reports import desk as reports_desk
from points.simulation import desk as simulation_desk
from points.simulation import jobs as simulation_jobs
from points.transfers import agreement as transfers_agreement
from points.transfers import own_data as transfers_data
from points.transfers import routes as transfers
from volunteer.core.hooks import NavigationItem, OwnDataSource, WaitingSource, add_once, hooks
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role

NOTICE_KINDS = (
    ("points/bank_accounts", _l("お金を受けとる口座")),
    ("points/earning", _l("ポイントの期限")),
    ("points/redemption", _l("換金")),
    ("points/payouts", _l("換金")),
    ("points/transfers", _l("ポイントのやりとり")),
    ("points/billing", _l("料金と報酬")),
    ("points/ledger", _l("台帳")),
)


def init_app(app: Flask) -> None:
    """Connect this package to `app`."""
    add_once(hooks.notice_kinds, *NOTICE_KINDS)
    _wire_points(app)
    _wire_cash_outs(app)
    _wire_further_pages(app)
    _wire_billing(app)
    _wire_own_data()


def _wire_own_data() -> None:
    words = _l("ポイントとお金のこと")
    add_once(
        hooks.own_data,
        OwnDataSource("points", words, earning_data.own_data),
        OwnDataSource("points", words, recognitions_data.own_data),
        OwnDataSource("points", words, redemption_data.own_data),
        OwnDataSource("points", words, payouts_data.own_data),
        OwnDataSource("points", words, transfers_data.own_data),
        OwnDataSource("points", words, billing_data.own_data),
        OwnDataSource("points", words, own_notes.own_data),
        OwnDataSource("points", words, bank_accounts_data.own_data, is_bank_data=True),
    )
    add_once(
        hooks.before_erasing,
        redemption_data.hindrances,
        earning_data.hindrances,
        billing_data.hindrances,
    )
    add_once(
        hooks.erase_person,
        earning_data.erase_person,
        redemption_data.erase_person,
        payouts_data.erase_person,
        own_notes.erase_person,
        bank_accounts_data.erase_person,
    )


def _wire_points(app: Flask) -> None:
    for one in (ledger_desk, earning, earning_desk, programmes_desk):
        app.register_blueprint(one.blueprint)
    auditor = frozenset({Role.AUDITOR.value})
    coordinator = frozenset({Role.COORDINATOR.value})
    readers = coordinator | {Role.APPROVER.value}
    add_once(
        hooks.navigation,
        NavigationItem("me", "ledger.passbook", _l("ポイント通帳"), "passbook", 5),
        NavigationItem("passbook", "redemption.request", _l("換金を申し込む"), "yen", 10),
        NavigationItem("passbook_gift", "transfers.choose", _l("ポイントをゆずる"), "group", 10),
        NavigationItem("passbook", "redemption.yearly", _l("1年のまとめ"), "list", 20),
        NavigationItem("desk", "programmes_desk.programmes", _l("ポイントの制度"), "points", 70),
        NavigationItem("desk", "ledger_desk.accounts", _l("台帳"), "passbook", 71, auditor),
        NavigationItem(
            "person", "earning_desk.passbook", _l("ポイント通帳"), "passbook", 40, readers
        ),
        NavigationItem(
            "person", "programmes_desk.enrolments", _l("制度への参加"), "list", 41, coordinator
        ),
    )
    add_once(hooks.jobs, *ledger_jobs.JOBS, *earning_jobs.JOBS)
    add_once(hooks.qualification_kinds, requirement_kinds)
    for checks in (ledger_agreement, programmes_agreement, earning_agreement):
        add_once(hooks.verify, checks.findings)


def _wire_cash_outs(app: Flask) -> None:
    for one in (
        bank_accounts,
        bank_accounts_desk,
        redemption,
        redemption_desk,
        payouts_desk,
        reports_desk,
        simulation_desk,
    ):
        app.register_blueprint(one.blueprint)
    payers = frozenset({Role.PAYER.value, Role.AUDITOR.value})
    deciders = payers | {Role.APPROVER.value}
    coordinator = frozenset({Role.COORDINATOR.value})
    triers = frozenset(one.value for one in simulation_desk.READERS)
    add_once(
        hooks.navigation,
        NavigationItem("me", "redemption.request", _l("ポイントを換金する"), "yen", 30),
        NavigationItem("me", "bank_accounts.edit", _l("お金を受けとる口座"), "building", 40),
        NavigationItem("desk", "redemption_desk.cash_outs", _l("換金"), "yen", 60, deciders),
        NavigationItem("desk", "payouts_desk.batches", _l("支払"), "building", 61, payers),
        NavigationItem("desk", "forecast_desk.outlook", _l("原資の見通し"), "points", 62, deciders),
        NavigationItem(
            "desk", "simulation_desk.simulations", _l("制度をためす"), "points", 72, triers
        ),
        NavigationItem(
            "person", "bank_accounts_desk.edit", _l("口座"), "building", 60, coordinator
        ),
        NavigationItem("person", "redemption_desk.proxy", _l("換金"), "yen", 61, coordinator),
    )
    add_once(
        hooks.waiting_items,
        WaitingSource(frozenset({Role.APPROVER.value}), waiting.to_approve),
        WaitingSource(frozenset({Role.PAYER.value}), waiting.to_pay),
    )
    add_once(hooks.jobs, *simulation_jobs.JOBS)
    add_once(hooks.passbook_words, passbook_words)
    add_once(hooks.verify, redemption_agreement.findings, payouts_agreement.findings)


def _wire_billing(app: Flask) -> None:
    """What is paid for work: webhooks, the worker, the night's comparison."""
    gateways.check(app.config["OTAGAI"])
    pages = (
        billing.blueprint,
        billing_desk.blueprint,
        paper_setting_pages.blueprint,
        earnings_pages.blueprint,
        earnings_pages.desk_blueprint,
    )
    for blueprint in pages:
        app.register_blueprint(blueprint)
    billing.init_app(app)
    readers = frozenset({Role.COORDINATOR, Role.APPROVER, Role.PAYER, Role.AUDITOR})
    helpers = frozenset({Role.COORDINATOR, Role.APPROVER, Role.PAYER})
    payer = frozenset({Role.PAYER.value})
    add_once(
        hooks.navigation,
        NavigationItem("me", "earnings.earnings", _l("有償のお手伝いの報酬"), "yen", 35),
        NavigationItem("desk", "billing_desk.charge_list", _l("料金"), "yen", 59, _values(readers)),
        NavigationItem(
            "desk",
            "paper_settings_desk.settings",
            _l("請求書と領収書"),
            "list",
            83,
            frozenset({Role.ADMINISTRATOR.value}),
        ),
        NavigationItem(
            "person", "earnings_desk.yearly", _l("報酬の1年のまとめ"), "list", 43, _values(helpers)
        ),
    )
    add_once(hooks.waiting_items, WaitingSource(payer, totals=billing_waiting.TOTALS))
    add_once(hooks.jobs, *billing_jobs.JOBS)
    add_once(hooks.verify, billing_agreement.findings)


def _values(roles: frozenset[Role]) -> frozenset[str]:
    return frozenset(one.value for one in roles)


def _wire_further_pages(app: Flask) -> None:
    """Points given to members, money paid back, the yearly statement."""
    for one in (desk_repayment, recognitions_desk, transfers):
        app.register_blueprint(one.blueprint)
    coordinator = frozenset({Role.COORDINATOR.value})
    readers = coordinator | {Role.APPROVER.value}
    add_once(
        hooks.navigation,
        NavigationItem(
            "programmes", "recognitions_desk.letters", _l("お礼状"), "mail", 10, coordinator
        ),
        NavigationItem("person", "redemption_desk.yearly", _l("1年のまとめ"), "list", 42, readers),
    )
    add_once(hooks.verify, transfers_agreement.findings)
