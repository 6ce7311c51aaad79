"""`osk render`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from openstack_k8s_cli.cli import documents, naming, printing, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.scope import Output
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.steps import Layer, Step

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk render -p crc                                # every object, in apply order",
        "osk render --layer networks -o json              # one List",
        "osk render --component metallb --output-dir out  # one file a step",
        "osk render --set networks.isolation=false | kubectl diff --server-side -f -",
    ),
)
@scoped
def render(
    session: Session,
    *,
    layer: Annotated[
        list[Layer] | None, typer.Option("--layer", help="Only this layer; may be repeated")
    ] = None,
    component: Annotated[
        list[str] | None,
        typer.Option(
            "--component",
            metavar="NAME",
            help="Only this component; may be repeated",
            autocompletion=naming.components_beginning,
        ),
    ] = None,
    output_dir: Annotated[
        Path | None, typer.Option("--output-dir", metavar="DIR", help="Write one file a step instead")
    ] = None,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Show the secret values that the profile gives")
    ] = False,
) -> None:
    """Print the objects of a profile in apply order; nothing is generated.

    No cluster is asked unless --kubeconfig, --context or --rehearsal names one, whose facts are used then.
    """
    work = session.work
    words = (*(each.value for each in layer or ()), *(component or ()))
    steps = work.plan(targeting.target(words, only=bool(words))).steps
    given = work.secrets.resolve if with_secrets else None
    if output_dir:
        _write(steps, output_dir, given, as_json=session.scope.form is Output.JSON)
        return
    bodies = documents.objects(steps, given=given)
    if session.scope.form is Output.JSON:
        printing.out(printing.json_text(documents.listed(bodies)))
    else:
        printing.out(printing.yaml_text(*bodies))


def _write(steps: Iterable[Step], folder: Path, given: documents.Resolve | None, *, as_json: bool) -> None:
    from openstack_k8s_cli.adapters import files  # reads profiles, which loads pydantic

    folder.mkdir(parents=True, exist_ok=True)
    for number, step in enumerate((each for each in steps if each.manifests and not each.hook), start=1):
        bodies = documents.objects([step], given=given)
        name = f"{number:03}-{step.id.replace('/', '_')}"
        text = printing.json_text(documents.listed(bodies)) if as_json else printing.yaml_text(*bodies)
        path = folder / f"{name}.{'json' if as_json else 'yaml'}"
        files.write_whole(path, text)
        printing.out(str(path))
