"""The two pages on which an account is typed and confirmed; persons and staff differ only in a few words."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, session

from points.bank_accounts.details import confirmed_kana
from points.bank_accounts.drafts import Draft, mark_of, open_draft, seal_draft
from points.bank_accounts.forms import (
    BankForm,
    BankFormOfStaff,
    ConfirmForm,
    YuchoForm,
    YuchoFormOfStaff,
)
from points.bank_accounts.models import BankAccount
from points.bank_accounts.queries import live_account
from points.bank_accounts.states import ACCOUNT_TYPE_LABELS, ENTRY_LABELS, AccountType, Entry
from volunteer.core.errors import Refused, WrittenMeanwhile
from volunteer.core.forms import act_once, page, refuse
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import viewer

DRAFT = "bank_account_draft"
FORMS = {
    (Entry.BANK, False): BankForm,
    (Entry.BANK, True): BankFormOfStaff,
    (Entry.YUCHO, False): YuchoForm,
    (Entry.YUCHO, True): YuchoFormOfStaff,
}


def chosen_entry() -> Entry:
    """Which of the two forms the address asks for."""
    return Entry.YUCHO if request.args.get("entry") == Entry.YUCHO.value else Entry.BANK


def type_in(
    party_id: int, template: str, confirm_url: str, *, by_staff: bool, **context: Any
) -> Response | tuple[str, int]:
    """Show the form; a good one becomes a sealed draft in the cookie and leads to the confirmation."""
    entry = chosen_entry()
    form = FORMS[entry, by_staff]()
    if form.validate_on_submit() and form.details is not None:
        reason = form.reason.data if by_staff else ""
        token = seal_draft(Draft(entry, form.details, reason), viewer().session_id, party_id)
        response = act_once(
            form, lambda: None, lambda _result: confirm_url, subject=f"person:{party_id}"
        )
        session[DRAFT] = token
        return response
    return page(
        template, form=form, entry=entry, entries=ENTRY_LABELS, by_staff=by_staff, **context
    )


def confirm(
    party_id: int,
    template: str,
    edit_url: str,
    save: Callable[[Draft], BankAccount],
    then: str,
    **context: Any,
) -> Response | tuple[str, int]:
    """Show exactly what goes to the bank; the button stores it."""
    form = ConfirmForm(stands=lambda: {"account": _live_id(party_id)})
    token = str(session.get(DRAFT, ""))
    draft = open_draft(token, viewer().session_id, party_id)
    if form.validate_on_submit():
        is_shown = bool(token) and form.seen.data == mark_of(token)
        try:
            return act_once(
                form,
                lambda: save(_shown(draft if is_shown else None)),
                lambda _account: then,
                subject=lambda account: f"bank_account:{account.id}",
            )
        except WrittenMeanwhile as error:
            refuse(form, error)
    if draft is None:
        raise _lost(edit_url)
    form.seen.data = mark_of(token)
    kana = confirmed_kana(draft.details)
    return page(
        template,
        form=form,
        draft=draft,
        account_type=ACCOUNT_TYPE_LABELS[AccountType(draft.details.account_type)],
        changes=[_(note.msgid, **note.facts) for note in kana.changes],
        warnings=[_(note.msgid, **note.facts) for note in kana.warnings],
        edit_url=edit_url,
        **context,
    )


def _live_id(party_id: int) -> int | None:
    live = live_account(party_id)
    return live.id if live else None


def _shown(draft: Draft | None) -> Draft:
    if draft is None:
        raise _lost("")
    return draft


def _lost(back_url: str) -> Refused:
    return Refused(
        _l("確かめる内容が見つかりません。口座の入力から、もう一度おねがいします。"),
        code="no_draft",
        back_url=back_url,
    )
