"""osk as a process: what it loads, pipes, completion, logs."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

import openstack_k8s_cli

OSK = [sys.executable, "-m", "openstack_k8s_cli"]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give a plain environment, with the place of a checkout that is not the installed one."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(home), "TERM": "dumb", **more}


def osk(home: Path, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run osk."""
    return subprocess.run(
        [*OSK, *args], env=environment(home, **more), cwd=home, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "line", ["--help", "--version", "deploy --help", "rehearse --help", "-p crc deploy --help"]
)
def test_help_loads_nothing_heavy(tmp_path: Path, line: str) -> None:
    """Help and version load neither the Kubernetes client nor pydantic, jinja2, ansible or rich."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "openstack_k8s_cli", *line.split()],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {row.rpartition("|")[2].strip().partition(".")[0] for row in done.stderr.splitlines()}

    assert set() == loaded & {
        "kubernetes",
        "pydantic",
        "jinja2",
        "ansible",
        "ansible_runner",
        "rich",
        "ruamel",
        "aiohttp",
        "cryptography",
    }


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """`osk profile schema | head -c1` is quiet, and osk's own exit status is 0."""
    process = subprocess.Popen(
        [*OSK, "profile", "schema"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.close()
    assert process.stderr

    assert "" == process.stderr.read()
    assert 0 == process.wait()
    process.stderr.close()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("osk dep", {"deploy"}),
        ("osk deploy oper", {"operators"}),
        ("osk deploy operators/met", {"operators/metallb"}),
        ("osk deploy metal", {"metallb"}),
        ("osk deploy --from netc", {"netconfig"}),
        ("osk render --component cert", {"cert-manager"}),
        ("osk -p c", {"crc"}),
        ("osk -p arch", {"architectures/hci"}),
        ("osk profile ex", {"explain"}),
        ("osk teardown contr", {"controlplane"}),
        ("osk render --component operators/cert", {"operators/cert-manager"}),
        ("osk hosts ssh edpm-c", {"edpm-compute-0"}),
        ("osk hosts remove edpm-c", {"edpm-compute-0"}),
        ("osk dev reset nova key", {"keystone", "keystone-api"}),
        ("osk dev image nova quay", {"quay.io/openstack-k8s-operators/nova-operator"}),
        ("osk dev service-image nova-", {"nova-api", "nova-scheduler"}),
        ("osk redeploy plac", {"placement"}),
        ("osk --kube", {"--kubeconfig"}),
        ("osk deploy --kube", {"--kubeconfig"}),
    ],
)
def test_completes_names(tmp_path: Path, words: str, expected: set[str]) -> None:
    """Commands, layers, components, profiles and options are completed in bash."""
    typed = words.split()
    done = osk(tmp_path, _OSK_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(len(typed) - 1))

    assert expected <= set(done.stdout.split())
    assert all(each.startswith(typed[-1]) for each in done.stdout.split())


def test_completes_machines_of_the_profile_that_is_named(tmp_path: Path) -> None:
    """Hosts that osk makes, and their node sets; a profile that is not valid has none."""
    start = "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\ndataplane:\n  nodesets:\n"
    compute = "    compute: {count: 2, provision: {libvirt: {}}}\n    real: {name: 'real-{i}', address: 'ctlplane[150+{i}]'}\n"
    found = []
    for text in (start + compute, start + "    compute: [\n"):
        (tmp_path / "lab.yaml").write_text(text)
        words = f"osk hosts create -p {tmp_path / 'lab.yaml'} "
        done = osk(tmp_path, _OSK_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD="5")
        found.append(done.stdout.split())

    assert [["compute", "edpm-compute-0", "edpm-compute-1"], []] == found


def test_completes_only_profiles_that_can_be_named(tmp_path: Path) -> None:
    """What is under every profile is none to choose."""
    done = osk(tmp_path, _OSK_COMPLETE="complete_bash", COMP_WORDS="osk -p ", COMP_CWORD="2")

    assert {"crc"} <= set(done.stdout.split())
    assert not {"base", "architectures/base"} & set(done.stdout.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_back(tmp_path: Path, shell: str) -> None:
    """Each shell has a script that calls osk back."""
    script = osk(tmp_path, "completion", shell).stdout

    assert "_OSK_COMPLETE" in script
    assert f"complete_{shell}" in script


@pytest.mark.parametrize(
    "check",
    [
        pytest.param(
            check, id=check[0], marks=pytest.mark.skipif(not which(check[0]), reason="not installed")
        )
        for check in (["bash", "-n"], ["zsh", "-n"], ["fish", "--no-execute"])
    ],
)
def test_completion_scripts_are_accepted_by_their_shell(tmp_path: Path, check: list[str]) -> None:
    """Each shell that is here parses its script, and refuses one that is cut."""
    script = tmp_path / "script"
    whole = osk(tmp_path, "completion", check[0]).stdout

    script.write_text(whole)
    accepted = subprocess.run([*check, str(script)], capture_output=True, text=True, check=False)
    script.write_text(whole + "\nif (")
    refused = subprocess.run([*check, str(script)], capture_output=True, text=True, check=False)

    assert (0, "") == (accepted.returncode, accepted.stderr)
    assert 0 != refused.returncode


@pytest.mark.skipif(not which("bash"), reason="not installed")
def test_the_completion_works_in_bash(tmp_path: Path) -> None:
    """A bash that has read the script completes a line by asking osk."""
    program = tmp_path / "osk"
    program.write_text(f'#!/bin/sh\nexec {" ".join(OSK)} "$@"\n')
    program.chmod(0o755)
    (tmp_path / "script").write_text(osk(tmp_path, "completion", "bash").stdout)
    line = "source ./script; COMP_WORDS=(osk tear); COMP_CWORD=1; $(complete -p osk | awk '{print $(NF-1)}') osk; echo ${COMPREPLY[@]}"

    done = subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path,
        env=environment(tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("teardown\n", "") == (done.stdout, done.stderr)


def test_the_log_goes_where_it_is_asked_for(tmp_path: Path) -> None:
    """--log-file has what osk says of itself; a file that cannot be written is exit status 2."""
    osk(tmp_path, "profile", "validate", "nothing", "--log-file", "osk.log")

    assert (tmp_path / "osk.log").is_file()
    assert 2 == osk(tmp_path, "version", "--log-file", "no/such/folder.log").returncode


def test_characters_that_a_terminal_lacks_are_no_error(tmp_path: Path) -> None:
    """In a locale without them, arrows and dots become question marks."""
    done = osk(tmp_path, "profile", "show", "nothing", PYTHONIOENCODING="ascii")

    assert 2 == done.returncode
    assert "OSK0103" in done.stderr


@pytest.mark.parametrize(("program", "ends"), [("/bin/osk", True), ("/bin/other", False)])
def test_a_signal_while_osk_loads_shows_no_traceback(program: str, *, ends: bool) -> None:
    """Ctrl-C in the first moments ends the program `osk` at once; other programs' signals are not touched."""
    code = (
        "import signal, sys; signal.signal(2, signal.default_int_handler);"
        f" sys.argv = [{program!r}]; import openstack_k8s_cli; print(signal.getsignal(2) == signal.SIG_DFL)"
    )
    home = Path(openstack_k8s_cli.__file__).parents[1]

    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=home
    )

    assert done.stdout == f"{ends}\n"
