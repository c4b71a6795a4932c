"""Prints what the database holds, as samlproof's `observe` expects it.

It reads the SQLite file itself, read-only, beside the running server: Django takes a second to
start, and a second look through the same code would not be a second look.
"""

import json
import os
import sqlite3
import sys
from pathlib import Path

USERS = """
    SELECT id, email, username, first_name, last_name, password, is_active, is_superuser
    FROM auth_user ORDER BY id
"""
MEMBERSHIPS = """
    SELECT membership.user_id, auth_group.name
    FROM auth_user_groups AS membership JOIN auth_group ON auth_group.id = membership.group_id
    ORDER BY auth_group.name
"""


def roles(superuser, groups):
    """Django's groups and its superuser flag in samlproof's words. A group doesn't remember how
    somebody got into it, so the source is always `manual`."""
    grants = [{"resource": f"team {g}", "role": "member", "source": "manual"} for g in groups]
    return {"account": "admin" if superuser else "member", "grants": grants}


def state(database):
    groups = {}
    for user_id, name in database.execute(MEMBERSHIPS):
        groups.setdefault(user_id, []).append(name)
    names = database.execute("SELECT name FROM auth_group ORDER BY name")
    return {
        "users": [user(row, groups.get(row["id"], [])) for row in database.execute(USERS)],
        "resources": [f"team {name}" for (name,) in names],
        "sessions": [],
    }


def user(row, groups):
    return {
        "id": str(row["id"]),
        "email": row["email"],
        "status": "active" if row["is_active"] else "inactive",
        # Django marks a password that nothing can match with a leading `!`.
        "has_password": bool(row["password"]) and not row["password"].startswith("!"),
        "roles": roles(row["is_superuser"], groups),
        "extra": {name: row[name] for name in ("username", "first_name", "last_name")},
    }


def main():
    path = Path(os.environ["DATA"]).absolute() / "portal.sqlite3"
    if not path.is_file():
        sys.exit(f"{path} is not there: serve.py, started with the same DATA, makes it")
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)
    database.row_factory = sqlite3.Row
    with database:
        database.execute("BEGIN")  # users and memberships of one moment
        json.dump(state(database), sys.stdout)
    database.close()


if __name__ == "__main__":
    main()
