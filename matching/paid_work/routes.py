"""Pages of the student and of an organization that ordered, of a household by its link, and the code of the slip."""

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue

from matching.checkin.scanning import keep_private
from matching.checkin.stopping import device_hash
from matching.checkin.typed_times import real_moments
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.queries import task_by_link, task_by_number
from matching.paid_work import family, pages, queries, services, slip_pages, strokes
from matching.paid_work.forms import FamilyForm, SignForm
from matching.paid_work.pages import TEMPLATES
from matching.paid_work.queries import Work
from matching.paid_work.services import Signing
from matching.paid_work.states import CONSENT_WAY_LABELS, ConsentWay
from volunteer.core import clock
from volunteer.core.forms import ButtonForm, act_once, page
from volunteer.core.permissions import MEMBER, PERSON, PUBLIC, allow, own_or_404, viewer

blueprint = Blueprint("paid_work", __name__)


@blueprint.get("/s/<token>")
@allow(PUBLIC)
def slip(token: str) -> Response:
    """What the QR on the household's slip leads to; opening it changes nothing."""
    return _private(slip_pages.show(token))


@blueprint.post("/s/<token>")
@allow(PERSON)
def slip_arrive(token: str) -> Response:
    """受付する."""
    return _private(slip_pages.press(token, is_end=False))


@blueprint.post("/s/<token>/end")
@allow(PERSON)
def slip_end(token: str) -> Response:
    """仕事を終わる."""
    return _private(slip_pages.press(token, is_end=True))


def _private(given: ResponseReturnValue) -> Response:
    return keep_private(make_response(given))


def _of_student(number: str) -> Work:
    """The own task; a foreign one answers like a missing one."""
    task = task_by_number(number)
    own_or_404(task.student_id == viewer().person_id)
    return queries.work(task.id)


def _of_organization(number: str) -> Work:
    """A task this organization has ordered; a foreign one answers like a missing one."""
    task = task_by_number(number)
    own_or_404(viewer().organization_id is not None)
    own_or_404(task.orderer_id == viewer().organization_id)
    return queries.work(task.id)


def _of_link(token: str) -> Work:
    task: PaidTask = task_by_link(token)
    return queries.work(task.id)


@blueprint.route("/paid/<number>/signature", methods=["GET", "POST"])
@allow(PERSON)
def signature(number: str) -> ResponseReturnValue:
    """Without a slip: the orderer signs on this phone from when to when."""
    found = _of_student(number)
    frame = pages.student(found)
    form = SignForm(data=_times_now(found))
    if form.validate_on_submit() and form.is_signed():
        signing, lot = _signing(found, form), pages.lot_key()
        task_id = found.task.id
        sent = pages.act(
            frame, form, task_id, "signed", lambda: services.sign(task_id, signing, lot)
        )
        if sent is not None:
            return sent
        found = queries.work(task_id)
    elif not found.may_sign and not form.has_problems:
        return frame.go_home()
    return page(
        f"{TEMPLATES}/sign.html",
        form,
        of=frame,
        field=(strokes.WIDTH, strokes.HEIGHT),
        **pages.words_of_page(found),
    )


def _times_now(found: Work) -> dict[str, object]:
    came = found.attendance.checked_in_at if found.attendance else found.shift.starts_at
    left = min(clock.now(), found.shift.ends_at)
    return {
        "came": clock.to_tokyo(came).time().replace(second=0, microsecond=0),
        "left": clock.to_tokyo(left).time().replace(second=0, microsecond=0),
    }


def _signing(found: Work, form: SignForm) -> Signing:
    """What was signed; where a slip told of the coming, that stands."""
    shift = found.shift
    came_at, left_at = real_moments(shift.starts_at, shift.ends_at, form.came.data, form.left.data)
    if found.attendance is not None:
        came_at = found.attendance.checked_in_at
    return Signing(
        str(form.form_key.data),
        viewer().user_id or 0,
        device_hash(),
        form.strokes.data,
        form.signer.data,
        came_at,
        left_at,
    )


