"""The shipped catalogue together with folders of the user's own."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem


def read(folders: Iterable[Path]) -> Mapping[str, str]:
    """Read every file by its path in its catalogue; a later folder's file takes the place of an earlier one's."""
    found = dict(files.catalogue())
    for folder in folders:
        if not folder.is_dir():
            raise _missing(folder)
        found |= files.catalogue(folder)
    return found


def _missing(folder: Path) -> OskError:
    problem = Problem(
        code="OSK1010",
        summary="The folder of `--catalog` is not there",
        subject=str(folder),
        advice=(
            Advice("Name a folder that is laid out like the shipped catalogue", page="docs/components.md"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.USAGE)
