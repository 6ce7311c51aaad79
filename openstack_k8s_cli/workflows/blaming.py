"""Where in the profile the reason stands for what only came up when templates were rendered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.profile import layers, paths
from openstack_k8s_cli.profile.layers import Origin
from openstack_k8s_cli.workflows.world import Loaded

_MISSING = "OSK0210"
_BUILT_IN = "profile "


@contextmanager
def placed(loaded: Loaded) -> Iterator[None]:
    """Add to problems the lines of the profile that may have made them."""
    try:
        yield
    except OskError as error:
        problems = (_placed(each, loaded) for each in error.problems)
        raise OskError(*problems, exit_code=error.exit_code) from error


def _placed(problem: Problem, loaded: Loaded) -> Problem:
    origin = loaded.provenance.get(problem.subject or "")
    if origin is not None:
        return replace(problem, subject=str(origin))
    if problem.code == _MISSING and (taken := ", ".join(_taken_out(loaded))):
        return replace(problem, detail=f"Taken out are: {taken}")
    return problem


def _taken_out(loaded: Loaded) -> Iterator[str]:
    """Name what files of the user's set to null."""
    for path, origin in loaded.provenance.items():
        is_null = isinstance(origin, Origin) and origin.value is None
        if is_null and not f"{origin}".startswith(_BUILT_IN) and not layers.is_passed_on(paths.parse(path)):
            yield f"`{path}` ({origin})"
