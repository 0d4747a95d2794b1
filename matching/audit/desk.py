"""The auditor's two lists: what was done, and who has seen whose data. Both can be taken along as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request, stream_with_context, url_for

from matching.audit import queries
from matching.audit.forms import NOBODY, ActsForm, Narrowing, ViewsForm
from matching.audit.lines import PARTIES, act_lines, view_lines
from matching.audit.queries import PAGE, Wanted
from volunteer.core import clock
from volunteer.core.errors import Refused
from volunteer.core.export import csv_headers, csv_lines
from volunteer.core.forms import ButtonForm, act_once, page
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.queries import party_by_number
from volunteer.names.reading import Names, names_of

blueprint = Blueprint("audit_desk", __name__, url_prefix="/desk")
NO_SUCH_PARTY = -1
ACTS_HEADER = (
    _l("いつ"), _l("だれが"), _l("何を"), _l("何について"), _l("結果"), _l("記号"), _l("操作の名"), _l("処理の番号"),
)  # fmt: skip
VIEWS_HEADER = (
    _l("いつ"),
    _l("見た人"),
    _l("だれのデータ"),
    _l("見たもの"),
    _l("理由"),
    _l("記号"),
)


@blueprint.get("/acts")
@allow(Role.AUDITOR)
def acts() -> Any:
    """The audit trail, newest first, by period, by who, by kind of act and by what it was about."""
    form = _acts_form(request.args)
    return _list("matching/audit/acts.html", form, _acts_wanted, queries.acts, act_lines)


@blueprint.get("/views")
@allow(Role.AUDITOR)
def views() -> Any:
    """Whose data were seen by whom, and when: by the person seen, by the one who saw, by period."""
    form = _views_form(request.args)
    return _list("matching/audit/views.html", form, _views_wanted, queries.views, view_lines)


def _list(template: str, form: Any, wanted_of: Any, read: Any, lines_of: Any) -> Any:
    """One page of a log; a form that cannot be read shows no lines and says why."""
    wanted = wanted_of(form) if form.validate() else None
    before = request.args.get("before", type=int)
    rows = read(wanted, before) if wanted else []
    names = names_of(viewer())
    return page(
        template,
        form=form,
        names=names,
        lines=lines_of(rows, names),
        older=rows[-1].id if len(rows) == PAGE else None,
        is_first=before is None,
        chosen=_chosen(form),
        button=ButtonForm(formdata=None),
    )


@blueprint.post("/acts/file")
@allow(Role.AUDITOR)
def acts_file() -> Response:
    """The acts of the list as CSV, itself an act. People are numbers in it, also those whose name stands open."""
    form = _acts_form(request.form)
    return _file(form, _acts_wanted, _("操作の記録"), ACTS_HEADER, _act_rows)


@blueprint.post("/views/file")
@allow(Role.AUDITOR)
def views_file() -> Response:
    """The looks of the list as CSV, itself an act. People are numbers in it."""
    form = _views_form(request.form)
    return _file(form, _views_wanted, _("閲覧の記録"), VIEWS_HEADER, _view_rows)


def _file(form: Any, wanted_of: Any, name: str, header: tuple[Any, ...], rows_of: Any) -> Response:
    """The act is kept first; the redirect made for it is not followed, because the answer is the file itself.

    It is written while it is sent, slice by slice, so that it is never too long.
    """
    if not form.validate():
        raise Refused(
            _l("期間や種類が読めません。一覧にもどって、もう一度えらんでください。"),
            code="unreadable",
        )
    act_once(ButtonForm(), lambda: None, lambda _none: url_for("home_desk.desk"))
    headers = csv_headers(f"{name}_{clock.today().isoformat()}.csv")
    lines = csv_lines([str(one) for one in header], rows_of(wanted_of(form)))
    return Response(stream_with_context(lines), headers=headers)


def _act_rows(wanted: Wanted) -> Iterator[tuple[Any, ...]]:
    for rows in queries.all_of(queries.acts, wanted):
        for row, line in zip(rows, act_lines(rows, Names()), strict=True):
            ended = _("できなかった：%(why)s", why=line.why) if line.refused else _("した")
            facts = (line.at, line.who, line.what, line.about, ended)
            yield (*facts, line.code, row.act, line.note)


def _view_rows(wanted: Wanted) -> Iterator[tuple[Any, ...]]:
    for rows in queries.all_of(queries.views, wanted):
        for row, line in zip(rows, view_lines(rows, Names()), strict=True):
            yield (line.at, line.who, line.about, line.what, line.note, row.what)


def _acts_form(values: Any) -> ActsForm:
    form = ActsForm(values)
    form.offer(queries.staff_names(), [(NOBODY, _l("サインインしていない人・自動の作業"))])
    form.offer_words()
    return form


def _views_form(values: Any) -> ViewsForm:
    form = ViewsForm(values)
    form.offer(queries.staff_names(), [])
    return form


def _acts_wanted(form: ActsForm) -> Wanted:
    return Wanted(
        since=form.since.data,
        until=form.until.data,
        user_id=form.user_id,
        nobody=form.user.data == NOBODY,
        act=form.act.data or "",
        subject=_subject(form.about.data or "", form.number.data or ""),
    )


def _subject(table: str, number: str) -> str:
    """`person:12` for the registration number V0001; other things are known by the number of their row."""
    if not number:
        return f"{table}:" if table else ""
    if table in (*PARTIES, ""):
        party_id = party_by_number(number)
        if party_id is not None:
            return f"{table or 'person'}:{party_id}"
    return f"{table}:{number}"


def _views_wanted(form: ViewsForm) -> Wanted:
    number = form.number.data or ""
    return Wanted(
        since=form.since.data,
        until=form.until.data,
        user_id=form.user_id,
        party_id=(party_by_number(number) or NO_SUCH_PARTY) if number else None,
    )


def _chosen(form: Narrowing) -> dict[str, str]:
    """What the list is narrowed by, for the links to older lines and for the file."""
    wanted = ("since", "until", "user", "act", "about", "number")
    values = {name: request.args.get(name, "") for name in wanted if name in form}
    return {name: value for name, value in values.items() if value}
