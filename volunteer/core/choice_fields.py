"""Choices of one or several; given as (value, words) pairs."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from volunteer.core.i18n import _l


def as_choices(pairs: Iterable[Any] | None) -> list[SelectChoice] | None:
    """(value, words) pairs as WTForms wants them."""
    if pairs is None:
        return None
    return [SelectChoice(*pair) if isinstance(pair, tuple) else pair for pair in pairs]


class _Offering:
    """Takes its choices as pairs, given at once or later by the view, and refuses others in our words."""

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        message: Any = None,
        choices: Iterable[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.message = message or _l("1つえらんでください")
        kwargs.setdefault("invalid_value_message", self.message)
        super().__init__(label, validators, choices=as_choices(choices), **kwargs)  # type: ignore[call-arg]

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, as_choices(value) if name == "choices" else value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was sent; spaces alone are nothing chosen."""
        super().process_formdata([str(one).strip() for one in valuelist])  # type: ignore[misc]

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not offered, in our words; nothing chosen is for `Needed` to judge."""
        if not any(str(part).strip() for part in self.raw_data or []):  # type: ignore[attr-defined]
            if self.flags.required:  # type: ignore[attr-defined]
                return
            raise StopValidation
        try:
            super().pre_validate(form)  # type: ignore[misc]
        except ValueError as error:
            raise StopValidation(str(self.message)) from error


class ChoiceField(_Offering, RadioField):
    """One of several, as radio buttons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "RadioField"  # drawn as one by components/form.html


class ListField(_Offering, SelectField):
    """One of many, as a list to choose from; the empty choice counts as not filled in."""


class SeveralField(_Offering, SelectMultipleField):
    """Any number of several, as checkboxes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "SelectMultipleField"  # drawn as one by components/form.html

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was ticked; spaces alone are nothing ticked."""
        super().process_formdata([one for one in valuelist if str(one).strip()])
