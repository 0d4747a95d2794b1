"""Pages of paid tasks for students, for organizations that order, and for households by their link."""

from flask import Blueprint, Response, render_template, url_for

from matching.paid_tasks import pages, paper_pages, queries
from matching.paid_tasks.forms import CallOffForm
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.pages import Frame
from matching.paid_tasks.states import AgreedBy, By
from volunteer.core.permissions import MEMBER, PERSON, PUBLIC, allow, own_or_404, viewer

student_pages = Blueprint("paid_tasks", __name__, url_prefix="/paid")
orderer_pages = Blueprint("ordered_tasks", __name__, url_prefix="/organization/paid")
link_pages = Blueprint("linked_task", __name__, url_prefix="/o/<token>")
BLUEPRINTS = (student_pages, orderer_pages, link_pages)


@student_pages.get("")
@allow(PERSON)
def tasks() -> str:
    """The student's own paid tasks."""
    found = queries.tasks_of_student(viewer().person_id or 0)
    return render_template(
        "matching/paid_tasks/list.html", tasks=found, endpoint="paid_tasks.task", is_student=True
    )


@student_pages.get("/<number>")
@allow(PERSON)
def task(number: str) -> Response:
    """One of them: its terms, where it stands, what the student earns."""
    found = queries.task_by_number(number)
    own_or_404(found.student_id == viewer().person_id)
    frame = Frame(
        By.STUDENT,
        "layouts/member.html",
        "paid_tasks",
        {"number": number},
        back=url_for("paid_tasks.tasks"),
    )
    return pages.show(frame, found)


def _ordered(number: str) -> tuple[Frame, PaidTask]:
    found = queries.task_by_number(number)
    own_or_404(found.orderer_id == viewer().organization_id)
    frame = Frame(
        By.ORDERER,
        "layouts/member.html",
        "ordered_tasks",
        {"number": number},
        back=url_for("ordered_tasks.tasks"),
    )
    return frame, found


@orderer_pages.get("", endpoint="tasks")
@allow(MEMBER)
def ordered_tasks() -> str:
    """What the organization has ordered from students."""
    found = queries.tasks_of_orderer(viewer().organization_id or 0)
    return render_template(
        "matching/paid_tasks/list.html",
        tasks=found,
        endpoint="ordered_tasks.task",
        is_student=False,
    )


@orderer_pages.get("/<number>", endpoint="task")
@allow(MEMBER)
def ordered_task(number: str) -> Response:
    """One of them: agree, pay, see how far it is."""
    return pages.show(*_ordered(number))


@orderer_pages.post("/<number>/agreement", endpoint="agree")
@allow(MEMBER)
def agree_to_ordered(number: str) -> Response:
    """A member agrees to the quote and the terms."""
    return pages.agree(*_ordered(number))


@orderer_pages.post("/<number>/card", endpoint="pay")
@allow(MEMBER)
def pay_ordered(number: str) -> Response:
    """A page for the card, the one that waits or a new one."""
    return pages.pay(*_ordered(number))


@orderer_pages.post("/<number>/method", endpoint="change_method")
@allow(MEMBER)
def change_method_of_ordered(number: str) -> Response:
    """Pay in another way."""
    return pages.change_method(*_ordered(number))


@orderer_pages.post("/<number>/papers", endpoint="print_paper")
@allow(MEMBER)
def print_for_ordered(number: str) -> Response:
    """A receipt or an invoice, under the desk's number."""
    return paper_pages.print_own(*_ordered(number))


@orderer_pages.get("/<number>/papers/<int:paper_id>", endpoint="paper")
@allow(MEMBER)
def paper_of_ordered(number: str, paper_id: int) -> Response:
    """One that was asked for."""
    return paper_pages.show_own(*_ordered(number), paper_id)


@orderer_pages.route("/<number>/calling-off", methods=["GET", "POST"], endpoint="calling_off")
@allow(MEMBER)
def call_off_ordered(number: str) -> Response:
    """What calling off costs, and calling off."""
    return pages.call_it_off(*_ordered(number), CallOffForm(), _by_orderer)


def _by_orderer() -> By:
    return By.ORDERER


def _linked(token: str) -> tuple[Frame, PaidTask]:
    """The household's page; whoever is signed in on that telephone is nobody here."""
    found = queries.task_by_link(token)
    frame = Frame(
        By.ORDERER,
        "layouts/public.html",
        "linked_task",
        {"token": token},
        agreed_by=AgreedBy.LINK,
        is_private=True,
    )
    return frame, found


@link_pages.get("", endpoint="task")
@allow(PUBLIC)
def linked_task(token: str) -> Response:
    """What a household sees, agrees to, pays and confirms, without a sign-in."""
    return pages.show(*_linked(token), link_token=token)


@link_pages.post("/agreement", endpoint="agree")
@allow(PUBLIC)
def agree_by_link(token: str) -> Response:
    """The household agrees to the quote and the terms."""
    return pages.agree(*_linked(token))


@link_pages.post("/card", endpoint="pay")
@allow(PUBLIC)
def pay_by_link(token: str) -> Response:
    """A page for the card, the one that waits or a new one."""
    return pages.pay(*_linked(token))


@link_pages.post("/method", endpoint="change_method")
@allow(PUBLIC)
def change_method_by_link(token: str) -> Response:
    """Pay in another way."""
    return pages.change_method(*_linked(token))


@link_pages.post("/papers", endpoint="print_paper")
@allow(PUBLIC)
def print_by_link(token: str) -> Response:
    """A receipt or an invoice, under the desk's number."""
    return paper_pages.print_own(*_linked(token))


@link_pages.get("/papers/<int:paper_id>", endpoint="paper")
@allow(PUBLIC)
def paper_by_link(token: str, paper_id: int) -> Response:
    """One that was asked for."""
    return paper_pages.show_own(*_linked(token), paper_id)


@link_pages.route("/calling-off", methods=["GET", "POST"], endpoint="calling_off")
@allow(PUBLIC)
def call_off_by_link(token: str) -> Response:
    """What calling off costs, and calling off."""
    return pages.call_it_off(*_linked(token), CallOffForm(), _by_orderer)
