"""A donation to a school, passed on as every donation is."""

from dataclasses import replace

from points.redemption.methods import donation
from volunteer.core.i18n import _l

METHOD = replace(donation.METHOD, code="school_donation", label=_l("学校に寄付する"))
