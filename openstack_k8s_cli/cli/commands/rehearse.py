"""`osk rehearse`."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from openstack_k8s_cli.cli import printing, running, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.scope import DEFAULT_REHEARSAL
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Branch, Leaf, examples, group
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal import binaries, directories, lifecycle
from openstack_k8s_cli.rehearsal.options import Options, Pace


class _Rehearse(Branch):
    default = "run"


app = group(_Rehearse)

_Pace = Annotated[Pace, typer.Option("--pace", help="How long simulated operators take")]
_Crds = Annotated[
    list[Path] | None,
    typer.Option(
        "--crds", metavar="DIR", help="Add or replace CRDs from files in this folder; may be repeated"
    ),
]
_Faults = Annotated[
    Path | None,
    typer.Option("--faults", metavar="FILE", help="A file that says what should go wrong, and when"),
]


@app.callback(
    epilog=examples(
        "osk rehearse                     # start, deploy everything, print the result, stop",
        "osk rehearse -p lab.yaml --keep  # a file with `extends: [crc, ha]`; leave it running afterwards",
        "osk rehearse up && osk plan --rehearsal",
        "KUBECONFIG=$(osk rehearse kubeconfig) kubectl get openstackcontrolplanes -A",
    )
)
def rehearse() -> None:
    """Deploy a profile on a rehearsal cluster on this machine: real API server, simulated operators.

    Without a command `run` is meant; `--rehearsal=NAME` names the cluster, so that several can run side by side.
    """


@app.command(
    cls=Leaf,
    epilog=examples("osk rehearse", "osk rehearse -p lab.yaml --keep", "osk rehearse --rehearsal=two"),
)
@scoped
def run(
    session: Session,
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the cluster running")] = False,
    pace: _Pace = Pace.FAST,
    crds: _Crds = None,
    faults: _Faults = None,
) -> ExitCode:
    """Start a rehearsal cluster, deploy everything, print the result, stop the cluster."""
    name = _name(session)
    pointed = replace(session, scope=replace(session.scope, rehearsal=name))
    with ExitStack() as cluster:

        def events() -> Iterator[Event]:
            work = session.work
            work.profiles.load(work.profile_name)  # a wrong one is refused before minutes of building
            options = _options(pace, crds, faults)
            if keep:
                lifecycle.up(name, options=options, progress=printing.follow)
                cluster.callback(pointed.tell, runs_on(name))
            else:
                cluster.enter_context(lifecycle.running(name, options=options, progress=printing.follow))
            usage = None if keep else (_kept(session),)
            yield from pointed.work.deploy(targeting.target(()), usage=usage)

        goes_on = (
            again(session, name) if keep else f"{session.line}   # from the beginning: its cluster is gone"
        )
        return running.run(pointed, "rehearse", events(), again=goes_on)


@app.command(cls=Leaf, epilog=examples("osk rehearse up", "osk rehearse up --rehearsal=two --pace instant"))
@scoped
def up(session: Session, *, pace: _Pace = Pace.FAST, crds: _Crds = None, faults: _Faults = None) -> None:
    """Start a rehearsal cluster and leave it running."""
    found = lifecycle.up(_name(session), options=_options(pace, crds, faults), progress=printing.follow)
    document = {"name": found.name, "kubeconfig": str(found.kubeconfig), "pid": found.pid}
    printing.answer(
        session.scope, document, lambda: f"{found.name} is up; export KUBECONFIG={found.kubeconfig}"
    )


@app.command(cls=Leaf, epilog=examples("osk rehearse down", "osk rehearse down --rehearsal=two"))
@scoped
def down(session: Session) -> None:
    """Stop a rehearsal cluster and remove all that is left of it."""
    name = _name(session)
    ran = lifecycle.down(name)
    printing.answer(
        session.scope, {"name": name, "ran": ran}, lambda: f"{name} {'is down' if ran else 'was not running'}"
    )


@app.command(cls=Leaf, epilog=examples("osk rehearse status", "osk rehearse status -o json"))
@scoped
def status(session: Session) -> None:
    """Show the rehearsal clusters that run, or the named one."""
    named = session.scope.rehearsal
    found = [_status(name) for name in ((named,) if named else lifecycle.names())]
    rows = [(each["name"], each["phase"] or "down", ", ".join(each["programs"])) for each in found]
    printing.answer(session.scope, found, lambda: printing.table(rows) or "no rehearsal cluster is running")


@app.command(cls=Leaf, epilog=examples("export KUBECONFIG=$(osk rehearse kubeconfig)"))
@scoped
def kubeconfig(session: Session) -> None:
    """Print the path of a running cluster's kubeconfig."""
    path = str(lifecycle.kubeconfig(_name(session)))
    printing.answer(session.scope, {"kubeconfig": path}, lambda: path)


@app.command(cls=Leaf, epilog=examples("osk rehearse logs   # which there are", "osk rehearse logs webhooks"))
@scoped
def logs(
    session: Session,
    *,
    program: Annotated[
        str | None, typer.Argument(metavar="PROGRAM", help="As in `osk rehearse status`")
    ] = None,
) -> None:
    """Print the log of one of a cluster's programs; without a name list those that have one."""
    if program is None:
        programs = lifecycle.programs(_name(session))
        printing.answer(session.scope, {"programs": list(programs)}, lambda: "\n".join(programs))
        return
    path = lifecycle.logs(_name(session), program)
    text = path.read_text(encoding="utf-8", errors="replace")
    printing.answer(session.scope, {"program": program, "path": str(path), "text": text}, lambda: text)


@app.command(cls=Leaf, epilog=examples("osk rehearse build"))
@scoped
def build(session: Session) -> None:
    """Build the cluster's programs into the cache, where they are not there yet."""
    built = binaries.ensure(printing.follow, places=directories.places(session.environment))
    document = {name: str(path) for name, path in asdict(built).items()}
    printing.answer(session.scope, document, lambda: printing.table(document.items()))


def _name(session: Session) -> str:
    return session.scope.rehearsal or DEFAULT_REHEARSAL


def _options(pace: Pace, crds: list[Path] | None, faults: Path | None) -> Options:
    return Options(pace=pace, crds=tuple(crds or ()), faults=faults)


def runs_on(name: str) -> str:
    """Say what to do with a cluster that stays."""
    down = "osk rehearse down" + ("" if name == DEFAULT_REHEARSAL else f" --rehearsal={name}")
    return f"the cluster runs on; `osk status` looks at it, `{down}` ends it"


def again(session: Session, name: str) -> str:
    """Give the command that goes on while the cluster is there."""
    return replace(session, scope=replace(session.scope, rehearsal=name)).pointed("deploy", "all")


def _kept(session: Session) -> str:
    """Give the command after which there is a cloud to use."""
    return session.pointed("rehearse", "--keep") + "   # leaves it running"


def _status(name: str) -> dict[str, Any]:
    found = lifecycle.status(name)
    state = found.state
    return {
        "name": name,
        "running": found.running,
        "phase": state.phase.value if state and found.running else None,
        "since": state.since if state else None,
        "programs": dict(state.programs) if state and found.running else {},
    }
