"""`osk profile`."""

from typing import Annotated, Any

import typer

from openstack_k8s_cli.cli import importing, naming, printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group

app = group()
app.add_typer(importing.app, name="import")

_Name = Annotated[
    str | None,
    typer.Argument(metavar="NAME|PATH", help="A profile instead of -p's", autocompletion=naming.profiles),
]


@app.callback(epilog=examples("osk profile list", "osk profile explain networks.ctlplane.mtu"))
def profile() -> None:
    """Look at profiles, and change a value in one."""


@app.command("list", cls=Leaf, epilog=examples("osk profile list", "osk profile list -o json"))
@scoped
def list_(session: Session) -> None:
    """List the built-in profiles."""
    listed = session.work.profiles.listed()
    rows = [
        (each["name"], "trait" if each["trait"] else each["group"].rstrip("s"), each["summary"])
        for each in listed
    ]
    printing.answer(session.scope, listed, lambda: printing.table(rows))


@app.command(cls=Leaf, epilog=examples("osk profile show crc", "osk profile show -o json | jq .networks"))
@scoped
def show(session: Session, *, name: _Name = None) -> None:
    """Print every value with its default filled in; secrets show as dots."""
    work = session.work
    shown = work.profiles.shown(work.profiles.load(name) if name else work.loaded)
    printing.answer(session.scope, shown, lambda: printing.yaml_text(shown), verbatim=True)


@app.command(cls=Leaf, epilog=examples("osk profile validate", "osk profile validate lab.yaml"))
@scoped
def validate(session: Session, *, name: _Name = None) -> None:
    """Check a profile and print all that is wrong with it; exit status 2 if anything is.

    `osk validate` checks the objects that it renders.
    """
    work = session.work
    chosen = name or work.profile_name
    work.validate(chosen)
    printing.answer(session.scope, {"profile": chosen, "problems": []}, lambda: f"{chosen}: valid")


@app.command(cls=Leaf, epilog=examples("osk profile schema > osk.schema.json"))
@scoped
def schema(session: Session) -> None:
    """Print the JSON schema of profiles, for editors."""
    document = session.work.profiles.schema()
    printing.answer(session.scope, document, lambda: printing.json_text(document), verbatim=True)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk profile explain networks.ctlplane.mtu", "osk profile explain controlplane.galera -p lab.yaml"
    ),
)
@scoped
def explain(
    session: Session,
    *,
    path: Annotated[str, typer.Argument(metavar="PATH", help="Such as networks.ctlplane.mtu")],
) -> None:
    """Say what a value is, where it comes from, what it overrides, its type, default and meaning."""
    known = session.work.explained(path)
    printing.answer(session.scope, known, lambda: _explanation(known))


@app.command(cls=Leaf, epilog=examples("osk profile diff crc ha", "osk profile diff crc ./osk.yaml -o json"))
@scoped
def diff(
    session: Session,
    *,
    before: Annotated[
        str, typer.Argument(metavar="BEFORE", help="A profile", autocompletion=naming.profiles)
    ],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="Another", autocompletion=naming.profiles)],
) -> None:
    """Compare two profiles value by value, with every default filled in."""
    found = session.work.profiles.differences(before, after)
    lines = [f"{each['path']}: {_value(each['before'])} → {_value(each['after'])}" for each in found]
    printing.answer(session.scope, found, lambda: "\n".join(lines) or "no difference")


@app.command(
    "set",
    cls=Leaf,
    epilog=examples(
        "osk profile set networks.defaults.mtu 9000", "osk profile set controlplane.galera null -p lab.yaml"
    ),
)
@scoped
def set_(
    session: Session,
    *,
    path: Annotated[str, typer.Argument(metavar="PATH", help="Such as networks.defaults.mtu")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="As in YAML; null takes the key out")],
) -> None:
    """Set one value in the profile's file; comments stay, and an invalid profile is not written."""
    work = session.work
    changed = work.profiles.change(work.profile_name, path, value)
    document = {"profile": work.profile_name, "path": path, "changed": changed}
    word = "set" if changed else "unchanged"
    printing.answer(session.scope, document, lambda: f"{work.profile_name}: {path} {word}")


def _explanation(known: dict[str, Any]) -> str:
    rows = [
        (known["path"], _value(known["value"])),
        ("from", known["place"]),
        *(("overrides", f"{_value(each['value'])}  ({each['place']})") for each in known["overridden"]),
        ("type", known["type"]),
        ("default", _value(known["default"])),
    ]
    return "\n".join(filter(None, (printing.table(rows), known["description"])))


def _value(value: Any) -> str:
    return "not set" if value is None else value if isinstance(value, str) else printing.compact(value)
