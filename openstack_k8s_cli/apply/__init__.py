"""The engine: drives a plan to Ready. Loaded by who calls `run`; who makes a plan needs its words alone."""

from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.apply.options import Judge, Options, SecretValues

if TYPE_CHECKING:
    from openstack_k8s_cli.apply.shell import run

__all__ = ["Judge", "Options", "SecretValues", "run"]


def __getattr__(name: str) -> Any:
    if name != "run":
        raise AttributeError(name)
    from openstack_k8s_cli.apply import shell  # noqa: PLC0415

    return shell.run
