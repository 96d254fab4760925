"""rude_daemon.py MODE [ARGUMENT]: a hookd daemon (extended dialect) that misbehaves in one way.

In every call it announces two files with some output, as the real one does, before it does what MODE says.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile

MODE = sys.argv[1]
ARGUMENT = sys.argv[2] if len(sys.argv) > 2 else ""

HELLO = {
    "protocol": 1,
    "daemon": "rude_daemon.py",
    "version": "0",
    "pid": os.getpid(),
    "python": {"implementation": "cpython", "version": "3", "executable": sys.executable},
    "platform": sys.platform,
    "features": [],
}

SLEEPER = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"


def say(text):
    data = memoryview(text.encode())
    while data:
        data = data[os.write(1, data[:1] if MODE == "slow" else data) :]


def forever():
    os.write(2, b"now for ever")
    while True:
        signal.pause()


def read_line():
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            sys.exit(0)
        line += byte
    return line.decode().rstrip("\n")


def announce():
    folder = tempfile.mkdtemp(prefix="hookd-rude-")
    for name in "stdout", "stderr":
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(name + " of the hook")
        say("%s %s\n" % (name.upper(), json.dumps(path)))


def leave_children():
    """One child, one in a session of its own, and one that is nobody's child any more."""
    pids = [
        subprocess.Popen([sys.executable, "-S", "-c", SLEEPER]).pid,
        subprocess.Popen([sys.executable, "-S", "-c", SLEEPER], start_new_session=True).pid,
    ]
    orphan = "import os, subprocess, sys; print(subprocess.Popen(%r, stdout=2, start_new_session=True).pid)" % (
        [sys.executable, "-S", "-c", SLEEPER],
    )
    pids.append(int(subprocess.check_output([sys.executable, "-S", "-c", orphan])))
    with open(ARGUMENT, "w") as file:
        file.write(" ".join(map(str, pids)))


def start():
    if MODE == "die-before-ready":
        sys.stderr.write("I cannot go on\n")
        sys.exit(3)
    elif MODE == "die-in-first-line":
        say("REA")
        sys.exit(0)
    elif MODE == "garbage":
        say("Welcome to the rude daemon!\nREADY\n")
        forever()
    elif MODE == "endless-line":
        while True:
            say("x" * 4096)
    elif MODE == "silent":
        forever()
    elif MODE == "fatal-before-ready":
        say("FATAL InternalError no disk\nTRACEBACK line 1\\nline 2\n")
        sys.exit(1)
    elif MODE == "bad-refusal":
        say("READY\n")
        read_line()
        say("ERROR HookRuntimeError hello yourself\nREADY\n")
        forever()
    elif MODE == "ignore-sigterm":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def shake_hands():
    say("READY\n")
    if not MODE.startswith("classic-"):
        say("EXPECT action\n")
        read_line()
        say("HELLO %s\nREADY\n" % json.dumps(HELLO))
    else:
        read_line()
        say("ERROR InvalidAction no\nTRACEBACK none\nREADY\nEXPECT action\n")


def call():
    """Answers one call, or does not."""
    if MODE == "classic-wrong-expect":
        say("EXPECT build_backend\n")
        read_line()
        say("EXPECT hook_name\n")
        read_line()
        say("EXPECT sdist_directory\n")
        forever()
    elif MODE == "classic-expect-twice":
        say("EXPECT build_backend\n")
        read_line()
        say("EXPECT build-backend\n")
        forever()
    elif MODE == "classic-expect-in-path":
        say("EXPECT build_backend\n")
        read_line()
        say("EXPECT hook_name\n")
        forever()
    elif MODE.startswith("classic-"):
        path = os.path.join(tempfile.mkdtemp(prefix="hookd-rude-"), "stdout")
        with open(path, "w") as file:
            file.write("stdout of the hook")
        say("STDOUT %s\n" % path)
        if MODE == "classic-announce":
            say("STDERR %s\n" % ARGUMENT)
        if MODE == "classic-hang":
            forever()
        say("OK ['a']\nREADY\nEXPECT action\n")
        return
    announce()
    if MODE == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif MODE == "die-in-line":
        say('OK ["a"')
        sys.exit(7)
    elif MODE == "answer-then-die":
        say('OK ["a"]\n')
        sys.exit(7)
    elif MODE == "error-then-die":
        say('ERROR {"kind": "HookRuntimeError", "message": "no", "exception": null, "traceback": null,')
        say(' "unsupported_operation": false, "cancelled": false}\n')
        sys.exit(7)
    elif MODE == "two-answers":
        say('OK ["a"]\nOK ["b"]\nREADY\n')
    elif MODE == "ready-without-answer":
        say("READY\n")
    elif MODE == "expect":
        say("EXPECT build_backend\n")
    elif MODE == "hello-again":
        say("HELLO %s\n" % json.dumps(HELLO))
    elif MODE == "late-file":
        say('OK ["a"]\nSTDOUT "/tmp/late"\nREADY\n')
    elif MODE == "not-json":
        say("OK [a]\nREADY\n")
    elif MODE == "unknown-keyword":
        say("SURPRISE 1\n")
    elif MODE == "garbage-in-call":
        say("Segmentation fault (core dumped)\n" * 1000)
    elif MODE == "shutdown-in-call":
        say("SHUTDOWN\n")
        sys.exit(0)
    elif MODE == "fatal":
        say('FATAL {"kind": "InternalError", "message": "no disk", "traceback": "line 1\\nline 2"}\n')
        sys.exit(1)
    elif MODE == "close-stdout":
        os.close(1)
        forever()
    elif MODE in ("hang", "ignore-sigterm"):
        forever()
    elif MODE == "children":
        leave_children()
        say('WARNING {"message": "children", "category": "a.B", "filename": "f", "lineno": 1}\n')
        forever()
    elif MODE == "children-then-die":
        leave_children()
        os.kill(os.getpid(), signal.SIGKILL)
    elif MODE == "noisy":
        for _ in range(100):
            os.write(2, b"0123456789abcdef" * 65536)
        os.write(2, "the end ünd".encode())
    if MODE in ("two-answers", "ready-without-answer", "expect", "hello-again", "late-file", "not-json", "unknown-keyword"):
        forever()
    if MODE == "wrong-type":
        say('OK {"a": 1}\n')
    else:
        say('OK ["a"]\n')
    say("READY\n")
    if MODE == "answer-to-nothing":
        say('OK ["b"]\n')
        forever()
    elif MODE == "ready-twice":
        say("READY\n")
        forever()


def main():
    start()
    shake_hands()
    if MODE == "deaf":
        forever()
    elif MODE == "close-stdin":
        os.close(0)
        forever()
    while True:
        action = read_line()
        if action == "shutdown":
            if MODE == "no-shutdown":
                forever()
            say("SHUTDOWN\n")
            return
        if action == "run":
            if not MODE.startswith("classic-"):
                read_line()
            call()


main()
