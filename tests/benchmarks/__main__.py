"""`python -m tests.benchmarks [PART...]`: osk beside other ways of doing the same, in the same run, as Markdown tables."""

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from openstack_k8s_cli.rehearsal import directories, lifecycle
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.rehearsal.options import Options, Pace
from tests.benchmarks import deployment, loop
from tests.cluster.commands import Osk, at_home

Report = Callable[[Osk, Rehearsal, Callable[[str], object]], tuple[str, str]]
_PARTS: dict[str, tuple[Pace, Report]] = {
    "deployment": (Pace.INSTANT, deployment.report),
    "loop": (Pace.FAST, loop.report),
}


def main(words: list[str]) -> int:
    """Measure the parts that are named, or all, each on a cluster of its own; print; fail where a figure may not be."""
    wrong = [problem for part in words or _PARTS if (problem := _measured(*_PARTS[part]))]
    for problem in wrong:
        _tell(problem)
    return bool(wrong)


def _measured(pace: Pace, report: Report) -> str:
    with tempfile.TemporaryDirectory() as folder:
        places = Places(cache=directories.places().cache, state=Path(folder) / "clusters")
        options = Options(pace=pace)
        with lifecycle.running("bench", options=options, places=places, progress=_tell) as cluster:
            text, problem = report(at_home(Path(folder) / "home", places.state), cluster, _tell)
    sys.stdout.write(f"{_circumstances()}\n\n{text}\n\n")
    return problem


def _circumstances() -> str:
    """Say when and where; the load is that of the last minute, which includes what was measured."""
    host = f"{os.cpu_count()} processors (load {os.getloadavg()[0]:.1f}), Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {host}"


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
