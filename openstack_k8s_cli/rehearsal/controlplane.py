"""The control plane as programs: its ports, certificates, flags and probes, all kept in the cluster's folder."""

import base64
import functools
import json
import secrets
import ssl
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from openstack_k8s_cli.rehearsal import certificates, directories, network
from openstack_k8s_cli.rehearsal.processes import Program

SERVICES = "10.96.0.0/16"
_EXEC_PROGRAMS = Path(__file__).resolve().parent / "programs"
_ONE = {"GOGC": "150", "GOMEMLIMIT": "4GiB"}
_SEPARATE = {"GOGC": "60", "GOMEMLIMIT": "1200MiB"}


@dataclass(frozen=True, slots=True)
class Ports:
    """The control plane's loopback ports; kept over restarts."""

    api: int
    etcd: int
    etcd_peer: int
    kubelet: int


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """A prepared control plane."""

    directory: Path
    ports: Ports
    token: str

    @property
    def kubeconfig(self) -> Path:
        return self.directory / "kubeconfig"

    @property
    def pod_logs(self) -> Path:
        """Where exec's kubelet finds NAMESPACE/POD/CONTAINER.log."""
        return self.directory / "pod-logs"

    @property
    def exec_programs(self) -> Path:
        """Where exec's kubelet finds its programs; they find the cluster's folder one above."""
        return self.directory / "programs"

    def is_serving(self) -> bool:
        """Say whether the API server is ready."""
        return self.gets("/readyz")

    def gets(self, path: str) -> bool:
        """Say whether a GET of the API succeeds."""
        return network.answers(self.ports.api, path, self._trust(), token=self.token)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.pki("ca.crt")))

    def pki(self, name: str) -> Path:
        return self.directory / "pki" / name


def prepare(directory: Path) -> ControlPlane:
    """Make what a control plane needs to start, or find what an earlier start made."""
    directories.private(directory)
    for folder in ("logs", "pod-logs"):
        directories.private(directory / folder)
    file = directory / "controlplane.json"
    if not file.exists():
        certificates.make(directory / "pki")
        token = secrets.token_hex(24)
        directories.replace(directory / "pki" / "tokens.csv", f"{token},admin,admin,system:masters\n")
        ports = Ports(*(network.free_port() for _ in range(4)))
        directories.replace(file, json.dumps({"ports": asdict(ports), "token": token}))
    kept = json.loads(file.read_text())
    plane = ControlPlane(directory, Ports(**kept["ports"]), kept["token"])
    _write_kubeconfig(plane)
    _write_etcd_config(plane)
    plane.exec_programs.unlink(missing_ok=True)
    plane.exec_programs.symlink_to(_EXEC_PROGRAMS)
    return plane


def move(plane: ControlPlane) -> ControlPlane:
    """Choose other ports, when a process of somebody else has taken one."""
    ports = Ports(*(network.free_port() for _ in range(4)))
    directories.replace(
        plane.directory / "controlplane.json", json.dumps({"ports": asdict(ports), "token": plane.token})
    )
    return prepare(plane.directory)


def programs(
    binary: Path, plane: ControlPlane, *, one_process: bool, assets: Path | None = None
) -> tuple[Program, ...]:
    """Give the programs in the order of their start: one, or one for each component.

    `assets` is a folder with the etcd and kube-apiserver to use (KUBEBUILDER_ASSETS); they are processes of their own.
    """
    flags = _flags(plane)
    if one_process and assets is None:
        return (_in_one(binary, plane, flags),)
    return _separate(binary, plane, flags, assets)


def _in_one(binary: Path, plane: ControlPlane, flags: Mapping[str, list[str]]) -> Program:
    layout = {"kubeconfig": str(plane.kubeconfig), "etcdConfig": str(plane.directory / "etcd.yaml")} | dict(
        flags
    )
    file = plane.directory / "components.json"
    directories.replace(file, json.dumps(layout))
    return Program(
        name="controlplane",
        argv=(str(binary), "all", str(file)),
        environment=_ONE | _home(plane),
        ready=functools.partial(_all_ready, plane),
    )


def _separate(
    binary: Path, plane: ControlPlane, flags: Mapping[str, list[str]], assets: Path | None
) -> tuple[Program, ...]:
    own = (str(binary),)

    def given(component: str) -> tuple[str, ...]:
        return (*own, "lifeline", str(assets / component)) if assets else (*own, component)

    def program(
        component: str, argv: tuple[str, ...], ready: functools.partial[bool] | None = None
    ) -> Program:
        environment = _SEPARATE | _home(plane)
        return (
            Program(component, argv, environment, ready) if ready else Program(component, argv, environment)
        )

    return (
        program(
            "etcd",
            (*given("etcd"), f"--config-file={plane.directory / 'etcd.yaml'}"),
            functools.partial(_etcd_ready, plane),
        ),
        program(
            "kube-apiserver",
            (*given("kube-apiserver"), *flags["kube-apiserver"]),
            functools.partial(plane.is_serving),
        ),
        program(
            "kube-controller-manager", (*own, "kube-controller-manager", *flags["kube-controller-manager"])
        ),
        program("kube-scheduler", (*own, "kube-scheduler", *flags["kube-scheduler"])),
        program(
            "kubelet",
            (*own, "kubelet", *flags["kubelet"]),
            functools.partial(network.listens, plane.ports.kubelet),
        ),
        program("kwok", (*own, "kwok", *flags["kwok"]), functools.partial(_stages_ready, plane)),
    )


def _home(plane: ControlPlane) -> dict[str, str]:
    return {"HOME": str(plane.directory)}  # KWOK would read the user's own ~/.kwok


