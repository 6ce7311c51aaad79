"""The entry point: the root of the command tree, signals and streams."""

import gc
import os
import sys
from typing import Annotated, Any, TextIO

import typer
from typer._completion_classes import completion_init
from typer.main import get_command

import openstack_k8s_cli
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.cli.session import Session, bounded
from openstack_k8s_cli.cli.signals import Listener, Stopped
from openstack_k8s_cli.cli.tree import Tree, examples

COMPLETE = "_OSK_COMPLETE"
_YOUNG = 100_000
"""Objects until garbage is looked for: at the usual 700 that takes a tenth of a command's time, most of it while modules load."""

app = typer.Typer(
    cls=Tree,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"osk {openstack_k8s_cli.__version__}\n")
        raise typer.Exit


@app.callback(
    epilog=examples(
        "osk init                      # a profile to start from",
        "osk plan all                  # what a deployment would change",
        "osk deploy all                # bring everything to Ready; safe to repeat",
        "osk rehearse                  # the same on a rehearsal cluster on this machine",
    )
)
def root(
    *,
    version: Annotated[  # its callback does the work
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit")
    ] = False,
) -> None:
    """Install OpenStack on Kubernetes: one profile, one plan, driven to Ready."""


def run() -> None:
    """Run osk as the process's program."""
    gc.set_threshold(_YOUNG)
    open_closed(sys)
    for stream in (sys.stdout, sys.stderr):
        _tolerate(stream)
    if COMPLETE in os.environ:
        completion_init()
    try:
        Listener().install()
        bounded(_whole, scope=Scope(), command="osk")
    except Stopped as stopped:  # before or behind what a command does
        sys.exit(stopped.code)


def _whole(_session: Session) -> None:
    get_command(app)(prog_name="osk")


def open_closed(streams: Any) -> None:
    """Open what the caller has closed, before a file of osk's own takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(streams, name) is None:
            setattr(streams, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # for all of the run


def _tolerate(stream: TextIO) -> None:
    """Let a terminal that lacks a character show a question mark instead."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
