"""The text people agree to; everything stored about oneself, to read and to keep; erasing oneself in two steps."""

import json
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from volunteer.core import clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import PERSON, PUBLIC, allow, viewer
from volunteer.people import consent
from volunteer.people.queries import person
from volunteer.privacy import queries, services
from volunteer.privacy.forms import EraseForm
from volunteer.users.sessions import take_out_of_cookie

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
@allow(PUBLIC)
def text() -> Any:
    """How personal data are used, with the version of the text."""
    return page("volunteer/privacy/text.html", consent=consent)


@blueprint.get("/me/records")
@allow(PERSON, fresh=True)
def own_data() -> Any:
    """わたしの記録: everything stored about the person, in words, on a few tabs; fit for printing."""
    own = person(viewer().person_id)
    if own is None:
        return redirect(url_for("people.me"), 303)
    tabs = queries.tabs()
    tab = request.args.get("tab", "")
    tab = tab if tab in tabs else next(iter(tabs))
    return page(
        "volunteer/privacy/own_data.html",
        person=own,
        lines=[
            (url_for("privacy.own_data", tab=name), words, None, name == tab)
            for name, words in tabs.items()
        ],
        parts=queries.own_records(own.party_id, tab),
        now=clock.now(),
    )


@blueprint.get("/me/records/file")
@allow(PERSON, fresh=True)
def own_data_file() -> Any:
    """The same as a file that other programs can read."""
    own = person(viewer().person_id)
    if own is None:
        return redirect(url_for("people.me"), 303)
    content = {
        "written_at": clock.now().isoformat(),
        "parts": queries.as_json(queries.own_records(own.party_id)),
    }
    answer = Response(
        json.dumps(content, ensure_ascii=False, indent=1), mimetype="application/json"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="otagai-records.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/me/erasure")
@allow(PERSON)
def about_erasing() -> Any:
    """The first step: what goes, what stays, what stands against it."""
    own = person(viewer().person_id)
    if own is None:
        return redirect(url_for("people.me"), 303)
    return page("volunteer/privacy/about_erasing.html", hindrances=queries.hindrances(own.party_id))


@blueprint.route("/me/erasure/confirmation", methods=["GET", "POST"])
@allow(PERSON, fresh=True)
def erase() -> Any:
    """The second step: the person is erased and signed out."""
    own, form = person(viewer().person_id), EraseForm()
    if own is None:
        return redirect(url_for("people.me"), 303)
    person_id, user_id = own.party_id, viewer().user_id or 0
    found = queries.hindrances(person_id)
    if any(one.is_final for one in found):
        return redirect(url_for("privacy.about_erasing"), 303)
    if form.validate_on_submit():
        try:
            response = act_once(
                form,
                lambda: services.erase_own(person_id, user_id),
                lambda _number: url_for("privacy.erased"),
                subject=f"person:{person_id}",
            )
            take_out_of_cookie()
            return response
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/privacy/erase.html", form, person=own, hindrances=found)


@blueprint.get("/erased")
@allow(PUBLIC)
def erased() -> Any:
    """Say that it is done."""
    return page("volunteer/privacy/erased.html")
