"""A few hosts may fail (`dataplane.failure.maxPercent`): real Ansible, over plays whose keywords are edpm-ansible's."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ssh import podruns
from tests.ssh.machines import Machine
from tests.ssh.podruns import Printed
from tests.ssh.servers import Keys, Servers
from tests.unit.render.rendered import manifests, steps

HOSTS = ("h0", "h1", "h2", "h3", "h4")
FAILS: Mapping[str, Any] = {"fails": True}
GONE: Mapping[str, Any] = {"ansible_port": podruns.GONE}
PERCENT = 20


class Lab:
    """Five hosts, and what a node set of osk's has for Ansible."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.keys, self.runs = folder, Keys.made(), 0
        self.servers = Servers(folder, self.keys)
        self.servers.start([Machine(name) for name in HOSTS])
        overlay = f"dataplane: {{failure: {{maxPercent: {PERCENT}}}}}"
        found = {name: each.body for name, each in manifests(steps("crc", overlay=overlay)).items()}
        spec = found["OpenStackDataPlaneNodeSet openstack/openstack-edpm-ipam"]["spec"]
        self.vars = {
            key: value
            for key, value in spec["nodeTemplate"]["ansible"]["ansibleVars"].items()
            if key.startswith(("edpm_any", "edpm_max"))
        }
        (mount,) = spec["nodeTemplate"]["extraMounts"]
        assert (
            "/usr/share/ansible/plugins/strategy" == mount["mounts"][0]["mountPath"]
        )  # Ansible's own default
        name = mount["volumes"][0]["configMap"]["name"]
        (folder / "strategy").mkdir()
        for file, text in found[f"ConfigMap openstack/{name}"]["data"].items():
            (folder / "strategy" / file).write_text(text)
        self.settings = {each["name"]: each["value"] for each in spec["env"]}
        self.settings["ANSIBLE_STRATEGY_PLUGINS"] = str(folder / "strategy")

    def run(
        self, settings: Mapping[str, str], *, playbook: str = "tolerant.yaml", **hosts: Mapping[str, Any]
    ) -> Printed:
        """Run plays over all hosts; `hosts` has what is wrong with some."""
        self.runs += 1
        told = {name: hosts.get(name, {}) for name in HOSTS}
        folder = self.folder / f"run-{self.runs}"
        more = {"settings": settings, "vars_": self.vars}
        return podruns.run(folder, self.keys, self.servers, told, playbook=playbook, **more)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start hosts."""
    made = Lab(tmp_path_factory.mktemp("hosts"))
    yield made
    made.servers.stop()


def test_variables_alone_do_not_help(lab: Lab) -> None:
    """To Ansible a template of any_errors_fatal is true whatever it says (ansible/ansible#61025)."""
    said = lab.run({}, h0=FAILS)

    assert 0 != said.status
    assert "TASK [Restart]" not in said.text


@pytest.mark.parametrize("wrong", [FAILS, GONE], ids=["fails", "does not answer"])
def test_the_others_go_on_without_a_few(lab: Lab, wrong: Mapping[str, Any]) -> None:
    """One of five at 20 percent: the pod ends well, which is what lets the node set go on."""
    said = lab.run(lab.settings, h0=wrong)

    assert 0 == said.status, said.text
    assert "TASK [Restart]" in said.text


@pytest.mark.parametrize("wrong", [FAILS, GONE], ids=["fail", "do not answer"])
def test_more_than_that_is_a_failure(lab: Lab, wrong: Mapping[str, Any]) -> None:
    """Two of five."""
    assert 0 != lab.run(lab.settings, h0=wrong, h1=wrong).status
