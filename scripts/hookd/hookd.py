#!/usr/bin/env python3
"""hookd.py [--dialect=hookd|uv] [--isolation=fork|fresh] [--preload=on|off] [--learned=DIRECTORY] [SOURCE_TREE]

Runs PEP 517 and PEP 660 build hooks, one after the other, each in a process of its own that is forked from one which has
the build backend imported already. It changes into SOURCE_TREE first (default: stays where it is) and talks over standard
input and output: UTF-8, one message a line. docs/protocol.md has the whole contract; in brief:

Daemon to client
    READY                    waits for an action; after a call also: that call is over
    EXPECT <name>            waits for one line: action, build_backend, hook_name, then the hook's arguments
                             (wheel_directory, sdist_directory, metadata_directory, config_settings)
    STDOUT <path>            where the hook's output goes, announced before the backend is imported; the client
    STDERR <path>            deletes both files
    OK <data>                the hook returned; Python's str() of the value
    ERROR <kind> <message>   the call failed, the daemon goes on; kind is one of MissingBackendModule,
                             MissingBackendAttribute, MalformedBackendName, BackendImportError, InvalidHookName,
                             InvalidAction, UnsupportedHook, MalformedHookArgument, HookRuntimeError
    FATAL <kind> <message>   the daemon is about to exit; kind is ProtocolViolation or InternalError
    TRACEBACK <lines>        may follow ERROR or FATAL
    DEBUG <text>             for a person, at any time
    SHUTDOWN                 the daemon exits

A line feed inside a value is written as the two characters \\n.

Client to daemon
    run                      then one line for each EXPECT; an empty build_backend is setuptools.build_meta:__legacy__
    shutdown                 the daemon answers SHUTDOWN and exits with status 0
    hello                    switches to the extended dialect
    (empty lines are skipped while an action is expected)

--dialect=uv spells two names build-backend and hook-name, and asks for backend-path between them: directories, one a line,
ended by an empty line.

Extended, after hello: the daemon answers HELLO <json> and READY. Every payload is JSON on one line, there is no EXPECT, and
the actions are run and features (each followed by one request line, a JSON object), cancel and shutdown. Two more messages
come before OK or ERROR: WARNING <json> for each warning that Python showed, and USAGE <json> with times and peak memory.

Options
    --dialect=hookd|uv       how names are spelt (default: hookd)
    --isolation=fork|fresh   fresh: a new interpreter for every call (default: fork where that is safe)
    --preload=on|off         on: modules that hooks were seen to import are imported ahead of the next ones (default: on)
    --learned=DIRECTORY      where to keep, for the next daemon, which modules these are (absolute; default: nowhere)
    --help                   this text

Environment
    HOOKD_DEBUG              when not empty, every message sent is also written to standard error

Exit status: 0 after shutdown or end of file, 1 after FATAL, 2 for wrong usage, 128+n after signal n.
"""

# multiprocessing's spawn and forkserver import this file again in a hook's own workers, under another name: then nothing
# below may happen.
if __name__ == "__main__":
    import sys

    # The script's folder must not be importable by hooks, and the standard library must not be looked up in it. With -I or
    # -P the interpreter has not put it there.
    if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
        del sys.path[0]

    import os

    _folder = os.path.dirname(os.path.realpath(__file__))
    sys.path.insert(0, _folder)
    if sys.argv[1:2] == ["--run-child"]:
        from _hookd.fresh_child import main
    else:
        from _hookd.daemon import main
    sys.path.remove(_folder)
    for _entry in (_folder, os.path.join(_folder, "_hookd")):
        sys.path_importer_cache.pop(_entry, None)
    del _folder, _entry
    sys.exit(main(sys.argv, __doc__))
