#!/usr/bin/env python3
"""Times gatewright's commands on generated stacks of 10, 100 and 1,000 routes, on the local account.

    benches/stacks.py [BINARY]                     (default: builds the release binary)
    benches/stacks.py --rounds 9 --routes 10,100,1000 BINARY

The stacks spread their routes over ten functions; 1,000 routes are 200 paths with five verbs each. Every round measures each command on each size once, so that a machine whose speed drifts
does so for all of them; medians are printed. CPU seconds are user and system time of the process and its children. Peak memory
is measured by GNU time in a run of its own. Needs Python 3.9 and, for the memory, /usr/bin/time.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
FUNCTIONS = 10
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def build():
    subprocess.run(["cargo", "build", "-q", "--release", "--locked"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/gatewright"


def write_stack(folder, routes):
    """A stack file (JSON is YAML) and its functions' code."""
    for number in range(FUNCTIONS):
        code = folder / "code" / f"f{number}"
        code.mkdir(parents=True)
        answer = json.dumps({"function": number})
        text = f"exports.handler = async () => ({{ statusCode: 200, body: {json.dumps(answer)} }});\n"
        (code / "index.js").write_text(text)
    # Five verbs a path where there are many routes: an API has at most 300 resources.
    verbs = VERBS if routes > 250 else VERBS[:1]
    table = {}
    for number in range(routes):
        path = f"/path{number // len(verbs)}"
        table[f"{verbs[number % len(verbs)]} {path}"] = {"function": f"f{number % FUNCTIONS}"}
    functions = {
        f"f{number}": {
            "code": f"code/f{number}",
            "handler": "index.handler",
            "runtime": "nodejs22.x",
            "role": "shared",
            "log_retention_days": 14,
        }
        for number in range(FUNCTIONS)
    }
    stack = {
        "stack": "large",
        "roles": {"shared": {"managed_policies": ["service-role/AWSLambdaBasicExecutionRole"]}},
        "functions": functions,
        "api": {"routes": table},
        "outputs": {"url": "${api.url}"},
    }
    (folder / "stack.yaml").write_text(json.dumps(stack, indent=1))


def timed(command, cwd):
    """Wall and CPU seconds of a command that must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], cwd=cwd, **QUIET)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def peak_mib(command, cwd):
    out = cwd / "peak"
    if not Path("/usr/bin/time").exists():
        return float("nan")
    subprocess.run(["/usr/bin/time", "-f", "%M", "-o", out, *command], cwd=cwd, check=True, **QUIET)
    return int(out.read_text().split()[-1]) / 1024


class Stack:
    def __init__(self, binary, folder, routes):
        self.binary, self.folder, self.routes = binary, folder, routes
        folder.mkdir()
        write_stack(folder, routes)

    def command(self, name, work_dir, *more):
        return [self.binary, name, "--local", "--work-dir", work_dir, *more, "stack.yaml"]

    def commands(self):
        """What is measured, in an order that makes sense: name, command, folder to remove before it."""
        return [
            ("validate", self.command("validate", "full"), None),
            ("plan, empty account", self.command("plan", "empty"), None),
            ("first deploy", self.command("deploy", "new", "--yes"), "new"),
            ("plan, deployed", self.command("plan", "full"), None),
            ("deploy, nothing to do", self.command("deploy", "full", "--yes"), None),
        ]

    def prepare(self):
        timed(self.command("deploy", "full", "--yes"), self.folder)
        # Zips are there already: what is measured is not the compression of ten small files.
        timed(self.command("plan", "empty"), self.folder)

    def run(self, name, measure):
        for at, command, fresh in self.commands():
            if at == name:
                if fresh:
                    shutil.rmtree(self.folder / fresh, ignore_errors=True)
                return measure(command, self.folder)
        raise KeyError(name)


def start_up(binary, cwd, rounds):
    """`--version` beside the cheapest process there is, in turn."""
    nothing = shutil.which("true")
    walls = {"true": [], "gatewright": []}
    for _ in range(rounds):
        walls["true"].append(timed([nothing], cwd)[0])
        walls["gatewright"].append(timed([binary, "--version"], cwd)[0])
    true, ours = (1000 * statistics.median(walls[name]) for name in ("true", "gatewright"))
    print(f"`true` {true:.1f} ms, `gatewright --version` {ours:.1f} ms: {ours - true:.1f} ms of its own")
    print(f"peak memory of `--version` {peak_mib([binary, '--version'], cwd):.1f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--routes", default="10,100,1000")
    options = parser.parse_args()
    binary = (options.binary or build()).resolve()
    sizes = [int(size) for size in options.routes.split(",")]
    for name in list(os.environ):
        if name.startswith(("AWS_", "GATEWRIGHT_")):
            del os.environ[name]

    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {options.rounds} rounds, medians\n")
        start_up(binary, scratch, options.rounds * 5)
        stacks = [Stack(binary, scratch / str(size), size) for size in sizes]
        for stack in stacks:
            stack.prepare()
        names = [name for name, _, _ in stacks[0].commands()]
        measured = {(name, stack.routes): [] for name in names for stack in stacks}
        for _ in range(options.rounds):
            for name in names:
                for stack in stacks:
                    measured[name, stack.routes].append(stack.run(name, timed))
        table(sizes, names, measured, stacks)
        print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def table(sizes, names, measured, stacks):
    median = lambda name, size, what: statistics.median(run[what] for run in measured[name, size])
    head = [f"{size} routes" for size in sizes] + [f"×{b}/{a}" for a, b in zip(sizes, sizes[1:])]
    for what, title in ((0, "wall, ms"), (1, "CPU, ms")):
        print("\n| " + " | ".join([title, *head]) + " |")
        print("|---|" + "---:|" * len(head))
        for name in names:
            values = [1000 * median(name, size, what) for size in sizes]
            growth = [f"{b / a:.1f}" for a, b in zip(values, values[1:])]
            print("| " + " | ".join([name, *(f"{value:.0f}" for value in values), *growth]) + " |")
    print("\n| " + " | ".join(["peak memory, MiB", *head]) + " |")
    print("|---|" + "---:|" * len(head))
    for name in names:
        values = [stack.run(name, peak_mib) for stack in stacks]
        growth = [f"{b / a:.1f}" for a, b in zip(values, values[1:])]
        print("| " + " | ".join([name, *(f"{value:.1f}" for value in values), *growth]) + " |")


if __name__ == "__main__":
    main()
