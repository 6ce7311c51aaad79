"""What of a command line may be shown."""

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import redaction, settings

SECRET = "HUNTER2"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (
            ["--set", f"secrets.osp-secret.AdminPassword={SECRET}"],
            "--set secrets.osp-secret.AdminPassword=•••",
        ),
        ([f"--set=secrets.osp-secret.AdminPassword={SECRET}"], "--set=secrets.osp-secret.AdminPassword=•••"),
        (["--set", f"secrets.osp-secret={{AdminPassword: {SECRET}}}"], "--set secrets.osp-secret=•••"),
        (["--set", f"secrets={{a: {{b: {SECRET}}}}}"], "--set secrets=•••"),
        (["--set", f'secrets.a."b.c"={SECRET}=x y'], "--set 'secrets.a.\"b.c\"='•••"),
        (["--set", f"secrets.a.b:{SECRET}"], "--set •••"),
        (["--set", f"secrets..b={SECRET}"], "--set secrets..b=•••"),
        (["--set", f"secrets.a.b={{env: x, file: {SECRET}}}"], "--set secrets.a.b=•••"),
        (["--set", f"secrets.a.b={{command: [echo, {SECRET}]}}"], "--set secrets.a.b=•••"),
        (["--set", "secrets.a.b={env: OS_PASSWORD}"], "--set 'secrets.a.b={env: OS_PASSWORD}'"),
        (
            ["--set", "summary=two words", "all", "--set", "platform.context=x"],
            "--set 'summary=two words' all --set platform.context=x",
        ),
        (["-e", f"rhsm_password={SECRET}", "all"], "-e rhsm_password=••• all"),
        ([f"-edb={SECRET}=x", f"-ve={SECRET}", "-vve", f"pin={SECRET}"], "-edb=••• -ve••• -vve pin=•••"),
        (
            [f"--extra-vars=pw={SECRET}", "--extra-vars", f"pw={SECRET}"],
            "--extra-vars=pw=••• --extra-vars pw=•••",
        ),
        (["-e", f'{{"a": {{"pw": "{SECRET}"}}}}', "-e", SECRET], "-e ••• -e •••"),
        (["-e", "@vars.yaml", "-e", "edpm_debug=true", "-e"], "-e @vars.yaml -e edpm_debug=true -e"),
        (["-e", "-e", "all"], "-e ••• all"),
    ],
)
def test_a_secret_of_a_command_line_shows_as_dots(words: list[str], shown: str) -> None:
    """Whatever may be a secret value is dots; what says where it is, and all else, can be repeated."""
    assert redaction.command_line(["osk", "deploy", *words]) == f"osk deploy {shown}"


@pytest.mark.parametrize(
    "text",
    [f"secrets.a.b:{SECRET}", f"secrets.a={{b: [{SECRET}", f"secrets..b={SECRET}", f"secrets.a[0]={SECRET}"],
)
def test_a_secret_that_cannot_be_read_is_not_shown(text: str) -> None:
    """A misspelt `--set` of a secret is refused without its value."""
    with pytest.raises(OskError) as refused:
        settings.document([text])

    assert SECRET not in str(refused.value.problems)
