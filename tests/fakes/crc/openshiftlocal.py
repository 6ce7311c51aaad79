"""How `crc` behaves: crc-org/crc (main, July 2026), cmd/crc/cmd and pkg/crc/{config,preflight,machine,validation}.

Its answers without a machine were recorded from the real program; those with one are from its source, as the machine's
making (pkg/libmachine/persist/filestore.go; https://github.com/crc-org/machine-driver-libvirt, pkg/libvirt/libvirt.go).
"""

import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.crc import kubeconfigs

_DEFAULTS = {"openshift": (4, 10752), "okd": (4, 10752), "microshift": (2, 4096)}
_NUMBERS = {"cpus", "memory", "disk-size"}
_BOOLEANS = {
    "disable-update-check",
    "enable-cluster-monitoring",
    "modify-hosts-file",
    "enable-shared-dirs",
    "skip-check-daemon-systemd-unit",
    "skip-check-daemon-systemd-sockets",
}
_TEXTS = {"bundle", "nameserver", "http-proxy", "https-proxy", "no-proxy", "consent-telemetry"}
_PATHS = {"pull-secret-file", "proxy-ca-file"}
_MISSING = "Machine does not exist. Use 'crc start' to create it"
_NOT_SET_UP = "crc does not seem to be setup correctly, have you run 'crc setup'?"
MACHINE = ".crc/machines/crc/config.json"
EXISTS = ".crc/machines/crc/.crc-exist"
"""Written at the end of a creation; without it crc says that there is no machine."""
KUBECONFIG = ".crc/machines/crc/kubeconfig"
PASSWORD = "Sx9dQ-u2Wpt-Kk3Zc-q8Rnv"
"""The kubeadmin password that crc makes itself; no command line may have it."""


