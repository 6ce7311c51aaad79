"""The reference of every profile path, in Markdown, from the schema itself."""

import json
from typing import Any

from openstack_k8s_cli.profile import outline, paths
from openstack_k8s_cli.profile.schema import Profile
from openstack_k8s_cli.profile.services import Kinds

BEGIN = "<!-- reference: begin, generated from the schema -->"
END = "<!-- reference: end -->"


def markdown(kinds: Kinds) -> str:
    """Write the tables, one a top-level section, and one of the services."""
    rows = outline.fields()
    sections = [
        name for name in outline.known(Profile) if any(path[0] == name and len(path) > 1 for path, _ in rows)
    ]
    single = [(path, spot) for path, spot in rows if path[0] not in sections]
    parts = [_table("The top", single)]
    parts += [
        _table(f"`{name}`", [(path, spot) for path, spot in rows if path[0] == name]) for name in sections
    ]
    return "\n\n".join([*parts, _services(kinds)])


def _table(title: str, rows: list[tuple[paths.Path, outline.Spot]]) -> str:
    lines = [f"### {title}", "", "| path | type | default | meaning |", "| --- | --- | --- | --- |"]
    lines += [_row(path, spot) for path, spot in rows]
    return "\n".join(lines)


def _row(path: paths.Path, spot: outline.Spot) -> str:
    description = (spot.field.description if spot.field and spot.own else None) or (
        (spot.model.__doc__ or "").strip() if spot.model else ""
    )
    cells = (f"`{paths.write(path)}`", spot.expected, _default(spot), description)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(spot: outline.Spot) -> str:
    if spot.model or spot.default in (None, "", [], {}):
        return ""
    return f"`{json.dumps(_short(spot.default))}`".replace('`"', "`").replace('"`', "`")


def _short(value: Any) -> Any:
    return (
        {key: each for key, each in value.items() if each is not None} if isinstance(value, dict) else value
    )


def _services(kinds: Kinds) -> str:
    lines = [
        "### Keys of the services",
        "",
        "Keys of `controlplane.services.NAME` that each has a use for, beside `spec`; others are refused.",
        "",
        "| service | on | keys | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for name, kind in kinds.items():
        on = "always" if kind.enabled is None else "yes" if kind.enabled else "no"
        keys = ", ".join(f"`{key}`" for key in kind.keys if key != "spec")
        lines.append(f"| `{name}` | {on} | {keys} | {kind.summary} |")
    return "\n".join(lines)
