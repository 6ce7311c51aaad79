"""The arguments and options that name a part of the plan."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openstack_k8s_cli.cli import naming

if TYPE_CHECKING:
    from openstack_k8s_cli.workflows.world import Target

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET",
        help="operators, networks, controlplane, dataplane, all, or components  [default: all]",
        autocompletion=naming.targets,
    ),
]
Only = Annotated[bool, typer.Option("--only", help="Only what is named, without what it needs")]
Start = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="NAME", help="Begin at this layer, component or step", autocompletion=naming.targets
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="NAME", help="End at this layer, component or step", autocompletion=naming.targets
    ),
]
FailFast = Annotated[
    bool, typer.Option("--fail-fast", help="Let a held error be final, and the first failure stop the run")
]
Crds = Annotated[
    list[Path] | None,
    typer.Option("--crds", metavar="DIR", help="With `crds`: apply those in this folder; may be repeated"),
]
SkipChecks = Annotated[
    bool, typer.Option("--skip-checks", help="Deploy to hosts without looking at them first")
]


def target(
    words: Sequence[str] | None, *, only: bool = False, start: str | None = None, until: str | None = None
) -> "Target":
    """Put the arguments together; none at all means everything."""
    from openstack_k8s_cli.workflows.world import Target  # noqa: PLC0415  # loads pydantic

    return Target(tuple(words or ("all",)), only=only, start=start, until=until)
