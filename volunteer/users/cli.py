"""Commands for staff: `flask --app wsgi staff …`."""

import click
from flask.cli import AppGroup

from volunteer.core import audit
from volunteer.core.config import settings
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError
from volunteer.core.fields import EMAIL_MAX
from volunteer.core.permissions import Role
from volunteer.core.typed import Unreadable, read_email
from volunteer.users import staff
from volunteer.users.queries import find_user

staff_cli = AppGroup("staff", help="People of the staff.")


@staff_cli.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="Name as colleagues know it.")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given several times.",
)
def invite(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Make a staff user for EMAIL and print the one-time link that sets password and authenticator.

    The first administrator's roles hold at once; later ones after 24 hours, and the director is told.
    """
    try:
        address = read_email(email[:EMAIL_MAX])
    except Unreadable as error:
        raise click.ClickException(f"{email}: not an e-mail address ({error.reason})") from error
    try:
        invitation = run_turn(_invite, address, name, tuple(Role(role) for role in roles))
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    base = settings().base_url or "http://localhost:8000"
    click.echo(f"{base}/enrol/{invitation.token}")
    click.echo("The link works once and for three days. It was also queued as a mail.", err=True)


@staff_cli.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-time link for a member of staff whose password or authenticator is lost."""
    user = find_user(email)
    if user is None or not user.is_staff:
        raise click.ClickException(f"{email}: no such member of staff")
    invitation = run_turn(_link, user.id)
    base = settings().base_url or "http://localhost:8000"
    click.echo(f"{base}/enrol/{invitation.token}")


def _invite(email: str, name: str, roles: tuple[Role, ...]) -> staff.Invitation:
    at_once = not staff.any_administrator_ever()
    invitation = staff.invite(email, name)
    for role in roles:
        staff.grant_role(invitation.user_id, role, None, at_once=at_once)
    audit.record("command:staff invite", f"user:{invitation.user_id}")
    return invitation


def _link(user_id: int) -> staff.Invitation:
    audit.record("command:staff link", f"user:{user_id}")
    return staff.invite_again(user_id, None)
