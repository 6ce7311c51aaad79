"""The arguments and options that name a part of the plan."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openstack_k8s_cli.cli import naming

if TYPE_CHECKING:
    from openstack_k8s_cli.dataplane.choosing import Asked
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
Adopt = Annotated[
    list[str] | None,
    typer.Option(
        "--adopt", metavar="KIND/NAME", help="Take over an object that osk did not make; may be repeated"
    ),
]
Recreate = Annotated[
    list[str] | None,
    typer.Option(
        "--recreate",
        metavar="KIND/NAME",
        help="Delete an object and make it anew where a field that cannot be changed must change; may be repeated",
    ),
]
Standalone = Annotated[
    bool,
    typer.Option(
        "--standalone", help="With `service`: by its own resource and operator, without a control plane"
    ),
]
SkipChecks = Annotated[
    bool, typer.Option("--skip-checks", help="Deploy to hosts without looking at them first")
]

Host = Annotated[
    str | None,
    typer.Option("--host", metavar="USER@SERVER[:PORT]", help="CRC on another machine, over SSH"),
]
Restart = Annotated[bool, typer.Option("--restart", help="Run Ansible anew, also what ended well already")]
Limit = Annotated[
    list[str] | None,
    typer.Option("--limit", metavar="HOST", help="Ansible only on these hosts, node sets or patterns"),
]
Services = Annotated[
    list[str] | None,
    typer.Option(
        "--services", metavar="NAME", help="Ansible only for these services of the hosts, in this order"
    ),
]
Tags = Annotated[
    list[str] | None, typer.Option("--tags", metavar="TAG", help="Only Ansible tasks with these tags")
]
SkipTags = Annotated[
    list[str] | None, typer.Option("--skip-tags", metavar="TAG", help="No Ansible tasks with these tags")
]
ExtraVars = Annotated[
    list[str] | None,
    typer.Option(
        "-e", "--extra-vars", metavar="NAME=VALUE|@FILE|{...}", help="Variables of Ansible; may be repeated"
    ),
]


def asked(
    *,
    limit: Limit = None,
    services: Services = None,
    tags: Tags = None,
    skip_tags: SkipTags = None,
    extra_vars: ExtraVars = None,
    restart: Restart = False,
) -> "Asked":
    """Put together what is asked of Ansible; commas separate, too."""
    from openstack_k8s_cli.cli import playbooks
    from openstack_k8s_cli.dataplane.choosing import Asked  # only deployments need it

    return Asked(
        limit=_listed(limit),
        services=_listed(services),
        tags=_listed(tags),
        skip_tags=_listed(skip_tags),
        extra_vars=playbooks.variables(extra_vars) if extra_vars else {},
        restart=restart,
    )


def _listed(words: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(each.strip() for word in words or () for each in word.split(",") if each.strip())


def target(
    words: Sequence[str] | None, *, only: bool = False, start: str | None = None, until: str | None = None
) -> "Target":
    """Put the arguments together; none at all means everything."""
    from openstack_k8s_cli.workflows.world import Target

    return Target(tuple(words or ("all",)), only=only, start=start, until=until)
