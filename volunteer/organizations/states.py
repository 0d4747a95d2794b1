"""Kinds and states of organizations."""

from enum import StrEnum

from volunteer.core.i18n import _l


class OrganizationState(StrEnum):
    """applied → approved or refused; approved ⇄ suspended."""

    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"


ORGANIZATION_STATE_LABELS = {
    OrganizationState.APPLIED: _l("確認中"),
    OrganizationState.APPROVED: _l("承認ずみ"),
    OrganizationState.REFUSED: _l("おことわり"),
    OrganizationState.SUSPENDED: _l("休止中"),
}


class OrganizationKind(StrEnum):
    """What kind of body it is."""

    WELFARE = "welfare"
    SCHOOL = "school"
    NEIGHBOURHOOD = "neighbourhood"
    CAFE = "cafe"
    MEALS = "meals"
    COMPANY = "company"
    CENTER = "center"
    OTHER = "other"


ORGANIZATION_KIND_LABELS = {
    OrganizationKind.WELFARE: _l("福祉施設・社会福祉法人"),
    OrganizationKind.SCHOOL: _l("学校"),
    OrganizationKind.NEIGHBOURHOOD: _l("町内会・自治会"),
    OrganizationKind.CAFE: _l("子ども食堂・地域カフェ"),
    OrganizationKind.MEALS: _l("配食の団体"),
    OrganizationKind.COMPANY: _l("会社・お店"),
    OrganizationKind.CENTER: _l("ボランティアセンター"),
    OrganizationKind.OTHER: _l("その他の団体"),
}


class OrganizationDecisionKind(StrEnum):
    """What staff decided about an organization."""

    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
