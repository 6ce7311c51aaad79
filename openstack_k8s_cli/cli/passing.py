"""Words that a command hands on: osk's own options among them are refused, for whoever gets them does not know them."""

import shlex
from collections.abc import Sequence

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_OURS = ("--rehearsal", "--kubeconfig")
"""Options that neither the OpenStack client has nor anything that is run on hosts; others may be meant as they stand."""


def check(words: Sequence[str], *, before: Sequence[str], first: bool = False) -> None:
    """Refuse osk's options in what is handed on; `before` is the command as far as it, `first`: it begins with no option."""
    own = [at for at, word in enumerate(words) if word.partition("=")[0] in _OURS]
    if not own and not (first and words[:1] and words[0].startswith("-") and words[0] != "--"):
        return
    until = words.index("--") if "--" in words else len(words)
    if own and own[0] > until:
        return
    at = own[0] if own else 0
    width = 2 if words[at] == "--kubeconfig" else 1
    option, rest = words[at : at + width], [*words[:at], *words[at + width :]]
    command = shlex.join([*before[:-1], *option, before[-1], *rest])
    problem = Problem(
        "OSK1195",
        f"`{words[at]}` stands where all is handed on, and would not be osk's option there",
        shlex.join([*before, *words]),
        None,
        (Advice("Put it first", command),),
    )
    raise OskError(problem, exit_code=ExitCode.USAGE)
