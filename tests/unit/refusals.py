"""What is refused before anything is done."""

from collections.abc import Callable

import pytest

from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem


def refused(action: Callable[[], object]) -> tuple[Problem, ...]:
    """Give the problems that a call raises, all of them with advice and exit code 2."""
    with pytest.raises(OskError) as caught:
        action()
    assert caught.value.exit_code is ExitCode.USAGE
    assert all(problem.advice for problem in caught.value.problems)
    return caught.value.problems