def _all_ready(plane: ControlPlane) -> bool:
    return plane.is_serving() and _stages_ready(plane) and network.listens(plane.ports.kubelet)


def _stages_ready(plane: ControlPlane) -> bool:
    return plane.gets("/apis/kwok.x-k8s.io/v1alpha1/stages/pod-delete")


def _etcd_ready(plane: ControlPlane) -> bool:
    trust = ssl.create_default_context(cafile=str(plane.pki("inner-ca.crt")))
    trust.load_cert_chain(plane.pki("apiserver-client.crt"), plane.pki("apiserver-client.key"))
    return network.answers(plane.ports.etcd, "/health", trust)


def _flags(plane: ControlPlane) -> dict[str, list[str]]:
    kubeconfig = f"--kubeconfig={plane.kubeconfig}"
    client = [kubeconfig, "--bind-address=127.0.0.1", "--secure-port=0", "--leader-elect=false"]
    client += ["--kube-api-qps=500", "--kube-api-burst=1000"]
    pki = plane.directory / "pki"
    return {
        "kube-apiserver": _apiserver_flags(plane, pki),
        "kube-controller-manager": [
            *client,
            f"--service-account-private-key-file={pki / 'sa.key'}",
            f"--root-ca-file={pki / 'ca.crt'}",
            f"--cluster-signing-cert-file={pki / 'ca.crt'}",
            f"--cluster-signing-key-file={pki / 'ca.key'}",
            # After an outage it would take the node for lost and its pods for not ready, and KWOK, unlike a
            # kubelet, never says that they still are.
            "--node-monitor-grace-period=24h",
        ],
        "kube-scheduler": client,
        "kubelet": [
            kubeconfig,
            f"--port={plane.ports.kubelet}",
            f"--tls-cert-file={pki / 'kubelet.crt'}",
            f"--tls-private-key-file={pki / 'kubelet.key'}",
            f"--client-ca-file={pki / 'inner-ca.crt'}",
            f"--interpreter={sys.executable}",
            f"--programs={plane.exec_programs}",
            f"--logs={plane.pod_logs}",
        ],
        "kwok": [
            kubeconfig,
            "--manage-all-nodes=true",
            "--enable-crds=Stage",
            # With a lease it passes over the pods that come before its own cache has it held, and never looks
            # again until the API server ends its watch, after five to ten minutes.
            "--node-lease-duration-seconds=0",
            "--node-ip=127.0.0.1",
        ],
    }


def _apiserver_flags(plane: ControlPlane, pki: Path) -> list[str]:
    inner = {"cafile": "inner-ca.crt", "certfile": "apiserver-client.crt", "keyfile": "apiserver-client.key"}
    return [
        f"--etcd-servers=https://127.0.0.1:{plane.ports.etcd}",
        *(f"--etcd-{flag}={pki / name}" for flag, name in inner.items()),
        f"--kubelet-certificate-authority={pki / inner['cafile']}",
        f"--kubelet-client-certificate={pki / inner['certfile']}",
        f"--kubelet-client-key={pki / inner['keyfile']}",
        "--kubelet-preferred-address-types=InternalIP",
        "--bind-address=127.0.0.1",
        f"--secure-port={plane.ports.api}",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",  # it refuses to publish a loopback address
        f"--tls-cert-file={pki / 'apiserver.crt'}",
        f"--tls-private-key-file={pki / 'apiserver.key'}",
        f"--client-ca-file={pki / 'ca.crt'}",
        f"--token-auth-file={pki / 'tokens.csv'}",
        "--anonymous-auth=false",
        "--authorization-mode=Node,RBAC",
        f"--service-cluster-ip-range={SERVICES}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={pki / 'sa.key'}",
        f"--service-account-signing-key-file={pki / 'sa.key'}",
        "--allow-privileged",
        "--profiling=false",
        "--shutdown-delay-duration=0s",
    ]


def _write_etcd_config(plane: ControlPlane) -> None:
    pki = plane.directory / "pki"
    client = f"https://127.0.0.1:{plane.ports.etcd}"
    peer = f"https://127.0.0.1:{plane.ports.etcd_peer}"

    def security(name: str) -> dict[str, object]:
        files = {
            "cert-file": pki / f"{name}.crt",
            "key-file": pki / f"{name}.key",
            "trusted-ca-file": pki / "inner-ca.crt",
        }
        return {"client-cert-auth": True} | {key: str(path) for key, path in files.items()}

    config = {
        "name": "default",
        "data-dir": str(plane.directory / "etcd"),
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"default={peer}",
        "client-transport-security": security("etcd"),
        "peer-transport-security": security("etcd-peer"),
        "enable-grpc-gateway": False,
        "unsafe-no-fsync": True,  # what a power failure takes, a new start makes again
        "log-level": "warn",
        "warning-unary-request-duration": 1_000_000_000,  # nanoseconds; the default is lost with a file
    }
    directories.replace(plane.directory / "etcd.yaml", json.dumps(config))


def _write_kubeconfig(plane: ControlPlane) -> None:
    authority = base64.b64encode((plane.directory / "pki" / "ca.crt").read_bytes()).decode()
    server = f"https://127.0.0.1:{plane.ports.api}"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "rehearsal", "cluster": {"server": server, "certificate-authority-data": authority}}
        ],
        "users": [{"name": "admin", "user": {"token": plane.token}}],
        "contexts": [{"name": "rehearsal", "context": {"cluster": "rehearsal", "user": "admin"}}],
        "current-context": "rehearsal",
    }
    directories.replace(plane.kubeconfig, json.dumps(config))
