"""What was seen of a host → its checks, each with its remedy. A rule is a function of facts and wishes."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from openstack_k8s_cli.dataplane import entry
from openstack_k8s_cli.dataplane.checks import CODES, Checked, Seen
from openstack_k8s_cli.dataplane.facts import Facts
from openstack_k8s_cli.dataplane.targets import Target, Wishes
from openstack_k8s_cli.model.checks import Result, State

_MEMORY = {True: 3.5, False: 1.75}
"""GiB that a compute host, and any other, needs at least: the upstream's smallest machines, less what firmware takes."""
_DISK = 18.0
"""GiB of the root file system: a disk of 20 GB."""
_SPACE = {True: 2.0, False: 8.0}
"""GiB that must be free where the images go, with those of an earlier deployment on it, and without."""
_PYTHON = (3, 7)
"""What Ansible's modules need."""
_SKEW = 5.0
"""Seconds: more, and certificates and tokens of the other side may not be valid yet."""
_OK = Result(State.OK)

Rule = Callable[[Facts, Wishes], Result]


def judge(target: Target, seen: Seen | None, *, skip: Collection[str] = ()) -> Checked:
    """Judge a host; None: nothing was told of it."""
    access = entry.judge(seen, target.secret)
    facts = Facts.read(seen) if seen else Facts({})
    results = {"ssh": access}
    for name, rule in RULES.items():
        results[name] = rule(facts, target.wishes) if access.state is State.OK else _unseen()
    for name in skip:
        results[name] = Result(State.SKIPPED, "dataplane.check.skip")
    return Checked(target, {name: results[name] for name in CODES})


def _unseen() -> Result:
    return Result(State.SKIPPED, "osk did not get in")


def _unknown(what: str, remedy: str, command: str = "") -> Result:
    return Result(State.UNKNOWN, what, remedy, command)


def _sudo(facts: Facts, _wishes: Wishes) -> Result:
    if facts.one("sudo") == "yes":
        return _OK
    why = facts.one("sudo").removeprefix("no ") or "sudo is not there"
    remedy = "Let the user become root without a password: `USER ALL=(ALL) NOPASSWD:ALL` in /etc/sudoers.d"
    return Result(State.FAILED, why, remedy)


def _python(facts: Facts, _wishes: Wishes) -> Result:
    found = facts.one("python")
    if not found:
        return Result(State.FAILED, "python3 is not there", "Install it", "dnf install -y python3")
    version = tuple(int(part) for part in found.split(".") if part.isdigit())
    if version < _PYTHON:
        need = ".".join(map(str, _PYTHON))
        return Result(State.FAILED, f"Python {found}; Ansible needs {need}", "Install a newer one")
    return Result(State.OK, found)


def _system(facts: Facts, _wishes: Wishes) -> Result:
    family = {facts.one("os.ID"), *facts.one("os.ID_LIKE").split()}
    name = facts.one("os.PRETTY_NAME") or facts.one("os.ID")
    if not name:
        return _unknown("/etc/os-release is not there", "See that it is of the family of RHEL 9", "uname -a")
    remedy = "Install CentOS Stream 9 or RHEL 9; the roles of the data plane are for these"
    if not family & {"rhel", "centos"} or facts.one("os.ID") == "fedora":
        return Result(State.FAILED, name, remedy)
    major = facts.one("os.VERSION_ID").partition(".")[0]
    if major.isdigit() and int(major) < 9:  # noqa: PLR2004  # the release that the roles are written for
        return Result(State.FAILED, name, remedy)
    return Result(State.OK if major == "9" else State.WARNING, name, "" if major == "9" else remedy)


