"""The administrator's page of what stands on receipts and invoices beside the sum, with its history."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from points.bank_accounts.states import ENTRY_LABELS, Entry
from points.bank_accounts.typing_in import chosen_entry
from points.billing import notices
from points.billing.forms import BankSettingForm, YuchoSettingForm
from points.billing.models import PaperSetting
from points.billing.paper_settings import history, on_paper, write_paper_setting
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("paper_settings_desk", __name__, url_prefix="/desk/paper-settings")


def _standing_yucho() -> dict[str, Any]:
    """The same; the account's number is not the 番号 of a bankbook, which is typed anew."""
    found = _standing()
    return {**found, "number": "", "account": found["number"]}


def _standing() -> dict[str, Any]:
    """What counts now, by the names of the fields."""
    now = on_paper()
    return {
        "bank": now.bank_code,
        "branch": now.branch_code,
        "account_type": now.account_type or "1",
        "number": now.account_number,
        "holder": now.holder,
        "registration_number": now.registration_number,
    }


@blueprint.route("", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, fresh=True)
def settings() -> ResponseReturnValue:
    """The account for transfers and the registration number, as papers show them."""
    entry = chosen_entry()
    form: BankSettingForm | YuchoSettingForm = BankSettingForm(stands=_standing)
    if entry is Entry.YUCHO:
        form = YuchoSettingForm(stands=_standing_yucho)
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: _written(form),
                lambda _made: url_for("paper_settings_desk.settings", done="saved"),
                subject="paper_setting",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "points/billing/paper_settings.html",
        form,
        entry=entry,
        entries=ENTRY_LABELS,
        paper=on_paper(),
        history=history(),
    )


def _written(form: BankSettingForm | YuchoSettingForm) -> PaperSetting:
    before, by = on_paper(), viewer().user_id or 0
    made = write_paper_setting(form.details, form.registration, form.reason.data, by)
    notices.tell_account_changed(made, before)
    return made
