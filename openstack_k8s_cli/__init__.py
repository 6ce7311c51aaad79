"""osk: a declarative installer for OpenStack on Kubernetes."""

import signal
import sys

__version__ = "0.1.0"

_IS_OSK = sys.argv[:1] and sys.argv[0].rpartition("/")[2] == "osk"
if _IS_OSK and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # The first that runs of the program `osk`: until cli.signals listens, Ctrl-C ends it without Python's traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
