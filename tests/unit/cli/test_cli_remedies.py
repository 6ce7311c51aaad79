"""Commands that remedies name: they mean the cloud that the command line did, and can be typed as they stand."""

from pathlib import Path

import pytest

from openstack_k8s_cli.cli.remedies import Remedies
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.model.events import Outcome, RunFinished, StepFinished
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, Problem

LAB = Scope(profile="lab.yaml", rehearsal="default", sets=("networks.isolation=false",))
ALL = "--rehearsal -p lab.yaml --set networks.isolation=false"


def remedies(scope: Scope, line: str = "deploy all") -> Remedies:
    """Give those of a command line."""
    return Remedies(scope, tuple(line.split()))


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ("osk status", f"osk status {ALL}"),
        ("osk rehearse", "osk rehearse -p lab.yaml --set networks.isolation=false"),
        ("osk openstack server list", f"osk {ALL} openstack server list"),
        ("osk test kuttl -- --test a", f"osk test kuttl {ALL} -- --test a"),
        ("osk profile set a.b c", "osk profile set a.b c -p lab.yaml"),
        ("osk plan   # looks", f"osk plan {ALL}   # looks"),
        ("osk init && osk profile set a b", "osk init && osk profile set a b -p lab.yaml"),
        ("osk rehearse up --rehearsal=two", "osk rehearse up --rehearsal=two"),
        ("osk profile list", "osk profile list"),
        ("kubectl get nodes", "kubectl get nodes"),
    ],
)
def test_a_command_keeps_the_options_that_were_given(named: str, written: str) -> None:
    """Profile, cluster and settings are said again wherever the command has a use for them."""
    assert written == remedies(LAB).command(named)


@pytest.mark.parametrize(
    ("given", "named", "written"),
    [
        (Scope(context="lab"), "osk status", "osk status --context lab"),
        (Scope(context="lab"), "osk rehearse", "osk rehearse"),
        (Scope(kubeconfig="a b"), "osk status", "osk status --kubeconfig 'a b'"),
        (Scope(rehearsal="two"), "osk rehearse --keep", "osk rehearse --keep --rehearsal=two"),
        (Scope(rehearsal="two"), "osk status", "osk status --rehearsal=two"),
        (Scope(rehearsal="two"), "osk status --rehearsal=one", "osk status --rehearsal=one"),
        (Scope(catalogs=(Path("a"), Path("b"))), "osk plan", "osk plan --catalog a --catalog b"),
        (Scope(sets=("secrets.a.b=hush",)), "osk plan", "osk plan --set secrets.a.b=•••"),
        (Scope(), "osk plan", "osk plan"),
    ],
)
def test_each_option_is_said_once(given: Scope, named: str, written: str) -> None:
    """An option that the command has already stays, values are quoted, secrets are not shown."""
    assert written == remedies(given).command(named)
    assert written == remedies(given).command(written)


@pytest.mark.parametrize(
    ("line", "more", "written"),
    [
        ("teardown service heat --rehearsal", "--yes", "osk teardown service heat --rehearsal --yes"),
        ("plan --context old all", "--context new", "osk plan all --context new"),
        ("plan all --context=old", "--context new", "osk plan all --context new"),
        ("plan all --exit-code", "--adopt Secret/a", "osk deploy all --adopt Secret/a"),
        ("deploy --set a=b", "--set c=d", "osk deploy --set a=b --set c=d"),
        ("test kuttl -- --parallel 2", "-o json", "osk test kuttl -o json -- --parallel 2"),
    ],
)
def test_the_same_command_with_more_is_the_line_that_was_given(line: str, more: str, written: str) -> None:
    """`AGAIN --yes` is the whole command line with `--yes`; a plan that asks for `--adopt` is a deployment."""
    assert written == remedies(Scope(), line).command(f"{AGAIN} {more}")


@pytest.mark.parametrize(
    ("line", "named", "written"),
    [
        ("crc setup --host me@lab:2222 --yes", "osk crc start", "osk crc start --host me@lab:2222"),
        ("crc setup --host=me@lab", "osk crc start --trust", "osk crc start --trust --host me@lab"),
        ("crc status --host me@lab", "osk crc tunnel --host you@lab", "osk crc tunnel --host you@lab"),
        ("crc start --host me@lab", "osk deploy", "osk deploy"),
        ("host nfs up --host me@lab", "osk crc start", "osk crc start"),
        ("crc start", "osk crc stop", "osk crc stop"),
        ("up --host me@lab", "osk crc start", "osk crc start --host me@lab"),
        ("crc start --host me@lab", "osk up", "osk up --host me@lab"),
        ("stop --host=me@lab", "osk start", "osk start --host me@lab"),
        ("doctor --host me@lab", "osk status", "osk status"),
    ],
)
def test_the_machine_stays_the_one_that_was_named(line: str, named: str, written: str) -> None:
    """For the commands that are about the same machine, and no others."""
    assert written == remedies(Scope(), line).command(named)


def test_osk_is_called_as_it_was() -> None:
    """Where the shell does not find osk, its remedies name the path that it was called by."""
    called = Remedies(Scope(), ("rehearse",), ".venv/bin/osk")

    assert ".venv/bin/osk rehearse --keep" == called.command("osk rehearse --keep")
    assert ".venv/bin/osk rehearse" == called.line


def test_every_part_of_an_answer_is_completed() -> None:
    """Problems of steps and runs, what to do next, documents and texts all name commands that can be typed."""
    given = remedies(Scope(rehearsal="default"))
    problem = Problem("OSK0000", "It fails", advice=(Advice("See `osk plan`", "osk status"),))
    advice = Advice("See `osk plan --rehearsal`", "osk status --rehearsal")

    step = given.event(StepFinished(0.0, "a", Outcome.FAILED, 1.0, problem))
    run = given.event(RunFinished(0.0, Outcome.FAILED, ExitCode.FAILED, 1.0, (problem,), ("osk plan",)))
    document = given.document([{"command": "osk status", "advice": {"text": "`osk plan`"}, "note": "osk a"}])

    assert isinstance(step, StepFinished)
    assert step.problem
    assert step.problem.advice == (advice,)
    assert isinstance(run, RunFinished)
    assert (run.problems[0].advice, run.next) == ((advice,), ("osk plan --rehearsal",))
    assert document == [
        {
            "command": "osk status --rehearsal",
            "advice": {"text": "`osk plan --rehearsal`"},
            "note": "osk a",
        }
    ]
    assert given.text("do:\n  → osk status\nosk is") == "do:\n  → osk status --rehearsal\nosk is"
