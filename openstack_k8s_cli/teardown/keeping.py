"""What a teardown leaves."""

from enum import StrEnum
from typing import assert_never

from openstack_k8s_cli.model.steps import Fate


class Keep(StrEnum):
    """What survives; the words of `--keep`."""

    DATA = "data"
    """The databases' volumes, and the passwords without which they are of no use."""
    IDENTITY = "identity"
    """Those, and Keystone's keys, without which stored credentials cannot be read."""
    NOTHING = "nothing"


def survives(fate: Fate, keep: Keep) -> bool:
    """Say whether an object with a fate of its own stays."""
    match fate:
        case Fate.DELETE:
            return False
        case Fate.KEEP:
            return True
        case Fate.DATA | Fate.IDENTITY:
            return keep is not Keep.NOTHING
        case _:
            assert_never(fate)
