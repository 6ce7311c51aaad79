"""oc-mirror, recorded: a program that takes what oc-mirror takes and leaves what it leaves.

Written down from openshift/oc-mirror at 855b64a (internal/pkg/cli/executor.go, clusterresources, batch, errcode):
options `--v2 --config --workspace --from --authfile --dest-tls-verify`, one destination `docker://` or `file://`,
the folder `working-dir/cluster-resources` with `idms-oc-mirror.yaml`, `itms-oc-mirror.yaml` and a `cs-*.yaml` for
each catalog, the exit status made of bits (1 general, 2 release, 4 operators, 8 additional, 16 Helm), and the
objects written even where some images failed. It copies nothing.
"""

import json
import sys
from pathlib import Path
from typing import Any

_PROGRAM = """#!{python}
import json, os, stat, sys
from pathlib import Path
arguments = sys.argv[1:]
options = dict(each.split("=", 1) for each in arguments if each.startswith("--") and "=" in each)
rest = [each for each in arguments if "=" not in each]
options |= {{a: b for a, b in zip(rest, rest[1:]) if a in ("--config", "--workspace", "--from", "--authfile")}}
destination = rest[-1]
seen = {{"arguments": arguments, "config": Path(options["--config"]).read_text(), "environ": dict(os.environ)}}
if "--authfile" in options:
    path = Path(options["--authfile"])
    seen["auth"] = path.read_text()
    seen["mode"] = stat.S_IMODE(path.stat().st_mode)
    seen["folder"] = stat.S_IMODE(path.parent.stat().st_mode)
for place in os.environ.get("SSL_CERT_DIR", "").split(":")[:1]:
    seen["authorities"] = [each.read_text() for each in Path(place).glob("*.pem")] if place else []
Path({record!r}).write_text(json.dumps(seen))
root = (options.get("--workspace") or options.get("--from") or destination).removeprefix("file://")
print("[INFO]   : Hello, welcome to oc-mirror", flush=True)
work = Path(root) / "working-dir" / "cluster-resources"
work.mkdir(parents=True, exist_ok=True)
if destination.startswith("docker://"):
    registry = destination.removeprefix("docker://")
    for name, text in {files!r}.items():
        (work / name).write_text(text.replace("REGISTRY", registry))
if {status}:
    print("[ERROR]  : [Executor] some errors occurred during the mirroring", flush=True)
print("[INFO]   : Goodbye, thank you for using oc-mirror", flush=True)
sys.exit({status})
"""
_FILES = {
    "idms-oc-mirror.yaml": """---
apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata: {name: idms-operator-0}
spec:
  imageDigestMirrors:
  - source: quay.io/openstack-k8s-operators
    mirrors: [REGISTRY/openstack-k8s-operators]
  - source: registry.redhat.io/ubi9
    mirrors: [REGISTRY/ubi9]
""",
    "itms-oc-mirror.yaml": """---
apiVersion: config.openshift.io/v1
kind: ImageTagMirrorSet
metadata: {name: itms-generic-0}
spec:
  imageTagMirrors:
  - source: quay.io/podified-antelope-centos9
    mirrors: [REGISTRY/podified-antelope-centos9]
""",
    "cs-openstack-operator-index-latest.yaml": """apiVersion: operators.coreos.com/v1alpha1
kind: CatalogSource
metadata: {name: cs-openstack-operator-index-latest, namespace: openshift-marketplace}
spec: {sourceType: grpc, image: "REGISTRY/openstack-k8s-operators/openstack-operator-index:latest"}
""",
}


class Recorded:
    """The program in a folder, and what it was called with."""

    def __init__(self, folder: Path, *, status: int = 0) -> None:
        self.path = folder / "oc-mirror"
        self._record = folder / "record.json"
        text = _PROGRAM.format(python=sys.executable, record=str(self._record), files=_FILES, status=status)
        self.path.write_text(text, encoding="utf-8")
        self.path.chmod(0o755)

    @property
    def seen(self) -> dict[str, Any]:
        """Give what it was called with."""
        found: dict[str, Any] = json.loads(self._record.read_text(encoding="utf-8"))
        return found
