"""Runs a hook in a new interpreter: the starting half in the daemon, and main() in the new process."""

# First of all: see there.
from . import baseline  # isort: skip

import json
import os
import signal
import sys

from . import descriptors, hook, interpreter, output_files
from .request import Job

# Where the new process finds its job (a file) and its end of the result pipe.
_JOB_FD = 3
_RESULT_FD = 4


def start(job, script):
    """Starts the job: returns (pid, reading end of the result pipe). Safe in a process with threads, needs no fork."""
    reader, writer = descriptors.pipe()
    # A file and not a pipe: it takes a job of any size without anybody having to read.
    request = output_files.create_unlinked(".job")
    opened = [writer, request]
    try:
        with open(request, "wb", closefd=False) as file:
            file.write(json.dumps(vars(job)).encode("ascii"))
        os.lseek(request, 0, os.SEEK_SET)
        moves = [(request, _JOB_FD), (writer, _RESULT_FD)]
        for target, announced in ((1, job.stdout), (2, job.stderr)):
            output = descriptors.move_high(descriptors.open_output(announced))
            opened.append(output)
            moves.append((output, target))
        pid = os.posix_spawn(
            sys.executable,
            interpreter.command() + [script, "--run-child"],
            dict(os.environ, **job.environ),
            file_actions=[(os.POSIX_SPAWN_DUP2, source, target) for source, target in moves],
            # As subprocess does: Python ignores these, other programs must not inherit that.
            setsigdef=[getattr(signal, name) for name in ("SIGPIPE", "SIGXFZ", "SIGXFSZ") if hasattr(signal, name)],
        )
    except BaseException:
        os.close(reader)
        raise
    finally:
        for fd in opened:
            os.close(fd)
    return pid, reader


def main(argv, usage):
    """The new process: returns its exit status, after which the interpreter ends as it does for any script."""
    try:
        with open(_JOB_FD, "rb") as file:
            values = json.loads(file.read().decode("ascii"))
        writer = descriptors.move_high(_RESULT_FD)
    except (OSError, ValueError):
        sys.stderr.write("hookd.py: --run-child is for hookd.py's own use\n")
        return 2
    os.setsid()
    sys.argv = argv[:1]
    baseline.drop_extra_modules()
    return hook.run(Job(**values), hook.ResultPipe(writer))
