"""`osk secrets`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openstack_k8s_cli.cli import printing, questions
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group

if TYPE_CHECKING:
    from openstack_k8s_cli.workflows.rotation import Effect
    from openstack_k8s_cli.workflows.secrets import Value

app = group()

_Key = typer.Argument(metavar="KEY", help="SECRET/KEY, or a key that only one Secret has")


@app.callback(
    epilog=examples("osk secrets list", "osk secrets show AdminPassword", "osk secrets rotate MetadataSecret")
)
def secrets() -> None:
    """Look at the secret values of the cloud, and make new ones."""


@app.command("list", cls=Leaf, epilog=examples("osk secrets list", "osk secrets list -o json"))
@scoped
def list_(session: Session) -> None:
    """List every secret value: where it comes from and whether it is in the cluster; no value is shown."""
    from openstack_k8s_cli.workflows import secrets as work

    found = work.listed(session.work.informed)
    rows = [(each.name, each.origin, each.detail, "" if each.there else "not there yet") for each in found]
    printing.answer(session.scope, [_plain(each) for each in found], lambda: printing.table(rows))


@app.command(
    cls=Leaf,
    epilog=examples("osk secrets show AdminPassword", "osk secrets show osp-secret/HeatPassword -o json"),
)
@scoped
def show(session: Session, *, key: Annotated[str, _Key]) -> None:
    """Print one value as it is in the cluster; it goes to stdout and nowhere else."""
    from openstack_k8s_cli.workflows import secrets as work

    world = session.work.informed
    (value,) = work.named(work.listed(world), [key])
    text = work.shown(world, value).reveal()
    printing.answer(session.scope, {**_plain(value), "value": text}, lambda: text, verbatim=True)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk secrets rotate MetadataSecret",
        "osk secrets rotate DbRootPassword --yes   # what breaks by it is your concern now",
    ),
)
@scoped
def rotate(
    session: Session,
    *,
    keys: Annotated[list[str], _Key],
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask, whatever breaks")] = False,
) -> None:
    """Make new values, and say what must be done for them; those from a file, variable or command are read again."""
    from openstack_k8s_cli.workflows import rotation
    from openstack_k8s_cli.workflows import secrets as work

    world = session.work.informed
    values = work.listed(world)
    chosen = work.together(values, work.named(values, keys))
    effects = {each.name: rotation.effect(each.key) for each in chosen}
    _ask({name: effect.text for name, effect in effects.items() if effect.breaks}, yes=yes)
    done = work.rotate(world, chosen)
    document = [
        {**_plain(each.value), "changed": each.changed, "effect": _effect(each.effect)} for each in done
    ]
    lines = [_line(each.value, each.effect, changed=each.changed) for each in done]
    session.answer(document, lambda: "\n".join(lines))


def _ask(breaking: Mapping[str, str], *, yes: bool) -> None:
    """Say what breaks before it is asked about; without a question only the answer says it."""
    if yes or not breaking:
        return
    for name, text in breaking.items():
        printing.tell(f"{name}: {text}")
    questions.confirm("Make new values all the same?", yes=False)


def _line(value: "Value", effect: "Effect", *, changed: bool) -> str:
    if not changed:
        return f"{value.name}: unchanged, {value.origin} {value.detail} gives the same"
    told = [f"{value.name}: new value", effect.text]
    told += [f"used by {', '.join(value.services)}"] if value.services else []
    return "; ".join(told) + (f"\n  → {effect.command}" if effect.command else "")


def _plain(value: "Value") -> dict[str, Any]:
    return {
        "secret": value.secret.name,
        "namespace": value.secret.namespace,
        "key": value.key,
        "origin": value.origin,
        "detail": value.detail,
        "there": value.there,
        "step": value.step,
        "services": list(value.services),
    }


def _effect(effect: "Effect") -> dict[str, Any]:
    return {"text": effect.text, "command": effect.command, "breaks": effect.breaks}
