"""Every command of osk, and how a command line is parsed."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from openstack_k8s_cli.cli.main import app

NEEDED = {
    ("crc", "snapshot", "create"): ["before"],
    ("crc", "snapshot", "restore"): ["before"],
    ("crc", "snapshot", "delete"): ["before"],
    ("dataplane", "import"): ["hosts.ini"],
    ("dev", "image"): ["nova", "quay.io/me/nova-operator:fix"],
    ("dev", "run"): ["nova", "."],
    ("dev", "service-image"): ["nova-api", "quay.io/me/nova-api:fix"],
    ("dev", "build"): ["nova", "."],
    ("dev", "mount"): ["neutron", "."],
    ("dev", "ansible"): ["."],
    ("edit",): ["nova"],
    ("hosts", "add"): ["compute"],
    ("hosts", "remove"): ["edpm-compute-0"],
    ("hosts", "ssh"): ["edpm-compute-0"],
    ("profile", "explain"): ["networks"],
    ("profile", "diff"): ["crc", "ha"],
    ("profile", "import", "architecture"): ["examples"],
    ("profile", "set"): ["name", "lab"],
    ("redeploy",): ["nova"],
    ("secrets", "show"): ["osp-secret/AdminPassword"],
    ("secrets", "rotate"): ["osp-secret/AdminPassword"],
    ("completion",): ["bash"],
    ("teardown",): ["all"],
    ("test",): ["tempest"],
}
"""Arguments that a command cannot do without."""


def leaves() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Walk over every command that is no group, with the words that name it."""
    yield from _leaves(get_command(app), ())


def _leaves(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "list_commands"):
        yield words, command
        return
    context = command.context_class(command, info_name="osk") if hasattr(command, "context_class") else None
    for name in command.list_commands(context):
        yield from _leaves(command.get_command(context, name), (*words, name))


def parsed(*args: str) -> dict[str, Any]:
    """Parse a command line down to its last command, without running it; gives that command's parameters."""
    command: Any = get_command(app)
    context = command.make_context("osk", list(args))
    while hasattr(context.command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        name, command, rest = context.command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
    return dict(context.params)
