"""Roles, purposes and kinds around signing in."""

from enum import StrEnum

from volunteer.core.i18n import _l
from volunteer.core.permissions import Role


class PartyKind(StrEnum):
    """What a party is."""

    PERSON = "person"
    HOUSEHOLD = "household"
    ORGANIZATION = "organization"
    GROUP = "group"


class ActingAs(StrEnum):
    """In which capacity a user acts for a party."""

    SELF = "self"
    GUARDIAN = "guardian"
    PROXY = "proxy"
    MEMBER = "member"


class CodePurpose(StrEnum):
    """What an e-mailed code is good for."""

    SIGN_UP = "sign_up"
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    CHANGE_EMAIL = "change_email"
    JOIN = "join"


ROLE_LABELS = {
    Role.COORDINATOR: _l("コーディネーター"),
    Role.APPROVER: _l("承認者"),
    Role.PAYER: _l("支払担当"),
    Role.AUDITOR: _l("監査"),
    Role.ADMINISTRATOR: _l("管理者"),
}
