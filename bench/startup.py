#!/usr/bin/env python3
"""How long a start of ./hookd takes: with its archive of classes, without it, and without lazy loading either.

    bench/startup.py [--rounds N]

Run ./hookd once before. The variants take turns, so that what else the machine does meets all of them alike.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CALL = ["call", "get_requires_for_build_wheel", str(ROOT / "examples/python/flit")]


def default_archive():
    """The archive that comes with the JDK: the one that Java takes where it is told of no other."""
    said = subprocess.run(
        ["java", "-XshowSettings:properties", "-version"], stderr=subprocess.PIPE, check=True, text=True
    ).stderr
    home = next(line.split(" = ")[1] for line in said.splitlines() if line.strip().startswith("java.home"))
    return Path(home) / "lib/server/classes.jsa"


def milliseconds(arguments, java_options):
    environment = dict(os.environ, HOOKD_JAVA_OPTS=java_options, HOOKD_NO_BUILD="1")
    start = time.perf_counter()
    subprocess.run([ROOT / "hookd", *arguments], env=environment, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    if not list((ROOT / "cli/target/hookd").glob("*.jsa")):
        sys.exit("there is no archive yet: run ./hookd --version first")
    without = f"-XX:SharedArchiveFile={default_archive()}"
    variants = {
        "hookd --version": (["--version"], ""),
        "hookd --version, no archive": (["--version"], without),
        # An option beside it takes it through the parser, and all commands are read.
        "hookd --version, no archive, no lazy loading": (["--quiet", "--version"], without),
        "hookd call, warm machine": (CALL, ""),
        "hookd call, warm machine, no archive": (CALL, without),
    }
    times = {name: [] for name in variants}
    for _ in range(rounds + 1):
        for name, (arguments, options) in variants.items():
            times[name].append(milliseconds(arguments, options))
    print("| start | median, ms | least, ms |\n|---|---|---|")
    for name, all_of_them in times.items():
        warm = all_of_them[1:]  # the first one may have had to read from the disk
        print(f"| `{name}` | {statistics.median(warm):.0f} | {min(warm):.0f} |")


if __name__ == "__main__":
    main()
