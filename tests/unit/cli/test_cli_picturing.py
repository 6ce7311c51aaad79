"""Previews, statuses and teardowns as text and documents."""

import json
from dataclasses import replace

from openstack_k8s_cli.cli import deploying, picturing
from openstack_k8s_cli.cli.rising import Fall
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.diagnosis.causes import Cause
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.plan import Difference, Plan
from openstack_k8s_cli.teardown import Fate, Keep, Line, Phase, Teardown
from openstack_k8s_cli.workflows import comparing, looking, planning
from openstack_k8s_cli.workflows.recalling import Recollection
from openstack_k8s_cli.workflows.workstation import stages
from openstack_k8s_cli.workflows.world import Target

FACTS = Facts("crc", "openshift", ("crc",), {}, frozenset())
PLAN = Plan("lab", (), "d" * 64)
CLAIM = ObjectId("", "PersistentVolumeClaim", "openstack", "mysql-db-0")
NET = ObjectId("network.openstack.org", "NetConfig", "openstack", "netconfig")
POD = ObjectId("", "Pod", "openstack", "glance-0")
REFUSED = Problem("OSK0430", "It has a field too many", subject=str(POD), advice=(Advice("Take it out"),))
PREVIEW = planning.Preview(
    PLAN,
    FACTS,
    (
        comparing.Row("operators/a/b", POD, Change.UNCHANGED),
        comparing.Row(
            "networks/netconfig/netconfig", NET, Change.CONFIGURED, (Difference("spec.mtu", 1500, 9000),)
        ),
        comparing.Row(
            "networks/netconfig/more", CLAIM, Change.CREATED, (Difference("spec.size", None, "1Gi"),)
        ),
        comparing.Row("networks/prune/main", POD, Change.DELETED),
        comparing.Row("controlplane/x/y", POD, Change.SKIPPED, note="field", problem=REFUSED),
    ),
)


def test_a_preview_shows_what_changes_and_how() -> None:
    """Changes are grouped by step with a sign; the fields of a configured object are listed, those of a new one are not."""
    said = picturing.preview_text(PREVIEW, everything=False)

    assert (
        "networks/netconfig/netconfig\n  ~ NetConfig openstack/netconfig  configured\n      spec.mtu: 1500 → 9000"
        in said
    )
    assert "  - Pod openstack/glance-0  deleted" in said
    assert "spec.size" not in said
    assert "operators/a/b" not in said
    assert "error OSK0430" in said
    assert "profile lab: 1 created, 1 configured, 1 unchanged, 1 deleted, 1 skipped" == said.splitlines()[-1]


def test_what_cannot_be_tried_yet_is_counted() -> None:
    """On a bare cluster that is most of a plan: one line in the place of a note on each; -v says why of each."""
    rows = tuple(
        comparing.Row(
            "a/b/c", replace(NET, name=name), Change.CREATED, note=f"{comparing.UNCHECKED}not served"
        )
        for name in ("one", "two")
    )
    said = picturing.preview_text(replace(PREVIEW, rows=rows), everything=False).splitlines()

    assert "  + NetConfig openstack/one  created" == said[1]
    assert "not tried, for want of their kinds, namespaces or webhooks so far: 2 objects" == said[3]
    whole = picturing.preview_text(replace(PREVIEW, rows=rows), everything=True)
    assert 2 == whole.count("created  (not checked: not served)")
    assert "not tried" not in whole


def test_labels_of_osks_own_are_no_change_to_look_at() -> None:
    """An object of the cluster's own that is changed shows the change; with -v the labels too."""
    mark = Difference("metadata.labels.osk.openstack.org/layer", None, "networks")
    rows = comparing.Row("a/b/c", NET, Change.CONFIGURED, (mark, Difference("spec.mtu", 1500, 9000)))
    preview = replace(PREVIEW, rows=(rows,))

    assert "labels" not in picturing.preview_text(preview, everything=False)
    assert "labels" in picturing.preview_text(preview, everything=True)


def test_values_are_shown_as_a_manifest_has_them() -> None:
    """Not as Python spells them."""
    rows = comparing.Row("a/b/c", NET, Change.CONFIGURED, (Difference("spec.hosts", False, [{"port": 53}]),))
    said = picturing.preview_text(replace(PREVIEW, rows=(rows,)), everything=False)

    assert 'spec.hosts: false → [{"port": 53}]' in said


def test_a_whole_preview_leaves_nothing_out() -> None:
    """With -v unchanged objects and the fields of new ones are listed too."""
    said = picturing.preview_text(PREVIEW, everything=True)

    assert "  = Pod openstack/glance-0  unchanged" in said
    assert "spec.size: not set → 1Gi" in said


def test_a_previews_document_has_every_object() -> None:
    """The JSON form has all objects with their differences and problems."""
    document = json.loads(json.dumps(picturing.preview_document(PREVIEW)))

    assert document["differs"]
    assert len(PREVIEW.rows) == len(document["objects"])
    assert [{"path": "spec.mtu", "before": 1500, "after": 9000}] == document["objects"][1]["differences"]
    assert "OSK0430" == document["objects"][4]["problem"]["code"]


