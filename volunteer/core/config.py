"""Every setting, read from the environment once.

Each setting is declared in `SETTINGS` with its meaning; docs/operations.md lists the same names (a test
compares). A value may also come from a file: `NAME_FILE` holds the path, which suits mounted secrets.
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from flask import current_app

PRODUCTION = "production"
DEVELOPMENT = "development"
DEMO = "demo"
KINDS_OF_START = (PRODUCTION, DEVELOPMENT, DEMO)
CARDS = ("none", "fake", "stripe")
BASE_URL_MAX = 60
"""With it the QR code of a card (level Q) has at most 41 squares a side, half a millimetre each at 25 mm."""


class ConfigError(click.ClickException):
    """A setting is missing or wrong; the message is one line for the operator."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, how it is read, and what it means."""

    name: str
    attribute: str
    meaning: str
    default: str = ""
    read: Callable[[str], Any] = str
    required_in_production: bool = False
    secret: bool = False


def _flag(text: str) -> bool:
    if text.strip().lower() in {"1", "true", "yes", "on"}:
        return True
    if text.strip().lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("1 or 0 expected")


def _kind_of_start(text: str) -> str:
    if text not in KINDS_OF_START:
        raise ValueError(f"one of {', '.join(KINDS_OF_START)} expected")
    return text


def _plans_start(text: str) -> str:
    if text not in ("web", "jobs"):
        raise ValueError("web or jobs expected")
    return text


def _cards(text: str) -> str:
    if text not in CARDS:
        raise ValueError(f"one of {', '.join(CARDS)} expected")
    return text


def _base_url(text: str) -> str:
    url = text.rstrip("/")
    if len(url.encode()) > BASE_URL_MAX:
        raise ValueError(f"{BASE_URL_MAX} characters at most, QR codes grow with every one")
    return url


def _data_key(text: str) -> str:
    try:
        length = len(base64.b64decode(text, validate=True))
    except ValueError:
        length = -1
    if text and length != 32:
        raise ValueError("32 bytes in base64 expected, as `openssl rand -base64 32` prints them")
    return text


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


def _data_keys(text: str) -> tuple[str, ...]:
    return tuple(_data_key(word) for word in _words(text))


SETTINGS = (
    Setting(
        "OTAGAI_ENV",
        "env",
        "production, development or demo; anything but production answers on this machine only",
        DEVELOPMENT,
        _kind_of_start,
    ),
    Setting("OTAGAI_DATA_DIR", "data_dir", "folder of the database and its keys", "var", Path),
    Setting(
        "OTAGAI_DATABASE_URL",
        "database_url",
        "database; empty means SQLite in the data folder; postgresql://… for PostgreSQL",
    ),
    Setting(
        "OTAGAI_SECRET_KEY",
        "secret_key",
        "signs cookies, codes and QR tokens; 32 random characters or more",
        required_in_production=True,
        secret=True,
    ),
    Setting(
        "OTAGAI_DATA_KEY",
        "data_key",
        "encrypts bank numbers and sensitive notes; 32 bytes in base64",
        read=_data_key,
        required_in_production=True,
        secret=True,
    ),
    Setting(
        "OTAGAI_PREVIOUS_DATA_KEYS",
        "previous_data_keys",
        "older data keys that may still be needed for reading, separated by spaces",
        read=_data_keys,
        secret=True,
    ),
    Setting(
        "OTAGAI_BASE_URL",
        "base_url",
        "public address of the site, such as https://volunteer.example.jp, used in mails and QR codes (60 characters "
        "at most, so that the QR code on a card can be read)",
        "",
        _base_url,
        required_in_production=True,
    ),
    Setting(
        "OTAGAI_TRUSTED_PROXIES",
        "trusted_proxies",
        "how many reverse proxies stand in front and set X-Forwarded-For/-Proto/-Host",
        "0",
        int,
    ),
    Setting("OTAGAI_SMTP_HOST", "smtp_host", "mail server", "", required_in_production=True),
    Setting("OTAGAI_SMTP_PORT", "smtp_port", "its port", "25", int),
    Setting("OTAGAI_SMTP_USER", "smtp_user", "user name at the mail server, if it wants one"),
    Setting("OTAGAI_SMTP_PASSWORD", "smtp_password", "password at the mail server", secret=True),
    Setting("OTAGAI_SMTP_STARTTLS", "smtp_starttls", "1 to encrypt the connection", "0", _flag),
    Setting("OTAGAI_SMTP_TIMEOUT_S", "smtp_timeout_s", "seconds to wait for an answer", "15", int),
    Setting(
        "OTAGAI_MAIL_FROM",
        "mail_from",
        "sender address of all mails",
        "volunteer-center@localhost",
        required_in_production=True,
    ),
    Setting(
        "OTAGAI_DIRECTOR_EMAIL",
        "director_email",
        "is told when a staff role is granted and when one clerk works alone",
    ),
    Setting(
        "OTAGAI_ALLOW_OLD_SQLITE",
        "allow_old_sqlite",
        "1 to run production on a SQLite library older than 3.51.3 (one writing process only)",
        "0",
        _flag,
    ),
    Setting(
        "OTAGAI_DISPUTE_DAYS",
        "dispute_days",
        "days after a record of time is settled in which the volunteer can say that it is wrong",
        "30",
        int,
    ),
    Setting(
        "OTAGAI_GROUP_NAME_DAYS",
        "group_name_days",
        "days after a shift in which the persons of a group (school, firm) can still be named",
        "14",
        int,
    ),
    Setting(
        "OTAGAI_PLANS_START",
        "plans_start",
        "who starts the process that makes a plan: web (the page, at once) or jobs (`jobs serve`, within a minute; "
        "where web processes may take little memory)",
        "web",
        _plans_start,
    ),
    Setting(
        "OTAGAI_CARDS",
        "cards",
        "how paid work is paid by card: none (cash and bank transfer at the desk only), stripe, or fake (outside "
        "production: no money moves)",
        "none",
        _cards,
    ),
    Setting(
        "OTAGAI_FAKE_CARDS_URL",
        "fake_cards_url",
        "where the fake answers, such as http://127.0.0.1:5100; empty: inside each process, without a page to pay on",
    ),
    Setting("OTAGAI_STRIPE_KEY", "stripe_key", "secret key of the Stripe account", secret=True),
    Setting(
        "OTAGAI_STRIPE_WEBHOOK_SECRETS",
        "stripe_webhook_secrets",
        "signing secrets of the webhook, separated by spaces: two while they are being changed",
        read=_words,
        secret=True,
    ),
    Setting(
        "OTAGAI_STRIPE_ACCOUNT",
        "stripe_account",
        "id of the Stripe account (acct_…), where webhooks name one; others are refused",
    ),
    Setting("OTAGAI_LOG_LEVEL", "log_level", "DEBUG, INFO, WARNING or ERROR", "INFO"),
    Setting(
        "OTAGAI_DB_POOL_SIZE",
        "db_pool_size",
        "connections a web process keeps (PostgreSQL)",
        "5",
        int,
    ),
)