def _cpu(facts: Facts, wishes: Wishes) -> Result:
    if not wishes.virtualization:
        return Result(State.SKIPPED, "it runs no guests")
    flags = set(facts.all("cpu"))
    if flags & {"vmx", "svm", "kvm"}:
        return _OK
    if facts.one("arch") not in {"x86_64", ""}:
        return Result(State.WARNING, "there is no /dev/kvm", "Load the module", "modprobe kvm")
    if "hypervisor" in flags:
        remedy = "It is a virtual machine: turn nested virtualization on where it runs, give it the CPU mode host-passthrough, and start it anew"
        return Result(
            State.FAILED,
            "the CPU offers neither vmx nor svm",
            remedy,
            "modprobe -r kvm_intel && modprobe kvm_intel nested=1",
        )
    remedy = "Turn virtualization (VT-x, AMD-V) on in the firmware"
    return Result(State.FAILED, "the CPU offers neither vmx nor svm", remedy)


def _memory(facts: Facts, wishes: Wishes) -> Result:
    wanted = _MEMORY[wishes.virtualization] + wishes.pages
    remedy = "Give it more memory" + (
        f", or set fewer huge pages aside than {wishes.pages}" if wishes.pages else ""
    )
    return _at_least(facts.gib("memory"), wanted, "memory", remedy)


def _disk(facts: Facts, _wishes: Wishes) -> Result:
    lost = sorted(each.removesuffix(" no") for each in facts.all("device") if each.endswith(" no"))
    if lost:
        remedy = "Attach it, or name what is there under `disks` of the node set"
        return Result(State.FAILED, f"there is no {', '.join(lost)}", remedy)
    remedy = "Give it a larger disk, or grow the partition and its file system"
    return _at_least(facts.gib("disk"), _DISK, "on /", remedy)


def _space(facts: Facts, wishes: Wishes) -> Result:
    has_images = wishes.deployed or bool(facts.all("leftover"))
    remedy = "Make room; the images of the services go to /var/lib/containers"
    return _at_least(facts.gib("space"), _SPACE[has_images], "free in /var/lib", remedy)


def _at_least(found: float | None, wanted: float, what: str, remedy: str) -> Result:
    if found is None:
        return _unknown(f"how much is {what} cannot be told", "See it on the host", "free -g; df -h")
    if found < wanted:
        return Result(State.FAILED, f"{found:.1f} GiB {what}; it needs {wanted:g}", remedy)
    return Result(State.OK, f"{found:.1f} GiB")


def _clock(facts: Facts, _wishes: Wishes) -> Result:
    skew = facts.skew
    if skew is None:
        return _unknown("its clock cannot be read", "Compare it yourself", "date --utc")
    if skew > _SKEW:
        text = f"its clock is {skew:.0f} s off"
        return Result(State.FAILED, text, "Set it by a time server", "chronyc makestep")
    return _OK


def _mtu(facts: Facts, wishes: Wishes) -> Result:
    own = facts.one("interface.mtu")
    if facts.one("mtu") == "passes":
        return _OK
    if facts.one("mtu") == "lost":
        how = f" ({wishes.interface} has {own})" if own else ""
        detail = f"packets of {wishes.mtu} bytes do not reach the gateway {wishes.gateway}{how}"
        remedy = "Set the MTU of the host's interface and of all switches and bridges on the way, or make `networks.ctlplane.mtu` smaller"
        return Result(State.FAILED, detail, remedy)
    if not wishes.gateway:
        return _unknown("no gateway is known", "Name it in the network's subnet, or do without the check")
    return _unknown("the gateway answers no ping", "Let it answer, or send large packets to another host")


def _names(facts: Facts, wishes: Wishes) -> Result:
    told = facts.all("name")
    lost = sorted(each.removesuffix(" no") for each in told if each.endswith(" no"))
    if lost:
        remedy = "Mend /etc/resolv.conf, or the name servers that it names"
        return Result(State.FAILED, f"{', '.join(lost)} cannot be resolved", remedy)
    if told or not wishes.names:
        return _OK
    return _unknown("getent is not there", "Install it", "dnf install -y glibc-common")


def _hostname(facts: Facts, _wishes: Wishes) -> Result:
    name = facts.one("hostname")
    if "." in name:
        return Result(State.OK, name)
    detail = f"`hostname -f` says {name or 'nothing'}, without a domain"
    remedy = "The service validate-network wants a domain, unless the cloud's DNS gives one by then"
    return Result(State.WARNING, detail, remedy, "hostnamectl set-hostname NAME.DOMAIN")


