"""A service's part of a profile as it is edited."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import Problem
from openstack_k8s_cli.profile import pieces, servicepieces
from openstack_k8s_cli.profile.loading import Loaded, load
from openstack_k8s_cli.profile.sources import Source

MINE = """\
apiVersion: osk/v1
kind: Profile
name: lab
extends: [base]
controlplane:
  services:
    nova:
      # many
      replicas: 3
"""
BASE = """\
apiVersion: osk/v1
kind: Profile
name: base
extends: [crc]
controlplane:
  galera: {storage: 12G}
  services:
    nova: {database: other, replicas: 2, cells: {cell0: {}, cell1: {}}}
"""
SOURCE = Source("lab.yaml", MINE, "lab.yaml")


class _Both(ProfileFiles):
    """These two texts, and the shipped ones below them."""

    def read(self, name: str, relative_to: str | None) -> Source:
        """Read one."""
        texts = {"lab": SOURCE, "base": Source("base.yaml", BASE, "base")}
        return texts[name] if name in texts else super().read(name, relative_to)


def loaded() -> Loaded:
    """Load the profile."""
    return load("lab", reader=_Both())


def test_what_is_said_and_what_is_inherited() -> None:
    """The file's own lines with their comments, and as comments what others say, with the place and without what is not set."""
    text = servicepieces.text("nova", SOURCE, loaded())

    assert text.endswith("\n# many\nreplicas: 3\n")
    assert '#|   database: "other"   (base.yaml:8:22)\n' in text
    assert "#|   enabled: true   (default)\n" in text
    assert '#|   cells.cell1.bus: "rabbitmq-cell1"   (derived)\n' in text
    assert "#|   not set: config, " in text
    assert "replicas" not in text.partition("#|   enabled")[2].partition("not set")[0]


def test_the_databases_have_a_place_of_their_own() -> None:
    """They are no service of the catalogue and can be edited all the same."""
    text = servicepieces.text("galera", SOURCE, loaded())

    assert text.startswith("#| controlplane.galera of lab.yaml:")
    assert '#|   storage: "12G"   (base.yaml:6:21)\n' in text


def test_a_profile_that_is_not_valid() -> None:
    """Nothing is known of what it inherits; its own lines can be mended."""
    text = servicepieces.text("nova", SOURCE, None)

    assert "elsewhere" not in text
    assert text.endswith("# many\nreplicas: 3\n")


def test_what_is_wrong_comes_with_the_lines_that_were_edited() -> None:
    """It stands above them, and is taken out with osk's other lines."""
    text = servicepieces.text("nova", SOURCE, None, own="replicas: x\n", wrong=("error", "  at line 1"))

    assert "#| This has to be mended first:\n#|   error\n#|     at line 1\nreplicas: x\n" in text
    assert "replicas: x\n" == servicepieces.read(text).piece


@pytest.mark.parametrize(
    ("subject", "place"),
    [
        ("lab.yaml:8:7", "line 3, column 1, in the editor"),
        ("lab.yaml:9:17", "line 5, column 11, in the editor"),
        ("lab.yaml:9", "line 5, column 1, in the editor"),
        ("lab.yaml:1:1", "lab.yaml:1:1"),
        ("lab.yaml:10:1", "lab.yaml:10:1"),
        ("base.yaml:8:7", "base.yaml:8:7"),
        (None, None),
    ],
)
def test_the_place_of_a_problem(subject: str | None, place: str | None) -> None:
    """One in the lines that were edited has the editor's line; any other keeps its own."""
    back = servicepieces.read("#| a\n#| b\n# many\n#| c\nreplicas: many\n")
    put = pieces.put(MINE, servicepieces.home("nova"), back.piece)

    assert place == back.at(Problem("OSK0108", "no number", subject), SOURCE, put).subject
