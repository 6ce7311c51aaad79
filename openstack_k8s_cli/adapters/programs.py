"""Programs that were started."""

import subprocess


def end(process: "subprocess.Popen[bytes] | subprocess.Popen[str]", grace: float = 5.0) -> None:
    """End one that nobody waits for any longer; it has so many seconds to do so by itself."""
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
