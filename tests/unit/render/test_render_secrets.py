"""Secret values: marked in templates, keys in manifests, never in bodies."""

import pytest

from openstack_k8s_cli.model.secrets import Generated, Given, SecretKey, SecretText
from tests.unit.refusals import refused
from tests.unit.render.rendered import MAP, one

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: osp-secret, namespace: n}\nstringData:\n"
VALUES = {
    "secrets": {
        "osp-secret": {"Given": SecretText("hidden"), "Made": {"generate": True}, "File": {"file": "/x"}}
    }
}


def test_marks_become_keys() -> None:
    """Generated and given values leave the body; others stay."""
    template = SECRET + (
        "  A: {{ generate('password(32)') }}\n  B: {{ given('secrets.x.y') }}\n  user: admin\n"
    )

    [manifest] = one(template, step="policy: ensure").manifests

    assert manifest.body["stringData"] == {"user": "admin"}
    assert manifest.secret_keys == (
        SecretKey("A", Generated("password(32)")),
        SecretKey("B", Given("secrets.x.y")),
    )


def test_a_body_of_secret_keys_alone_has_no_string_data() -> None:
    """Nothing empty is left behind."""
    [manifest] = one(SECRET + "  A: {{ generate('fernet') }}\n", step="policy: ensure").manifests

    assert "stringData" not in manifest.body


def test_the_profile_goes_before_the_generator() -> None:
    """`secret` gives what the profile names, and generates what it leaves out or says to generate."""
    keys = ("Given", "File", "Made", "Absent")
    template = SECRET + "".join(
        f"  {key}: {{{{ secret('osp-secret', '{key}', 'hex(5)') }}}}\n" for key in keys
    )

    [manifest] = one(template, VALUES, step="policy: ensure").manifests

    assert [key.source for key in manifest.secret_keys] == [
        Given("secrets.osp-secret.Given"),
        Given("secrets.osp-secret.File"),
        Generated("hex(5)"),
        Generated("hex(5)"),
    ]
    assert "hidden" not in repr(manifest)


@pytest.mark.parametrize(
    "recipe",
    [
        "password(32)",
        "password(8)",
        "hex(5)",
        "fernet",
        "ssh-ed25519.private",
        "ecdsa-p521.public",
        "rsa-4096.public",
    ],
)
def test_recipes(recipe: str) -> None:
    """These are the recipes there are."""
    [manifest] = one(SECRET + f"  A: {{{{ generate('{recipe}') }}}}\n", step="policy: ensure").manifests

    assert manifest.secret_keys[0].source == Generated(recipe)


@pytest.mark.parametrize(
    "recipe", ["password", "password(4)", "hex(0)", "hex(-1)", "rsa-4096", "rsa-1024.private", ""]
)
def test_other_recipes_are_refused(recipe: str) -> None:
    """A short password and a key without a half are no recipes."""
    [problem] = refused(lambda: one(SECRET + f"  A: {{{{ generate('{recipe}') }}}}\n", step="policy: ensure"))

    assert "is no recipe" in problem.summary


@pytest.mark.parametrize(
    ("template", "step", "path"),
    [
        (SECRET + "  A: {{ generate('fernet') }}\n", "policy: apply", "stringData.A"),
        (SECRET + "  A: x{{ generate('fernet') }}\n", "policy: ensure", "stringData.A"),
        (MAP % "m" + "data: {A: {{ generate('fernet') }}}\n", "policy: ensure", "data.A"),
        (MAP % "m" + "data: {A: [{b: {{ given('a.b') }}}]}\n", "policy: ensure", "data.A[0].b"),
    ],
)
def test_a_mark_anywhere_else_is_refused(template: str, step: str, path: str) -> None:
    """A secret value cannot slip into a body that is written or printed."""
    [problem] = refused(lambda: one(template, step=step))

    assert problem.code == "OSK0216"
    assert problem.summary.startswith(f"`{path}` holds a secret value")
