"""`osk validate`."""

from pathlib import Path
from typing import Annotated

import typer

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk validate                                   # what the profile renders",
        "osk validate --from manifests/ --crds crds/    # anyone's manifests",
        "kustomize build overlay | osk validate --from - -o json",
        "osk validate --select OSK082 --ignore OSK0825  # only networks, without duplicates",
    ),
)
@scoped
def validate(
    session: Session,
    *,
    sources: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="DIR|FILE|-", help="Check these instead; may be repeated"),
    ] = None,
    crds: Annotated[
        list[Path] | None,
        typer.Option("--crds", metavar="DIR", help="CRDs in the place of the rehearsal's; may be repeated"),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="CODE", help="Only codes that begin so; may be repeated"),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="CODE", help="No codes that begin so; may be repeated"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail too")] = False,
) -> ExitCode:
    """Check objects against their schemas and the lint catalogue; exit status 2 if anything is wrong.

    No cluster is asked unless --kubeconfig, --context or --rehearsal names one, whose schemas are used then.
    """
    from openstack_k8s_cli.cli.validating import Validation, document, lines
    from openstack_k8s_cli.validation import running

    running.refuse_unknown([*(select or ()), *(ignore or ())])
    validation = Validation(session, crds or ())
    findings = validation.given(sources) if sources else validation.own()
    kept = running.chosen(findings, select=select or (), ignore=ignore or ())
    told = document(kept, validation)
    if kept or session.scope.machine:
        printing.answer(session.scope, told, lambda: lines(kept))
    printing.tell(
        f"{some(told['objects'], 'object')}: {some(told['errors'], 'error')}, {some(told['warnings'], 'warning')}"
    )
    if validation.unchecked:
        printing.tell(
            f"osk's own schemas are older than the profile's release; not checked: {', '.join(validation.unchecked)}; `--crds DIR` gives newer ones"
        )
    failed = told["errors"] or (strict and told["warnings"])
    return ExitCode.USAGE if failed else ExitCode.DONE
