"""What `osk test` does: the profile's tests as a run, and kuttl as a program beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.model.events import Event

KUTTL = "kuttl"
_TESTS = Path("test") / "kuttl" / "tests"
_SUITES = Path("test") / "kuttl" / "suites"
"""Where telemetry's are."""
_CONFIG = "kuttl-test.yaml"


@dataclass(frozen=True, slots=True)
class Suite:
    """What kuttl is to run."""

    words: tuple[str, ...]
    folder: Path | None
    config: Path | None
    output: Path | None

    @property
    def service(self) -> str | None:
        """Name the service, which names the namespace."""
        return self.words[0] if self.words and not self.words[0].startswith("-") else None

    @property
    def options(self) -> tuple[str, ...]:
        """Give what kuttl itself is told."""
        return self.words[1:] if self.service else self.words


def events(session: "Session", name: str, folder: Path, *, keep: bool) -> "Iterator[Event]":
    """Run a test of the profile; its results go into a folder."""
    from openstack_k8s_cli.adapters.results import Results
    from openstack_k8s_cli.model.events import PlanMade
    from openstack_k8s_cli.workflows.testing import objects, running

    work = session.work
    objects.check(name, work.loaded.values["tests"])
    for event in work.drive(
        lambda world, options: running.run(world, name, Results(folder), options, keep=keep)
    ):
        yield event
        if isinstance(event, PlanMade):
            printing.tell(f"results: {folder}")


def kuttl(session: "Session", suite: Suite) -> ExitCode:
    """Run kuttl as install_yamls does; its own exit status decides."""
    from openstack_k8s_cli.adapters import kuttl as program
    from openstack_k8s_cli.adapters.hooks import pointing
    from openstack_k8s_cli.rehearsal import lifecycle

    arguments = _arguments(suite)
    scope = session.scope
    file = str(lifecycle.kubeconfig(scope.rehearsal)) if scope.rehearsal else scope.kubeconfig
    environment = {**session.environment, **pointing(file, None)}
    code = program.run(arguments, environment=environment)
    return ExitCode.FAILED if code else ExitCode.DONE


def refuse(words: Sequence[str] | None) -> None:
    """Refuse words that only kuttl takes."""
    if words:
        problem = Problem(
            "OSK0838",
            f"`{words[0]}` is one word too many",
            advice=(Advice("One test at a time; how it runs is said under `tests`", page="docs/testing.md"),),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)


def _arguments(suite: Suite) -> list[str]:
    tests, config = _places(suite)
    namespace = [] if suite.service is None else ["--namespace", f"{suite.service}-kuttl-tests"]
    output = [] if suite.output is None else ["--artifacts-dir", str(suite.output), "--report", "xml"]
    return [
        "test",
        *(["--config", str(config)] if config else []),
        str(tests),
        *namespace,
        *output,
        *suite.options,
    ]


def _places(suite: Suite) -> tuple[Path, Path | None]:
    """Find the tests and the configuration in an operator's repository, or take them as they are given."""
    folder = suite.folder or Path()
    inside = next((folder / each for each in (_TESTS, _SUITES) if (folder / each).is_dir()), None)
    if suite.folder is None and inside is None:
        raise _no_suite("No suite is named, and this folder has none", suite)
    if not folder.is_dir():
        raise _no_suite(f"The folder `{folder}` is not there", suite)
    own = folder / _CONFIG
    return inside or folder, suite.config or (own if own.is_file() else None)


def _no_suite(summary: str, suite: Suite) -> OskError:
    service = suite.service or "keystone"
    advice = Advice(
        "Name the operator's repository, or a folder of tests",
        f"osk test kuttl {service} --suite {service}-operator",
    )
    return OskError(Problem("OSK0837", summary, advice=(advice,)), exit_code=ExitCode.USAGE)
