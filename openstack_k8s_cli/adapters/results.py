"""Results of tests in a folder: files, and what an archive holds."""

import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path


class Results:
    """A folder; what is there already is replaced file by file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def text(self, name: str, text: str) -> None:
        """Write one file."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def unpack(self, read: Callable[[Callable[[bytes], object]], object]) -> int:
        """Write an archive to disk as it comes, and take its files out; nothing gets out of the folder.

        Raises OSError.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as whole:
            read(whole.write)
            whole.seek(0)
            try:
                with tarfile.open(fileobj=whole) as archive:
                    return sum(self._put(archive, each) for each in archive)
            except tarfile.TarError as error:
                message = f"what came is no whole archive: {error}"
                raise OSError(message) from error

    def _put(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> bool:
        """Write a file; links and devices are passed over."""
        if member.isfile():
            archive.extract(member, self.folder, filter="data")
        return member.isfile()