class OpenshiftLocal:
    """One installation: `state` is what JSON can hold, `files` reads and writes below HOME."""

    def __init__(self, state: dict[str, Any], files: Any, env: Mapping[str, str]) -> None:
        self.env = env
        """Of which CRC_NAME stands for a setting, as pkg/crc/config/viper_config.go has it."""
        self.state = state
        self.files = files
        self.config: dict[str, str] = state["config"]
        self.out: list[str] = []
        self.err: list[str] = []

    def call(self, words: list[str]) -> int:  # noqa: PLR0911  # one case a command
        """Answer a command line."""
        command, *rest = words
        as_json = "-o" in rest or "--output" in rest
        plain = [each for each in rest if not each.startswith("-") and each != "json"]
        match command:
            case "version":
                version = self.state["version"]
                self.out.append(
                    json.dumps(
                        {
                            "version": version,
                            "commit": "1d5b4b",
                            "openshiftVersion": "4.22.1",
                            "microshiftVersion": "4.22.0",
                        }
                    )
                )
                return 0
            case "config":
                return getattr(self, f"_{plain[0]}")(*plain[1:])  # type: ignore[no-any-return]  # one of three
            case "status":
                return self._status()
            case "setup":
                return self._ended(self._setup(check_only="--check-only" in rest), as_json)
            case "start":
                return self._ended(self._start(), as_json)
            case "stop" | "delete" | "cleanup":
                return self._ended(getattr(self, f"_{command}")(), as_json)
            case "console":
                return self._console(as_json)
            case _:
                return self._refused(f"unknown command {command!r} for 'crc'")

    def _refused(self, text: str) -> int:
        self._log("error", text)
        return 1

    def _log(self, level: str, text: str) -> None:
        quoted = text.replace('"', '\\"')
        self.err.append(f'level={level} msg="{quoted}"')

    def _ended(self, error: str, as_json: bool) -> int:
        if as_json:
            self.out.append(json.dumps({"success": not error, **({"error": error} if error else {})}))
            return 0
        return self._refused(error) if error else 0

    @property
    def _preset(self) -> str:
        return self.config.get("preset", "openshift")

    def _default(self, name: str) -> str:
        cpus, memory = _DEFAULTS[self._preset]
        values = {"cpus": str(cpus), "memory": str(memory), "disk-size": "31", "preset": "openshift"}
        return values.get(
            name,
            {"network-mode": "user"}.get(
                name, "true" if name in {"modify-hosts-file", "enable-shared-dirs"} else ""
            ),
        )

    def _view(self) -> int:
        self.out += sorted(f"- {name:<38}: {value}" for name, value in self.config.items())
        return 0

    def _unset(self, name: str) -> int:
        self.config.pop(name, None)
        self.out.append(f"Successfully unset configuration property '{name}'")
        return 0

    def _set(self, name: str, value: str) -> int:
        if name not in {*_NUMBERS, *_BOOLEANS, *_TEXTS, *_PATHS, "preset", "network-mode"}:
            return self._refused(f"Configuration property '{name}' does not exist")
        reason = self._invalid(name, value)
        if reason:
            return self._refused(
                f"Value '{value}' for configuration property '{name}' is invalid, reason: {reason}"
            )
        if value == self._default(name) or (
            name in _BOOLEANS and value == "false" and not self._default(name)
        ):
            self.config.pop(name, None)
        else:
            self.config[name] = value
        if name == "preset":
            for each in ("memory", "cpus"):
                if each in self.config and self._invalid(each, self.config[each]):
                    del self.config[each]
                    self._log(
                        "warning",
                        f"Value for config setting '{each}' is invalid, resetting it to its default value",
                    )
        if name in {"preset", "network-mode", "bundle"}:
            self.state["set_up"] = False
        self.out.append(f"Successfully configured {name} to {value}")
        return 0

    def _invalid(self, name: str, value: str) -> str:  # noqa: PLR0911  # one rule a setting
        cpus, memory = _DEFAULTS[self._preset]
        if name == "preset":
            return "" if value in _DEFAULTS else "Unknown preset. Only [openshift okd microshift] are valid."
        if name == "network-mode":
            return "" if value in {"user", "system"} else "network mode should be either system or user"
        if name == "cpus":
            return "" if int(value) >= cpus else f"requires CPUs >= {cpus}"
        if name == "disk-size":
            return "" if int(value) >= 31 else "requires disk size in GiB >= 31"
        if name == "memory":
            return (
                self._too_much(int(value)) if int(value) >= memory else f"requires memory in MiB >= {memory}"
            )
        if name in _PATHS:
            return "" if self.files.has(value) else f"file '{value}' does not exist"
        return ""

    def _too_much(self, mebibytes: int) -> str:
        total = self.state["memory_kib"] * 1024
        if total >= mebibytes * 1024**2:
            return ""
        return f"only {total / 1e9:.4g}GB of memory found ({mebibytes * 1024**2 / 1e9:.4g}GB required)"

    def _status(self) -> int:
        if not self.state["set_up"] and not self.files.has(EXISTS):
            told: dict[str, Any] = {"success": False, "error": _NOT_SET_UP, "preset": ""}
        elif not self.files.has(EXISTS):
            told = {"success": False, "error": _MISSING, "preset": ""}
        else:
            running = self.state["running"]
            told = {
                "success": True,
                "crcStatus": "Running" if running else "Stopped",
                "openshiftStatus": self.state["openshift"] if running else "Stopped",
                "openshiftVersion": "4.22.1",
                "cacheUsage": 20 * 1024**3,
                "cacheDir": "/home/ada/.crc/cache",
                "preset": self._preset,
            }
            if running:
                told |= {
                    "diskUsage": 18 * 1024**3,
                    "diskSize": 110 * 1024**3,
                    "ramUsage": 9 * 1024**3,
                    "ramSize": 25 * 1024**3,
                }
        self.out.append(json.dumps(told))
        return 0

    def _setup(self, *, check_only: bool) -> str:
        if "consent-telemetry" not in self.config and not self.env.get("CRC_CONSENT_TELEMETRY"):
            self.out += [
                "CRC is constantly improving and we would like to know more about usage",
                "No worry, you can still enable telemetry manually",
            ]
            self.config["consent-telemetry"] = "no"
        self._log("info", "Using bundle path /home/ada/.crc/cache/crc_libvirt_4.22.1_amd64.crcbundle")
        for text in (
            "Checking if running as non-root",
            "Checking if Virtualization is enabled",
            "Checking if KVM is enabled",
            "Checking if libvirt is installed",
            "Checking if CRC bundle is extracted in '$HOME/.crc'",
        ):
            self._log("info", text)
        if self.state["uid"] == 0:
            return "crc should not be run as root"
        if self.state["set_up"]:
            return ""
        if check_only:
            return "crc-admin-helper executable is not cached"
        if self.state["fails"].get("setup"):
            return str(self.state["fails"]["setup"])
        self._log("info", "Downloading bundle: /home/ada/.crc/cache/crc_libvirt_4.22.1_amd64.crcbundle...")
        self._log("info", "Uncompressing /home/ada/.crc/cache/crc_libvirt_4.22.1_amd64.crcbundle")
        self.state["set_up"] = True
        if self.config.get("network-mode") == "system":
            self.state["networks"]["crc"] = "192.168.130.1/24"
        return ""

    def _start(self) -> str:
        if not self.state["set_up"]:
            return "crc-admin-helper executable is not cached"
        if self._preset != "okd" and "pull-secret-file" not in self.config:
            return "Failed to ask for pull secret: cannot ask for secret, crc not launched by a terminal"
        if not self.files.has(EXISTS) and (error := self._create()):
            return f"Error creating machine: {error}"
        if self.state["running"]:
            self._log("info", "A CRC VM for OpenShift 4.22.1 is already running")
            return ""
        return str(self.state["fails"].get("start") or self._boot())

    def _boot(self) -> str:
        self._log("info", "Starting CRC VM for openshift 4.22.1...")
        self._made(json.loads(self.files.read(MACHINE))["Driver"]["BundleName"])
        self.state["running"], self.state["openshift"] = True, "Unreachable"
        domain = self.state["domains"]["crc"]
        domain["interfaces"] = [*domain["interfaces"], *domain.pop("next", ())]
        domain["running"] = True
        if self.state["fails"].get("late"):
            return str(self.state["fails"]["late"])
        self._log("info", "Starting openshift instance... [waiting for the cluster to stabilize]")
        self.state["openshift"] = "Running"
        self.files.write(KUBECONFIG, _kubeconfig())
        self.files.write(".crc/machines/crc/kubeadmin-password", PASSWORD)
        self._log("info", "Adding crc-admin and crc-developer contexts to kubeconfig...")
        kubeconfigs.enter(self.files, self._preset)
        return ""

    def _create(self) -> str:
        self._log("info", "Creating CRC VM for OpenShift 4.22.1...")
        bundle = {"openshift": "crc", "okd": "crc_okd", "microshift": "crc_microshift"}[self._preset]
        known = "crc" in self.state["domains"]
        self._made(f"{bundle}_libvirt_4.22.1_amd64")
        failed = "error in driver during machine creation: "
        if known:
            return f"{failed}operation failed: domain 'crc' already exists with uuid 0d1b1ed2-5e39-4d8c-9d9a-d3bd0f4d1a52"
        if self.state["fails"].get("creation"):
            return f"{failed}{self.state['fails']['creation']}"
        self._log("info", "Generating new SSH key pair...")
        self.files.write(EXISTS, "")
        return ""

    def _made(self, bundle: str) -> None:
        cpus, memory = (int(self.config.get(name, self._default(name))) for name in ("cpus", "memory"))
        disk = int(self.config.get("disk-size", "31"))
        user = self.config.get("network-mode", "user") == "user"
        driver = {
            "BundleName": bundle,
            "CPU": cpus,
            "Memory": memory,
            "DiskCapacity": disk * 1024**3,
            "VSock": user,
            "Network": "" if user else "crc",
        }
        self.files.write(MACHINE, json.dumps({"Driver": driver}))
        self.state["domains"].setdefault("crc", {"running": False, "interfaces": []})

    def _stop(self) -> str:
        if not self.files.has(EXISTS):
            return _MISSING
        if not self.state["running"]:
            return "Instance is already stopped"
        self.state["running"] = self.state["domains"]["crc"]["running"] = False
        kubeconfigs.clean(self.files)
        return ""

    def _delete(self) -> str:
        if not self.files.has(EXISTS):
            return _MISSING
        self._gone()
        return ""

    def _gone(self) -> None:
        kubeconfigs.clean(self.files)
        self.state["running"] = False
        self.state["domains"].pop("crc", None)
        self.files.remove(".crc/machines/crc/")

    def _cleanup(self) -> str:
        """Undo what setup did, in reverse: among that the machine's folder and its domain."""
        self._gone()
        self.state["networks"].pop("crc", None)
        self.state["set_up"] = False
        return ""

    def _console(self, as_json: bool) -> int:
        error = (
            ""
            if self.files.has(EXISTS)
            else 'Get "http://unix/api/webconsoleurl": dial unix /home/ada/.crc/sockets/crc-http.sock: connect: no such file or directory'
        )
        if not error and self._preset == "microshift":
            error = "error : this option is only supported for openshift and okd preset"
        if error or not as_json:
            return self._ended(error, as_json)
        credentials = {"username": "kubeadmin", "password": PASSWORD}
        told = {
            "clusterType": self._preset,
            "cacert": "LS0t",
            "webConsoleUrl": "https://console-openshift-console.apps-crc.testing",
            "url": "https://api.crc.testing:6443",
            "adminCredentials": credentials,
            "developerCredentials": {"username": "developer", "password": "developer"},
        }
        self.out.append(json.dumps({"success": True, "clusterConfig": told}))
        return 0


def _kubeconfig() -> str:
    return """\
apiVersion: v1
kind: Config
clusters:
- name: crc
  cluster: {certificate-authority-data: Q0EK, server: "https://api.crc.testing:6443"}
users:
- name: admin
  user: {client-certificate-data: Q0VSVAo=, client-key-data: S0VZCg==}
contexts:
- name: admin
  context: {cluster: crc, user: admin}
current-context: admin
preferences: {}
"""