def status(*rows: tuple[str, ObjectId, State]) -> looking.Status:
    """Make a status."""
    found = [looking.Row(f"{layer}/c/s", each, Verdict(state, message="said")) for layer, each, state in rows]
    return looking.Status("lab", "uid", tuple(found))


def test_a_status_lists_what_is_not_ready() -> None:
    """Each layer has its count and, under it, what is there and not Ready; layers with nothing in them say so."""
    said = picturing.status_text(
        status(
            ("operators", NET, State.READY),
            ("operators", POD, State.FAILING),
            ("networks", CLAIM, State.ABSENT),
        ),
        everything=False,
    )

    assert said.splitlines() == [
        "operators: 1 of 2 objects Ready",
        "  Pod openstack/glance-0  failing said",
        "networks: 0 of 1 objects Ready",
        "  not deployed",
        "profile lab: not Ready",
    ]


def test_a_status_begins_with_what_is_not_through() -> None:
    """What nobody has ended on the hosts comes first, and is in the JSON form."""
    found = replace(status(("dataplane", NET, State.READY)), unfinished=("a round is not through",))

    assert "a round is not through" == picturing.status_text(found, everything=False).splitlines()[0]
    assert ["a round is not through"] == picturing.status_document(found)["unfinished"]


def test_many_absent_objects_are_counted() -> None:
    """A layer that is half there names what is wrong and counts what is missing."""
    absent = [("operators", ObjectId("", "Secret", "a", str(number)), State.ABSENT) for number in range(9)]
    said = picturing.status_text(status(("operators", NET, State.READY), *absent), everything=False)

    assert "  9 objects are not there; -v lists them" in said
    assert "Secret" not in said


def test_a_status_names_the_deepest_cause() -> None:
    """What is stuck because of something deeper says so, in text and document."""
    cause = Cause(POD, Verdict(State.FAILED, message="no such image"), (NET, POD))
    found = looking.Status("lab", "uid", (looking.Row("networks/c/s", NET, Verdict(State.FAILING), cause),))

    assert "deepest cause: Pod openstack/glance-0: no such image" in picturing.status_text(
        found, everything=False
    )
    assert "Pod openstack/glance-0: no such image" == picturing.status_document(found)["objects"][0]["cause"]


def test_a_teardown_lists_every_volume_with_size_and_fate() -> None:
    """Each object has its fate, a volume its size too, the last line counts, and an empty layer has no heading."""
    lines = (Line(NET, Fate.DELETED), Line(CLAIM, Fate.KEPT, "`--keep data`", "10Gi"))
    phases = (Phase(Layer.DATAPLANE, ()), Phase(Layer.NETWORKS, (), lines))
    planned = Teardown("lab", Keep.DATA, False, phases, PLAN)
    said = picturing.teardown_text(planned)

    assert said.splitlines() == [
        "networks",
        "  deleted     NetConfig openstack/netconfig",
        "  kept        PersistentVolumeClaim openstack/mysql-db-0  (10Gi, `--keep data`)",
        "profile lab, --keep data: 1 deleted, 1 kept",
    ]
    told = picturing.teardown_document(planned)
    assert ["deleted", "kept"] == [each["fate"] for each in told["objects"]]
    assert ("data", True) == (told["keep"], told["dryRun"])


def test_many_objects_that_go_the_same_way_have_one_line() -> None:
    """A question after a teardown's list is read with its list: six volumes are one line, with -v each has its own."""
    volumes = [Line(replace(CLAIM, name=f"claim-{number}"), Fate.KEPT, size="10Gi") for number in range(6)]
    planned = Teardown(
        "lab", Keep.DATA, False, (Phase(Layer.NETWORKS, (), (Line(NET, Fate.DELETED), *volumes)),), PLAN
    )
    said = picturing.teardown_text(planned).splitlines()

    assert said[2] == (
        "  kept        PersistentVolumeClaim openstack/claim-0 … claim-5 (6 of them; -v lists each)  (10Gi)"
    )
    assert "profile lab, --keep data: 1 deleted, 6 kept" == said[3]
    assert 9 == len(picturing.teardown_text(planned, everything=True).splitlines())


def test_many_new_objects_of_a_kind_have_one_line() -> None:
    """In a preview, too, but for those whose changes differ, which each show their own."""
    made = [comparing.Row("a/b/c", replace(CLAIM, name=f"claim-{at}"), Change.CREATED) for at in range(6)]
    changed = [
        comparing.Row(
            "a/b/d", replace(NET, name=f"net-{at}"), Change.CONFIGURED, (Difference("spec.mtu", 1500, at),)
        )
        for at in range(6)
    ]
    preview = replace(PREVIEW, rows=(*made, *changed))
    said = picturing.preview_text(preview, everything=False)

    assert "  + PersistentVolumeClaim openstack/claim-0 … claim-5 (6 of them; -v lists each)  created" in said
    assert "  ~ NetConfig openstack/net-3  configured\n      spec.mtu: 1500 → 3" in said
    assert "claim-3" in picturing.preview_text(preview, everything=True)


