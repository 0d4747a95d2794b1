"""The desk's pages of categories."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matching.categories import queries, services
from matching.categories.forms import CategoryForm, NewCategoryForm, kept_columns, typed_columns
from matching.categories.states import PRIORITY_MEANINGS, Priority
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.permissions import Role, allow

blueprint = Blueprint("categories_desk", __name__, url_prefix="/desk/categories")

EDIT = "matching/categories/edit.html"
KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
USUAL = {
    "needs_insurance": True,
    "position": 10,
    "icon": "info",
    "usual_priority": int(Priority.USUAL),
}
"""What a new kind of activity is, unless told otherwise."""


@blueprint.get("")
@allow(*KEEPERS)
def categories() -> str:
    """All kinds of activity, and whether any programme gives points for them."""
    return render_template(
        "matching/categories/list.html",
        categories=queries.all_categories(),
        programmes=queries.programmes_awarding(),
        form=ButtonForm(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*KEEPERS)
def new() -> ResponseReturnValue:
    """Add a kind of activity."""
    form = NewCategoryForm(data=USUAL)
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.add_category(form.code.data, typed_columns(form)),
                lambda made: url_for("categories_desk.categories", done="added"),
                subject=lambda made: f"category:{made.code}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(EDIT, form, category=None, meanings=PRIORITY_MEANINGS)


@blueprint.route("/<code>", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(code: str) -> ResponseReturnValue:
    """Describe a kind of activity anew."""
    category = queries.category(code)
    form = CategoryForm(stands=lambda: kept_columns(queries.category(code)))
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.edit_category(code, typed_columns(form)),
                lambda _made: url_for("categories_desk.categories", done="saved"),
                subject=f"category:{code}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(EDIT, form, category=category, meanings=PRIORITY_MEANINGS)


@blueprint.post("/<code>/switch")
@allow(*KEEPERS)
def switch(code: str) -> Response:
    """Switch a kind of activity off or on again."""
    category = queries.category(code)
    wanted = request.form.get("on") == "1"
    return act_once(
        ButtonForm(),
        lambda: services.switch_category(category.code, is_active=wanted),
        lambda _made: url_for("categories_desk.categories", done="saved"),
        subject=f"category:{code}",
    )
