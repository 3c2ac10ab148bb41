"""What the program knows of people, signing in, roles and sessions."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest
from koprogo_app.identity.permissions import ADMINS, ALL, SELF, SYNDICS

MANIFEST = Manifest(
    name="identity",
    permissions={
        SELF: ALL,
        "audit.read": SYNDICS,
        "users.read": SYNDICS,
        "users.write": SYNDICS,
        "platform.read": ADMINS,
        "platform.write": ADMINS,
    },
    constraints={
        "app_user_email_once": ("email", N_("Somebody already signs in with this e-mail address.")),
        "role_grant_no_overlap": ("role", N_("This person already has this role for that period.")),
    },
    audit=AuditWords(
        acts={
            "user.invited": N_("Person invited"),
            "user.invited_again": N_("Person invited again"),
            "user.updated": N_("Profile changed"),
            "user.disabled": N_("Account disabled"),
            "user.enabled": N_("Account opened again"),
            "invitation.accepted": N_("Invitation accepted"),
            "role.given": N_("Role given"),
            "role.ended": N_("Role ended"),
            "sign_in.succeeded": N_("Signed in"),
            "sign_in.failed": N_("Sign-in failed"),
            "sign_in.wrong_code": N_("Wrong code at sign-in"),
            "sign_in.unknown_identity": N_("Single sign-on without account"),
            "sign_out": N_("Signed out"),
            "session.revoked": N_("Sign-in ended"),
            "sessions.revoked": N_("Other sign-ins ended"),
            "session.token_reused": N_("Copied token refused"),
            "password.changed": N_("Password changed"),
            "password.reset": N_("Password chosen anew"),
            "password.reset_asked": N_("New password asked for"),
            "totp.enabled": N_("Two-step sign-in turned on"),
            "totp.disabled": N_("Two-step sign-in turned off"),
            "recovery_code.used": N_("Recovery code used"),
            "recovery_codes.renewed": N_("Recovery codes renewed"),
            "identity.linked": N_("Single sign-on linked"),
        },
        fields={
            "email": N_("E-mail"),
            "ends": N_("Ends"),
            "expires_at": N_("Valid until"),
            "kind": N_("Kind"),
            "lang": N_("Language"),
            "name": N_("Name"),
            "period": N_("Period"),
            "role": N_("Role"),
            "status": N_("State"),
            "theme": N_("Colours"),
            "totp_confirmed_at": N_("Second step since"),
            "used_at": N_("Used on"),
            "user_id": N_("Person"),
        },
        values={
            "role": "service.members:ROLE_LABELS",
        },
    ),
    expires=(
        "delete from one_time_token where expires_at < %(now)s - interval '30 days'",
        "delete from refresh_token where expires_at < %(now)s - interval '7 days'",
        "delete from user_session where coalesce(revoked_at, expires_at) < %(now)s - interval '90 days'",
    ),
    pages="page:PAGES",
    routes=("api:router",),
)