def test_what_is_deleted_has_a_line_each() -> None:
    """Nobody confirms the end of an object that is not named: neither in a preview nor, of volumes, in a teardown."""
    names = [replace(CLAIM, name=f"claim-{at}") for at in range(6)]
    gone = tuple(comparing.Row("a/b/c", each, Change.DELETED) for each in names)
    phase = Phase(Layer.NETWORKS, (), tuple(Line(each, Fate.DELETED, size="10Gi") for each in names))
    planned = Teardown("lab", Keep.NOTHING, False, (phase,), PLAN)

    shown = picturing.preview_text(replace(PREVIEW, rows=gone), everything=False)
    assert 6 == shown.count("  - PersistentVolumeClaim openstack/claim-")
    assert 6 == picturing.teardown_text(planned).count("deleted     PersistentVolumeClaim openstack/claim-")


def test_objects_of_two_namespaces_are_not_one_line() -> None:
    """A line that names one namespace speaks of no other."""
    names = [
        replace(NET, namespace=space, name=f"net-{at}") for space in ("openstack", "other") for at in range(6)
    ]
    made = tuple(comparing.Row("a/b/c", each, Change.CREATED) for each in names)
    phase = Phase(Layer.NETWORKS, (), tuple(Line(each, Fate.DELETED) for each in names))
    shown = picturing.preview_text(replace(PREVIEW, rows=made), everything=False)
    told = picturing.teardown_text(Teardown("lab", Keep.DATA, False, (phase,), PLAN))

    assert [2, 2] == [each.count("(6 of them; -v lists each)") for each in (shown, told)]
    assert ["NetConfig other/net-0 … net-5" in each for each in (shown, told)] == [True, True]


class _Asked:
    """A session and its work, before a question."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.told: list[str] = []
        self.loaded, self.name = self, "lab"

    def tell(self, text: str) -> None:
        """Keep it."""
        self.told.append(text)

    def recollection(self) -> Recollection:
        """Say that it was another cloud."""
        return Recollection(other_clouds=("prod",))

    def preview(self, *_target: object, **_wishes: object) -> planning.Preview:
        """Give six new objects."""
        rows = [comparing.Row("a/b/c", replace(NET, name=f"net-{at}"), Change.CREATED) for at in range(6)]
        return replace(PREVIEW, rows=tuple(rows))


def test_above_a_question_each_is_listed_with_v() -> None:
    """As the grouped line says."""
    calm, curious = _Asked(Scope()), _Asked(Scope(verbose=1))
    for each in (calm, curious):
        deploying.ask(each, each, Target(), yes=True)  # type: ignore[arg-type]  # what it needs of both

    assert ["-v lists each" in each.told[0] for each in (calm, curious)] == [True, False]
    assert "net-3" in curious.told[0]


def test_the_way_down_lists_each_with_v() -> None:
    """As a teardown of one layer does."""
    kept = tuple(Line(replace(CLAIM, name=f"claim-{at}"), Fate.KEPT) for at in range(6))
    planned = Teardown("lab", Keep.DATA, False, (Phase(Layer.NETWORKS, (), kept),), PLAN)
    chosen = stages.Down(layers=True, lowest=None, hosts=False, crc=False)
    fall = Fall(chosen, "data", planned, (), ())

    assert "-v lists each" in fall.text("here", everything=False)
    assert "claim-3" in fall.text("here", everything=True)


def test_a_service_that_was_switched_is_said() -> None:
    """How it comes that it is there, what a deployment does to it, and how it stays."""
    said = picturing.switched_text({"heat": True, "nova": False}).splitlines()

    assert said[0].startswith(
        "heat is on in the cluster, as after `osk deploy service heat`, and off in the profile"
    )
    assert said[1].endswith("`osk profile set controlplane.services.nova.enabled false` keeps it")
    assert "" == picturing.switched_text({})


def test_another_profile_than_last_time_is_said() -> None:
    """Other values are said by layer, another cloud by its name."""
    found = Recollection(other_values=(Layer.NETWORKS,), other_clouds=("prod",))
    said = picturing.recollection_text(found, "lab")

    assert "`lab` was last deployed with other values or another --set: networks" in said
    assert "prod" in said
    assert "" == picturing.recollection_text(Recollection(), "lab")


def test_operators_of_others_are_named() -> None:
    """Operators that others installed, and the plan therefore leaves out, are said to be used."""
    preview = replace(PREVIEW, facts=replace(FACTS, operators=frozenset({"metallb"})))

    assert "used as they are, installed by others: metallb" in picturing.preview_text(
        preview, everything=False
    )
    assert ["metallb"] == picturing.preview_document(preview)["used_operators"]
