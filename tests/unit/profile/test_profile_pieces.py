"""One mapping of a profile's text, taken out to be edited and put back."""

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import pieces
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.sources import Source

NOVA = ("controlplane", "services", "nova")
TEXT = """\
# top
controlplane:
  services:
    nova:   # mine
      # how many
      replicas: 3   # odd
      config: |
        [DEFAULT]

        debug = true
      # until here

    # of glance
    glance: {replicas: 2}   # two
  galera: {}
name: lab
"""
PIECE = """\
# how many
replicas: 3   # odd
config: |
  [DEFAULT]

  debug = true
# until here
"""


def test_a_piece_with_its_comments() -> None:
    """It begins in the first column, and what is said of the next key stays with that."""
    assert PIECE == pieces.taken(TEXT, NOVA)


@pytest.mark.parametrize("name", ["nova", "glance"])
def test_back_as_it_was(name: str) -> None:
    """A piece that was not changed says what it said; line by line it leaves every byte."""
    path = (*NOVA[:2], name)
    made = pieces.put(TEXT, path, pieces.taken(TEXT, path))

    assert parse(Source("", TEXT)).values == parse(Source("", made.text)).values
    assert (made.text == TEXT) is (name == "nova")


def test_new_lines_and_comments() -> None:
    """Everything that was written is there, as far in as the place asks for, and nothing else changes."""
    made = pieces.put(TEXT, NOVA, "# changed\nreplicas: 1\nspec:\n  apiTimeout: 60  # s")

    assert made.text == TEXT.replace(
        "".join(f"      {line}\n" if line else "\n" for line in PIECE.splitlines()),
        "      # changed\n      replicas: 1\n      spec:\n        apiTimeout: 60  # s\n",
    )
    assert (5, 6) == (made.first, made.column)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", NOVA, "controlplane:\n  services:\n    nova:\n      a: 1  # c\n"),
        ("name: lab", NOVA, "name: lab\ncontrolplane:\n  services:\n    nova:\n      a: 1  # c\n"),
        (
            "controlplane:\n  galera: {}  # none\nname: lab\n",
            NOVA,
            "controlplane:\n  galera: {}  # none\n  services:\n    nova:\n      a: 1  # c\nname: lab\n",
        ),
        (
            "controlplane:\n  galera: {}  # none\nname: lab\n",
            ("controlplane", "galera"),
            "controlplane:\n  galera:  # none\n    a: 1  # c\nname: lab\n",
        ),
        (
            "controlplane:\n  galera:\n",
            ("controlplane", "galera"),
            "controlplane:\n  galera:\n    a: 1  # c\n",
        ),
        (
            "controlplane:\n  galera: {a: 2}",
            ("controlplane", "galera"),
            "controlplane:\n  galera:\n    a: 1  # c\n",
        ),
        (
            "controlplane: {services: {nova: {a: 3}, heat: {}}}\n",
            NOVA,
            "controlplane: {services: {nova: {a: 1}, heat: {}}}\n",
        ),
        ("controlplane: {galera: {}}\n", NOVA, "controlplane: {galera: {}, services: {nova: {a: 1}}}\n"),
    ],
)
def test_where_there_was_none(text: str, path: tuple[str, ...], expected: str) -> None:
    """A place is made below what is there; in brackets what is said goes in without its comments."""
    assert expected == pieces.put(text, path, "a: 1  # c\n").text


@pytest.mark.parametrize("piece", ["", "\n", "# nothing any more\n"])
def test_all_of_it_taken_out(piece: str) -> None:
    """The key goes with it, as it would remove what is inherited if it stood there alone."""
    made = pieces.put(TEXT, NOVA, piece).text

    assert "nova" not in made
    assert parse(Source("", made)).values["controlplane"]["services"] == {"glance": {"replicas": 2}}
    assert "name: lab\n" == pieces.put("name: lab\n", NOVA, piece).text


def test_what_reaches_out_of_its_place() -> None:
    """A quote that is not closed here and ends where another begins would change what stands below."""
    text = 'a:\n  b: 1\nc: "x\' #"\n'

    with pytest.raises(OskError, match="reaches out of its place") as caught:
        pieces.put(text, ("a",), "b: '1\n")

    assert "OSK1439" == caught.value.problems[0].code


def test_what_cannot_be_read_is_for_the_loading_to_say() -> None:
    """The text is made all the same, so that the mistake has its line in it."""
    made = pieces.put(TEXT, NOVA, "replicas: [3\n")

    assert "      replicas: [3\n" in made.text
    assert 5 == made.first