def _gateway(facts: Facts, wishes: Wishes) -> Result:
    route, told = facts.one("route"), facts.one("gateway")
    if told == "silent":
        remedy = "Mend the gateway of the subnet in `networks`, or what is between: the deployment makes it the default route"
        return Result(State.FAILED, f"{wishes.gateway} does not answer", remedy)
    if not route:
        return Result(
            State.WARNING, "it has no default route", "Add one, unless all it needs is in its own networks"
        )
    if wishes.gateway and route != wishes.gateway:
        detail = f"its default route is {route}; the deployment makes it {wishes.gateway}"
        return Result(State.WARNING, detail, "See that this is meant")
    return _OK


def _registry(facts: Facts, wishes: Wishes) -> Result:
    return _reached(
        facts.all("url"),
        wishes.registries,
        "the images come from there: open the way, or name a mirror in `mirror`",
    )


def _repository(facts: Facts, wishes: Wishes) -> Result:
    if wishes.repositories:
        return _reached(
            facts.all("repository"),
            wishes.repositories,
            "the service repo-setup needs it: open the way, or leave the service out",
        )
    if wishes.is_image:
        return Result(State.SKIPPED, "its packages are in its image")
    silent = [each.partition(" ")[0] for each in facts.all("repohost") if not each.endswith(" yes")]
    if silent:
        remedy = "Open the way, or turn off the repositories in /etc/yum.repos.d that it cannot reach; with a proxy of dnf's own this may be wrong"
        return Result(State.WARNING, f"no answer from {', '.join(sorted(silent))}", remedy)
    if facts.all("repofile"):
        return _OK
    remedy = "Register the host, or add `repo-setup` to the services of its node set"
    return Result(State.WARNING, "it has no package repository", remedy)


def _reached(told: tuple[str, ...], wanted: tuple[str, ...], remedy: str) -> Result:
    lost = [each for each in told if not each.endswith(" yes")]
    if lost:
        detail = "; ".join(
            f"{each.partition(' ')[0]}: {each.partition(' no ')[2] or 'no answer'}" for each in lost
        )
        return Result(State.FAILED, detail, remedy[0].upper() + remedy[1:])
    return _OK if told or not wanted else _unknown("curl is not there", "Install it", "dnf install -y curl")


def _interface(facts: Facts, wishes: Wishes) -> Result:
    there = [each for each in facts.all("interface") if each != "lo"]
    if not wishes.interface or not there:
        what = "no interface is named" if there else "the interfaces cannot be listed"
        return _unknown(what, "See which it has, and name one in the node set", "ip -brief link")
    lost = [each for each in (wishes.interface, *wishes.nics) if each not in there]
    if not lost:
        return _OK
    detail = f"there is no {', '.join(lost)}, but {', '.join(sorted(there))}"
    what = "interface" if wishes.interface in lost else "sriov"
    value = "NIC" if wishes.interface in lost else "'{cards: {NETWORK: {nic: NIC}}}'"
    command = f"osk profile set dataplane.nodesets.NAME.{what} {value}"
    return Result(State.FAILED, detail, "Name it in the node set", command)


def _leftovers(facts: Facts, wishes: Wishes) -> Result:
    found = facts.all("leftover")
    if not found or wishes.deployed:
        return _OK
    remedy = "Install the host anew, or run the service `cleanup` and remove these"
    if "/var/lib/nova/compute_id" in found:
        return Result(State.FAILED, f"nova's id of an earlier cloud, {', '.join(found)}", remedy)
    return Result(State.WARNING, f"of an earlier deployment: {', '.join(found)}", remedy)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "sudo": _sudo,
        "python": _python,
        "os": _system,
        "cpu": _cpu,
        "memory": _memory,
        "disk": _disk,
        "space": _space,
        "clock": _clock,
        "mtu": _mtu,
        "names": _names,
        "hostname": _hostname,
        "gateway": _gateway,
        "registry": _registry,
        "repository": _repository,
        "interface": _interface,
        "leftovers": _leftovers,
    }
)