@blueprint.route("/paid/<number>/report", methods=["GET", "POST"])
@allow(PERSON)
def report(number: str) -> ResponseReturnValue:
    """How long it took."""
    return pages.report(_of_student(number))


@blueprint.route("/paid/<number>/words", methods=["GET", "POST"])
@allow(PERSON)
def student_words(number: str) -> ResponseReturnValue:
    """The talk about a time that is disputed, for the student."""
    found = _of_student(number)
    return pages.talk(pages.student(found), found)


@blueprint.route("/organization/paid/<number>/confirmation", methods=["GET", "POST"])
@allow(MEMBER)
def confirmation(number: str) -> ResponseReturnValue:
    """The organization says yes to the time."""
    found = _of_organization(number)
    return pages.confirmation(pages.organization(found), found)


@blueprint.route("/organization/paid/<number>/objection", methods=["GET", "POST"])
@allow(MEMBER)
def objection(number: str) -> ResponseReturnValue:
    """The organization says that it was another time."""
    found = _of_organization(number)
    return pages.objection(pages.organization(found), found)


@blueprint.route("/organization/paid/<number>/words", methods=["GET", "POST"])
@allow(MEMBER)
def organization_words(number: str) -> ResponseReturnValue:
    """The talk about a time that is disputed, for the organization."""
    found = _of_organization(number)
    return pages.talk(pages.organization(found), found)


@blueprint.route("/o/<string(length=43):token>/confirmation", methods=["GET", "POST"])
@allow(PUBLIC)
def link_confirmation(token: str) -> ResponseReturnValue:
    """The household says yes to the time."""
    return pages.confirmation(pages.by_link(token), _of_link(token))


@blueprint.route("/o/<string(length=43):token>/objection", methods=["GET", "POST"])
@allow(PUBLIC)
def link_objection(token: str) -> ResponseReturnValue:
    """The household says that it was another time."""
    return pages.objection(pages.by_link(token), _of_link(token))


@blueprint.route("/o/<string(length=43):token>/words", methods=["GET", "POST"])
@allow(PUBLIC)
def link_words(token: str) -> ResponseReturnValue:
    """The talk about a time that is disputed, for the household."""
    return pages.talk(pages.by_link(token), _of_link(token))


@blueprint.route("/o/<string(length=43):token>/family", methods=["GET", "POST"])
@allow(PUBLIC)
def link_family(token: str) -> ResponseReturnValue:
    """The household says who of the family may read how it went."""
    found, frame = _of_link(token), pages.by_link(token)
    own_or_404(found.is_household)
    form = FamilyForm()
    if form.validate_on_submit():
        wish = family.Wish(
            found.task.orderer_id,
            form.name.data,
            form.relation.data,
            form.email.data,
            ConsentWay.LINK,
            None,
            str(form.form_key.data),
        )
        sent = pages.act(frame, form, found.task.id, "family", lambda: family.give(wish))
        if sent is not None:
            return sent
    return frame.answer(
        page(
            f"{TEMPLATES}/family.html",
            form,
            of=frame,
            consent=queries.consent_of(found.task.orderer_id),
            reports=queries.family_reports(found.task.orderer_id),
            way_labels=CONSENT_WAY_LABELS,
            ending=f"{frame.base}/family/end",
            button=ButtonForm(formdata=None),
        )
    )


@blueprint.post("/o/<string(length=43):token>/family/end")
@allow(PUBLIC)
def link_end_family(token: str) -> ResponseReturnValue:
    """The household ends that."""
    found, frame = _of_link(token), pages.by_link(token)
    household_id = found.task.orderer_id
    return frame.answer(
        act_once(
            ButtonForm(),
            lambda: family.end(household_id, None),
            lambda _done: frame.done("family_ended"),
            subject=f"paid_task:{found.task.id}",
        )
    )
