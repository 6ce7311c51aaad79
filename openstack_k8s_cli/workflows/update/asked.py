"""What an update is asked for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """Choices of the command."""

    to: str | None = None
    """The version; None: the newest that the operator offers."""
    pause_after: str | None = None
    """The stage after which to end."""
    split: bool = False
    """Update the services of the hosts first, and their packages once the version is deployed."""
    kpatch: bool = False
    """Have the kernel of the hosts patched while it runs."""
    reboot: bool = False
    """Reboot the hosts at the end, one node set after another."""
    keep_images: bool = False
    """Go on although images of one's own stand in for some of the new version."""
    without_hosts: bool = False
    """Go on although the operator may wait for hosts that are not there."""
    again: str = ""
    """The command line that goes on after a pause."""
