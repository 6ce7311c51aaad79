"""`osk mirror`."""

from typing import Annotated, Any

import typer

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

app = group()


@app.callback(
    epilog=examples(
        "osk mirror plan -p mirrored.yaml",
        "osk mirror push -p mirrored.yaml",
        "osk mirror verify -p mirrored.yaml",
    )
)
def mirror() -> None:
    """Serve a cluster without a way out from a registry of your own."""


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk mirror plan > imageset.yaml                   # for oc-mirror --v2 -c imageset.yaml",
        "osk mirror plan --context lab > imageset.yaml     # with the images of the operators there",
    ),
)
@scoped
def plan(session: Session) -> None:
    """Print oc-mirror's ImageSetConfiguration; `osk deploy mirror` brings the cluster's side of it."""
    document = session.work.mirror().image_set()
    printing.answer(session.scope, document, lambda: printing.yaml_text(document), verbatim=True)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk mirror push -p mirrored.yaml                  # from the images' registries to the mirror",
        "osk mirror push --to /mnt/disk                    # to an archive, where the mirror is out of reach",
        "osk mirror push --from /mnt/disk                  # from the archive to the mirror",
        "osk mirror push -- --parallel-images 2            # with options of oc-mirror's own",
    ),
)
@scoped
def push(
    session: Session,
    *,
    more: Annotated[
        list[str] | None, typer.Argument(metavar="[-- OPTION...]", help="Options of oc-mirror's own")
    ] = None,
    program: Annotated[str, typer.Option("--oc-mirror", metavar="PATH", help="The program")] = "oc-mirror",
    workspace: Annotated[
        str | None,
        typer.Option("--workspace", metavar="DIR", help="Where it keeps its state; else in osk's cache"),
    ] = None,
    to: Annotated[
        str, typer.Option("--to", metavar="DIR", help="Write an archive instead of the registry")
    ] = "",
    source: Annotated[
        str, typer.Option("--from", metavar="DIR", help="Read such an archive instead of the registries")
    ] = "",
) -> None:
    """Fill the mirror by oc-mirror, and say what the profile lacks to use all of it."""
    if to and source:
        advice = Advice("Write the archive on one side, read it on the other")
        problem = Problem("OSK0827", "`--to` and `--from` exclude each other", "--from", None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE)
    pushed = session.work.mirror().push(
        program, workspace=workspace, told=printing.tell, to=to, source=source, more=tuple(more or ())
    )
    lacking = {
        key: dict(found)
        for key, found in (("sources", pushed.sources), ("catalogs", pushed.catalogs))
        if found
    }
    document: dict[str, Any] = {
        "destination": pushed.destination,
        "lacking": {"mirror": lacking} if lacking else {},
    }
    printing.answer(session.scope, document, lambda: _pushed(document))


def _pushed(document: dict[str, Any]) -> str:
    lines = [f"the images are in {document['destination']}"]
    if document["lacking"]:
        lines += ["the profile does not say yet:", printing.yaml_text(document["lacking"]).rstrip()]
    return "\n".join(lines)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk mirror verify -p mirrored.yaml                # the registry has every image of the profile",
        "osk mirror verify --context lab                   # and the cluster takes them from there",
    ),
)
@scoped
def verify(session: Session) -> ExitCode:
    """Look for every image in the mirror; exit status 2 if one is not there.

    The options that name a cluster add the images of its operators, and what the cluster itself needs: mirror sets,
    catalogs, trust, login, and that its nodes have taken them up.
    """
    copies, faults = session.work.mirror().verify()
    document = {
        "images": [
            {"image": each.image, "standing": each.standing.value, "place": each.place, "digest": each.digest}
            for each in copies
        ],
        "cluster": [{"object": each.object, "message": each.message} for each in faults],
    }
    wrong = [each for each in copies if each.standing.is_wrong]
    rows = [(each.standing.value, each.image, each.place) for each in wrong]
    rows += [("cluster", each.object, each.message) for each in faults]
    if rows or session.scope.machine:
        printing.answer(session.scope, document, lambda: printing.table(rows))
    held = len(copies) - len(wrong)
    printing.tell(f"{held} of {len(copies)} images are in the mirror; {len(faults)} faults of the cluster")
    return ExitCode.USAGE if rows else ExitCode.DONE
