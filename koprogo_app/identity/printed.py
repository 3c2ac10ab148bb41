"""The permission table as the documentation prints it.

`python -m koprogo_app.identity.printed > docs/permissions.md` prints it anew.
"""

import sys

from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import PERMISSIONS

_HEAD = """# Who may do what

Printed from the `permissions` of each area's `manifest.py`, the lowest area first. A role is held on an organisation or
on one building, for a period, and allows nothing outside it. A permission opens a page; the service behind it
authorises again on the row it touches.

"""


def permission_table() -> str:
    """Markdown: a line per permission, a column per role, ● where the role has it."""
    roles = list(Role)
    lines = [
        f"| permission | {' | '.join(roles)} |",
        f"|---|{'|'.join(':-:' for _ in roles)}|",
        *(
            f"| `{permission}` | {' | '.join('●' if role in having else '' for role in roles)} |"
            for permission, having in PERMISSIONS.items()
        ),
    ]
    return _HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(permission_table())
