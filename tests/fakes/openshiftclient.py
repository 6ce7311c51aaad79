"""OpenShift's `oc` as an executable: the options of `oc login` are those of oc 4.20, and without `--web` those of 4.12."""

from pathlib import Path

_OC = """\
#!/bin/sh
echo "$*" >> {log}
case "$1 $2" in
  "login --help") printf '%s' '{options}';;
  "whoami "*) {whoami};;
  *) echo "error: unknown command" >&2; exit 1;;
esac
"""
_OPTIONS = "Options:\n    -p, --password=:\n    -u, --username=:\n"
_WEB = "    -w, --web=false:\n"


def oc(folder: Path, *, web: bool = True, user: str = "") -> Path:
    """Write it into a folder of its own; gives the file with its command lines."""
    folder.mkdir()
    log = folder / "log"
    log.touch()
    whoami = f"echo {user}" if user else 'echo "error: You must be logged in" >&2; exit 1'
    program = folder / "oc"
    program.write_text(
        _OC.format(log=log, options=_OPTIONS + (_WEB if web else ""), whoami=whoami), encoding="utf-8"
    )
    program.chmod(0o755)
    return log