@dataclass
class Settings:
    """The settings of one application object; tests hand in their own."""

    env: str = DEVELOPMENT
    data_dir: Path = Path("var")
    database_url: str = ""
    secret_key: str = ""
    data_key: str = ""
    previous_data_keys: tuple[str, ...] = ()
    base_url: str = ""
    trusted_proxies: int = 0
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = False
    smtp_timeout_s: int = 15
    mail_from: str = "volunteer-center@localhost"
    director_email: str = ""
    allow_old_sqlite: bool = False
    dispute_days: int = 30
    plans_start: str = "web"
    group_name_days: int = 14
    cards: str = "none"
    fake_cards_url: str = ""
    stripe_key: str = ""
    stripe_webhook_secrets: tuple[str, ...] = ()
    stripe_account: str = ""
    log_level: str = "INFO"
    db_pool_size: int = 5
    flask: dict[str, Any] = field(default_factory=dict)
    """Further Flask configuration; tests use it, the environment does not."""

    @property
    def is_production(self) -> bool:
        """Whether this start serves a real town."""
        return self.env == PRODUCTION

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")


def _value_of(setting: Setting, environ: Mapping[str, str]) -> str:
    path = environ.get(f"{setting.name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(
                f"{setting.name}_FILE: {path} cannot be read ({error.strerror})"
            ) from error
    return environ.get(setting.name, setting.default)


def _own_key(data_dir: Path, name: str) -> str:
    """A key kept in the data folder, made at the first start; only outside production."""
    path = data_dir / name
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    data_dir.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key


def _read_all(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = _value_of(setting, environ)
        try:
            values[setting.attribute] = setting.read(text)
        except (ValueError, TypeError) as error:
            shown = "" if setting.secret else f" (now {text!r})"
            raise ConfigError(f"{setting.name}: {error}{shown}") from error
    return values


def _database_url(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{(data_dir / 'otagai.sqlite3').resolve()}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings from the environment.

    Raises `ConfigError` with one clear line when a value is wrong or, in production, missing.
    Outside production a missing secret is made once and kept in the data folder.
    """
    values = _read_all(os.environ if environ is None else environ)
    if values["env"] == PRODUCTION:
        missing = [
            s.name
            for s in SETTINGS
            if s.required_in_production and values[s.attribute] in ("", s.default)
        ]
        if missing:
            raise ConfigError(
                f"OTAGAI_ENV=production needs {', '.join(missing)} (see docs/operations.md)"
            )
        if len(values["secret_key"]) < 32:
            raise ConfigError("OTAGAI_SECRET_KEY: 32 characters or more expected")
    else:
        values["secret_key"] = values["secret_key"] or _own_key(values["data_dir"], "secret.key")
        values["data_key"] = values["data_key"] or _own_key(values["data_dir"], "data.key")
    values["database_url"] = _database_url(values["database_url"], values["data_dir"])
    return Settings(**values)


def settings() -> Settings:
    """The settings of the running application."""
    found: Settings = current_app.config["OTAGAI"]
    return found
