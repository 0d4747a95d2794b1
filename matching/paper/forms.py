"""Forms of a poster: which shift the page had shown when the button was pressed."""

from wtforms import HiddenField

from volunteer.core.forms import BaseForm


class PosterForm(BaseForm):
    """受付する on the page of a poster: a claim to be at the shift that was shown."""

    shift_id = HiddenField()
