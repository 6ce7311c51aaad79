"""A recorded executable: plays the program that it is called as; `__name__` is the path of its state."""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
from tests.fakes.crc import programs  # it is run alone, with nothing of ours on its path


class _Disk:
    """The home folder."""

    def has(self, path: str) -> bool:
        return self._at(path).exists()

    def read(self, path: str) -> str:
        return self._at(path).read_text()

    def write(self, path: str, text: str) -> None:
        self._at(path).parent.mkdir(parents=True, exist_ok=True)
        self._at(path).write_text(text)

    def remove(self, path: str) -> None:
        place = self._at(path)
        for each in [place] if place.is_file() else sorted(place.rglob("*"), reverse=True):
            each.unlink()

    def _at(self, path: str) -> Path:
        """Keep what is the system's beside the home folder: a recorded sudo is nobody's."""
        home = Path(os.environ["HOME"])
        is_own = not path.startswith("/") or Path(path).is_relative_to(home)
        return home / path if is_own else home.parent / "root" / path.lstrip("/")


_state = json.loads(Path(__name__).read_text())
sys.path.append(_state["site"])
_given = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
_code, _out, _err = programs.answer(_state, _Disk(), [sys.orig_argv[2], *sys.argv[1:]], _given, os.environ)
Path(__name__).write_text(json.dumps(_state))
sys.stdout.write(_out)
sys.stderr.write(_err)
sys.exit(_code)
