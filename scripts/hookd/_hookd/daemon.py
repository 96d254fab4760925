"""The daemon: reads its command line, and answers actions until it is told or forced to end."""

# First of all: see there.
from . import baseline  # isort: skip

import os
import sys
import traceback

from . import classic, command_line, descriptors, extended, messages, posix_control
from .call import Calls
from .client import Client
from .errors import ChildExit, ClientGone, FatalError, HookError, Terminated
from .isolation import Isolation
from .names import DIALECTS, INTERNAL_ERROR
from .signals import Signals


def main(argv, usage):
    """Runs the daemon: returns the exit status of this process, or of a child that wants its interpreter finalized."""
    options = command_line.parse(argv, usage)
    if isinstance(options, int):
        return options
    command_line.make_python_path_absolute()
    if options.source_tree is not None:
        os.chdir(options.source_tree)
    try:
        return _run(options, os.path.abspath(argv[0]))
    except ChildExit as child:
        return child.status


def _run(options, script):
    client_in, client_out, stderr = descriptors.fence()
    debug = stderr if os.environ.get("HOOKD_DEBUG") else None
    if debug is None and stderr is not None:
        os.close(stderr)
    signals = Signals(ending=True)
    posix_control.adopt_orphans()
    sender = messages.Messages(client_out, signals, debug, DIALECTS[options.dialect])
    client = Client(client_in, signals)
    sys.argv = [script]
    baseline.drop_extra_modules()
    isolation = Isolation(script, options.isolation, signals, client, options.preload == "on", options.learned)
    calls = Calls(sender, isolation)
    try:
        status = _converse(sender, client, calls, asks_backend_path=options.dialect == "uv")
    except ClientGone:
        status = 0
    except Terminated as ending:
        status = 128 + ending.signum
    except FatalError as error:
        status = _fatal(sender, error.kind, error.message, None)
    except Exception as error:
        status = _fatal(sender, INTERNAL_ERROR, "%s: %s" % (type(error).__name__, error), traceback.format_exc())
    # Not reached by ChildExit: what follows is the daemon's alone.
    isolation.close()
    calls.close()
    sys.stderr.flush()
    # Without the interpreter's own end: nothing here has an exit handler, and a second signal shall not interrupt it.
    os._exit(status)


def _converse(sender, client, calls, asks_backend_path):
    conversation = classic.Classic(sender, client, calls, asks_backend_path)
    while True:
        try:
            following = conversation.next_action()
        except HookError as error:
            sender.error(error)
            following = conversation
        if following is None:
            sender.shutdown()
            sender.flush()
            return 0
        if following is not conversation:
            conversation = extended.Extended(sender, client, calls)


def _fatal(sender, kind, message, text):
    try:
        sender.fatal(kind, message, text)
        sender.flush()
    except (ClientGone, Terminated, OSError):
        sys.stderr.write(text or message)
        return 1  # nobody to tell; the status says it
    return 1
