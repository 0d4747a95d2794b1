"""Table of contents of `volunteer`: its blueprints, commands, hooks. Importing it imports the models."""

from flask import Flask

import volunteer.areas.models
import volunteer.cards.models
import volunteer.core.models
import volunteer.credentials.models
import volunteer.households.models
import volunteer.organizations.models
import volunteer.people.models
import volunteer.pins.models
import volunteer.privacy.models
import volunteer.users.models  # noqa: F401 - the tables must be known before the first query
from volunteer.cards import desk as cards_desk
from volunteer.cards import own_data as cards_data
from volunteer.cards import routes as cards
from volunteer.core import wiring as core
from volunteer.core.hooks import NavigationItem, OwnDataSource, WaitingSource, add_once, hooks
from volunteer.core.i18n import _l
from volunteer.core.outbox import kept
from volunteer.core.permissions import Role
from volunteer.credentials import desk as credentials_desk
from volunteer.credentials import own_data as credentials_data
from volunteer.households import desk as households_desk
from volunteer.names import desk as names_desk
from volunteer.organizations import desk as organizations_desk
from volunteer.organizations import own_data as organizations_data
from volunteer.organizations import routes as organizations
from volunteer.people import desk as people_desk
from volunteer.people import email_pages as emails
from volunteer.people import own_data as people_data
from volunteer.people import routes as people
from volunteer.pins import desk as pins_desk
from volunteer.pins import own_data as pins_data
from volunteer.pins import routes as pins
from volunteer.privacy import desk as privacy_desk
from volunteer.privacy import routes as privacy
from volunteer.privacy.cli import privacy_cli
from volunteer.privacy.jobs import JOBS as PRIVACY_JOBS
from volunteer.users import desk as users_desk
from volunteer.users import own_data as users_data
from volunteer.users import routes as users
from volunteer.users import services as users_services
from volunteer.users import sessions
from volunteer.users.jobs import JOBS as USERS_JOBS
from volunteer.users.notices import unsealed
from volunteer.users.states import ROLE_LABELS

NOTICE_KINDS = (
    ("volunteer/users", _l("サインイン")),
    ("volunteer/people", _l("ボランティア登録")),
    ("volunteer/pins", _l("カードの暗証番号")),
    ("volunteer/organizations", _l("団体の登録")),
)


def init_app(app: Flask) -> None:
    """Connect this package to `app`."""
    add_once(hooks.notice_kinds, *NOTICE_KINDS)
    core.init_app(app)
    sessions.init_app(app)
    _wire_users(app)
    _wire_people(app)
    _wire_others(app)
    _wire_privacy(app)


def _wire_users(app: Flask) -> None:
    app.register_blueprint(users.blueprint)
    app.register_blueprint(users_desk.blueprint)
    app.config["DOORS"] = {
        "not_signed_in": "users.sign_in",
        "not_signed_in_desk": "users.staff_sign_in",
        "confirm_identity": "users.confirm_identity",
    }
    app.extensions["otagai.save_language"] = users_services.save_language
    app.jinja_env.filters.update(unsealed=unsealed, kept=kept)
    app.jinja_env.globals["role_labels"] = ROLE_LABELS
    add_once(hooks.jobs, *USERS_JOBS)
    administrator = frozenset({Role.ADMINISTRATOR.value})
    add_once(
        hooks.navigation,
        NavigationItem(
            "desk", "users_desk.list_staff", _l("職員と役割"), "lock", 80, administrator
        ),
        NavigationItem("me", "users.sessions", _l("サインインしている機器"), "lock", 80),
    )


def _wire_people(app: Flask) -> None:
    app.register_blueprint(people.blueprint)
    app.register_blueprint(people_desk.blueprint)
    app.register_blueprint(emails.blueprint)
    app.register_blueprint(emails.desk_blueprint)
    app.register_blueprint(cards.blueprint)
    app.register_blueprint(cards_desk.blueprint)
    app.register_blueprint(pins.blueprint)
    app.register_blueprint(pins_desk.blueprint)
    coordinator = frozenset({Role.COORDINATOR.value})
    add_once(
        hooks.navigation,
        NavigationItem("member", "people.me", _l("わたし"), "person", 40),
        NavigationItem("desk", "people_desk.people", _l("ボランティア"), "person", 40, coordinator),
        NavigationItem("person", "people_desk.record", _l("登録"), "person", 10, coordinator),
        NavigationItem("desk", "cards_desk.cards", _l("登録カードの印刷"), "card", 45, coordinator),
        NavigationItem("me", "people.card", _l("登録カード（QR）"), "card", 10),
        NavigationItem("me", "pins.pin", _l("カードの暗証番号"), "lock", 15),
        NavigationItem("me", "people.details", _l("連絡先・緊急連絡先"), "phone", 20),
        NavigationItem("me", "emails.change", _l("メールアドレスを変える"), "mail", 25),
        NavigationItem("footer", "privacy.text", _l("個人情報のあつかい"), "info", 20),
    )
    add_once(hooks.waiting_items, WaitingSource(coordinator, people_desk.waiting_items))


def _wire_privacy(app: Flask) -> None:
    app.register_blueprint(privacy.blueprint)
    app.register_blueprint(privacy_desk.blueprint)
    app.cli.add_command(privacy_cli)
    add_once(hooks.jobs, *PRIVACY_JOBS)
    for provide in (
        people_data.own_data,
        cards_data.own_data,
        pins_data.own_data,
        users_data.own_data,
        credentials_data.own_data,
    ):
        add_once(hooks.own_data, OwnDataSource("registration", _l("登録のこと"), provide))
    add_once(hooks.before_erasing, users_data.hindrances)
    add_once(
        hooks.erase_person,
        credentials_data.erase_person,
        organizations_data.erase_person,
        pins_data.erase_person,
    )
    add_once(
        hooks.navigation,
        NavigationItem(
            "me", "privacy.own_data", _l("わたしの記録を見る・保存する"), "download", 90
        ),
    )


def _wire_others(app: Flask) -> None:
    for blueprint in (
        credentials_desk.blueprint,
        households_desk.blueprint,
        names_desk.blueprint,
        organizations.blueprint,
        organizations_desk.blueprint,
    ):
        app.register_blueprint(blueprint)
    coordinator = frozenset({Role.COORDINATOR.value})
    add_once(
        hooks.navigation,
        NavigationItem(
            "desk", "organizations_desk.organizations", _l("団体"), "building", 50, coordinator
        ),
        NavigationItem("desk", "households_desk.households", _l("世帯"), "home", 55, coordinator),
        NavigationItem(
            "desk",
            "core_desk.outbox_page",
            _l("お知らせの送信"),
            "mail",
            85,
            frozenset({Role.COORDINATOR.value, Role.ADMINISTRATOR.value}),
        ),
        NavigationItem(
            "desk",
            "names_desk.names",
            _l("名前を見る"),
            "lock",
            74,
            frozenset({Role.AUDITOR.value}),
        ),
        NavigationItem("organization", "organizations.members", _l("担当者"), "group", 40),
        NavigationItem(
            "person", "credentials_desk.insurance", _l("保険"), "check", 20, coordinator
        ),
        NavigationItem(
            "person", "credentials_desk.qualifications", _l("資格・研修"), "school", 30, coordinator
        ),
    )
    add_once(hooks.waiting_items, WaitingSource(coordinator, organizations_desk.waiting_items))
