"""Forms: CSRF, a key that makes a repeat harmless, fields that accept what people really type."""

import hmac
import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, redirect, render_template, request
from flask_wtf import FlaskForm
from sqlalchemy import update
from wtforms import HiddenField

from volunteer.core import audit, clock, kept_forms
from volunteer.core.crypto import purpose_key
from volunteer.core.db import db, insert_once, run_turn
from volunteer.core.errors import AlreadySent, DomainError, WrittenMeanwhile
from volunteer.core.i18n import _l
from volunteer.core.models import FormUse, Outcome
from volunteer.core.permissions import check_again, viewer
from volunteer.core.standing import Stands, check, differences, fingerprint
from volunteer.core.summaries import in_page_order

T = TypeVar("T")

KEY_SHAPE = re.compile(r"[A-Za-z0-9_-]{16,64}")
NOT_HASHED = {"csrf_token", "form_key"}
TEXT_MAX = 2000
"""No single field of a form is longer than this unless it says so."""
PLACE = "{token}"
"""Stands in a kept address for the token in it."""


def _new_key() -> str:
    return secrets.token_urlsafe(18)


class BaseForm(FlaskForm):
    """What every form derives from. `problems` holds refusals that belong to no single field.

    A form whose values replace those that stand is given `stands`, which reads them: they fill it, and `act_once`
    refuses it when others stand by then (`WrittenMeanwhile`).
    """

    form_key = HiddenField(default=_new_key)
    shown = HiddenField()

    def __init__(self, *args: Any, stands: Stands | None = None, **kwargs: Any) -> None:
        self.stands = stands
        values = stands() if stands else {}
        if stands and "data" not in kwargs:
            kwargs["data"] = values
        super().__init__(*args, **kwargs)
        if stands is None:
            del self.shown
        elif not self.is_submitted():
            self.shown.data = fingerprint(values)
        if not args and "formdata" not in kwargs and not self.is_submitted():
            self._fill_again(kwargs)
        self.problems: list[Any] = []
        if not KEY_SHAPE.fullmatch(self.form_key.data or ""):
            self.form_key.data = _new_key()

    def _fill_again(self, kwargs: dict[str, Any]) -> None:
        """Whoever comes back from signing in or proving identity finds what they had typed, under the same key."""
        kept = kept_forms.take(viewer().user_id, {field.name for field in self})
        if kept is not None:
            self.process(formdata=kept, **kwargs)

    def check_standing(self, subject: str) -> None:
        """In the write turn: what the page showed still stands. Raises `WrittenMeanwhile`."""
        if self.stands is not None:
            check(self.shown.data or "", self.stands, subject)

    @property
    def has_problems(self) -> bool:
        """Whether the page must say that something has to be mended."""
        return bool(self.errors or self.problems)


def columns_of(row: Any, form: type[BaseForm]) -> dict[str, Any]:
    """The columns of `row` for which `form` has a field, as they stand."""
    names = [name for name in dir(form) if not name.startswith("_") and hasattr(type(row), name)]
    return {name: getattr(row, name) for name in names}


class ButtonForm(BaseForm):
    """A button that does one thing: only the CSRF token and the key."""


def refuse(form: BaseForm, error: DomainError) -> None:
    """Show the refusal of a service in the summary of `form`; what was typed stays.

    After `WrittenMeanwhile` the page names what stands now, so that sending it once more is done knowingly.
    """
    form.problems.append(error.message)
    if isinstance(error, WrittenMeanwhile) and form.stands is not None:
        form.problems += differences(form, error.facts["now"])
        form.shown.data = fingerprint(error.facts["now"])


def page(template: str, form: BaseForm | None = None, **context: Any) -> tuple[str, int]:
    """The rendered page and its status: 422 when `form` came back with problems, else 200."""
    html = render_template(template, form=form, **context)
    if form is None or not form.has_problems:
        return html, 200
    return in_page_order(html), 422


def act_once(
    form: BaseForm,
    service: Callable[[], T],
    then: Callable[[T], str],
    subject: str | Callable[[T], str] = "",
    act: str | None = None,
) -> Response:
    """Run `service` in one write turn under the form's key, write the audit act, redirect to `then(result)`.

    The same form again: nothing happens, the first redirect is given. The same key with other content raises
    `AlreadySent`. Staff and members are asked for their right once more inside the turn. A `DomainError` of the
    service leaves a `refused` act (in a turn of its own) and goes on up.
    Two at once are safe because the key is the primary key of the row inserted first.
    """
    name = act or request.endpoint or ""

    def checked() -> T:
        form.check_standing(subject if isinstance(subject, str) else "")
        return service()

    key, body_hash = str(form.form_key.data), _body_hash()
    try:
        url = run_turn(_act, key, body_hash, checked, then, subject, name)
    except DomainError as error:
        about = subject if isinstance(subject, str) else ""
        run_turn(audit.record, name, about, Outcome.REFUSED, error.code)
        raise
    return redirect(url, 303)  # type: ignore[return-value]


def _act(
    key: str,
    body_hash: str,
    service: Callable[[], T],
    then: Callable[[T], str],
    subject: str | Callable[[T], str],
    name: str,
) -> str:
    first = insert_once(
        FormUse,
        {
            "key": key,
            "endpoint": name,
            "session_id": viewer().session_id,
            "body_hash": body_hash,
            "used_at": clock.now(),
            "result_url": "",
        },
    )
    if first is None:
        return _first_result(key, body_hash, name)
    check_again()
    result = service()
    db.session.flush()
    url = then(result)
    audit.record(name, subject if isinstance(subject, str) else subject(result))
    kept = url.replace(_token(), PLACE) if _token() else url
    db.session.execute(update(FormUse).where(FormUse.key == key).values(result_url=kept))
    return url


def _token() -> str:
    """What stands in the address of this request instead of a sign-in: it is kept nowhere."""
    return str((request.view_args or {}).get("token", ""))


def _first_result(key: str, body_hash: str, name: str) -> str:
    use = db.session.execute(db.select(FormUse).where(FormUse.key == key)).scalar_one()
    if use.body_hash != body_hash or use.endpoint != name:
        raise AlreadySent(
            _l("この画面はもう送信ずみです。新しく入力するときは、画面を開きなおしてください。"),
            url=use.result_url,
        )
    return str(use.result_url).replace(PLACE, _token())  # the same address, so the same token


def _body_hash() -> str:
    parts = [request.path]
    for name in sorted(set(request.form) - NOT_HASHED):
        parts += [name, *request.form.getlist(name)]
    # with a key: a short secret (a PIN, a code of a mail) could be guessed from a bare hash of its form
    key = purpose_key("bodies of forms")
    return hmac.digest(key, "\x1f".join(parts).encode(errors="replace"), "sha256").hex()
