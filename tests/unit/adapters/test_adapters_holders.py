"""Holders of leases: named so that a later run can tell whether they ended."""

import subprocess
import sys

import pytest

from openstack_k8s_cli.adapters import holders

ASK = "from openstack_k8s_cli.adapters import holders; print(holders.holder())"


def test_a_process_that_ended_is_dead() -> None:
    """The name of a process that is no more is that of a dead holder."""
    name = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True).stdout

    assert holders.is_dead(name.strip())


def test_a_living_process_is_not_dead() -> None:
    """This process is not taken for dead."""
    assert not holders.is_dead(holders.holder())


@pytest.mark.parametrize("word", [0, 1, 3])
def test_in_doubt_a_holder_lives(word: int) -> None:
    """A name that lacks a word, or is of another place, says nothing about this machine's processes."""
    name = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True).stdout
    words = name.split()

    assert not holders.is_dead(" ".join(words[:word] + words[word + 1 :]))
    assert not holders.is_dead(" ".join([*words[:3], "elsewhere"]))
    assert not holders.is_dead("")
