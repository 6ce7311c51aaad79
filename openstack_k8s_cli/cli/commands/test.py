"""`osk test`."""

from pathlib import Path
from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, running, testing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk test tempest                      # to test-results/tempest, then nothing is left",
        "osk test tempest --set 'tests.tempest.include=[tempest.api.compute]' --results out",
        "osk test horizontest --keep           # its pods and volumes stay",
        "osk test kuttl keystone --suite keystone-operator   # the tests of an operator's repository",
        "osk test kuttl keystone --suite keystone-operator -- --test basic-deployment",
    ),
)
@scoped
def run(
    session: Session,
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="TEST",
            help="A test of the profile: tempest, tobiko, horizontest, ansibletest; or kuttl",
            autocompletion=naming.known_tests,
        ),
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORD", help="With kuttl: the service, and after `--` kuttl's own options"),
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option("--results", metavar="DIR", help="Where results go  [default: test-results/TEST]"),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the test's resource, pods and volumes in the cluster")
    ] = False,
    suite: Annotated[
        Path | None,
        typer.Option(
            "--suite", metavar="DIR", help="With kuttl: a folder of tests, or the operator's repository"
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="With kuttl: its configuration  [default: the suite's]"
        ),
    ] = None,
) -> ExitCode:
    """Run tests in a cloud that is up, follow their pods, and fetch the results.

    Exit 7 when tests failed. The same command goes on after any interruption; once results are fetched it begins anew.
    """
    if name == testing.KUTTL:
        asked = testing.Suite(tuple(words or ()), suite, config, results)
        return testing.kuttl(session, asked)
    testing.refuse(words)
    folder = results or Path("test-results") / name
    return running.run(session, "test", testing.events(session, name, folder, keep=keep), again=session.line)
