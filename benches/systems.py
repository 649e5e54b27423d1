#!/usr/bin/env python3
"""Deploys the five example systems from nothing, one command each, and prints the calls and seconds of each and their sums.

    benches/systems.py                             (builds the release binary)
    benches/systems.py --rounds 5 BINARY

Each round starts with an empty local account and an empty MiniStack of its own and takes the systems in turn; medians of the rounds
are printed. The functions' and sites' builds (`npm ci`, `pip install`) are made before and kept, as between any two deploys: what is
timed is packaging, planning, the calls and waiting for the account. Then each system is deployed again, which must make no call that
writes, and destroyed. The command is printed with each system. Calls and seconds are those of the command's own result object;
`wall` is the whole process. MiniStack is installed on first use into a folder (--tools, default: `bench-tools` in the target folder)
from tests/support/emulators/ministack.txt. Needs Python 3.11, Node.js 20 or newer and npm.
"""

import argparse
import contextlib
import json
import os
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AUTH0 = {"auth0_domain": "example.eu.auth0.com", "auth0_client_id": "page", "audience": "https://api.example"}
SYSTEMS = {
    "24-hour-video": (["24-hour-video"], {**AUTH0, "bucket": "videos"}),
    "account-api": (["auth0-authorizers", "account-api"], AUTH0),
    "cudas": (["cudas"], {}),
    "auth0-custom-authorizer": (["auth0-custom-authorizer"], AUTH0),
    "lambda-auth": (["lambda-auth"], {"sender": "accounts@example.com"}),
}


def build():
    subprocess.run(["cargo", "build", "-q", "--release", "--locked"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/gatewright"


def environment(endpoint=None):
    """Nothing of the person who runs this, and the emulator where one is named."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))}
    kept |= {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "NO_COLOR": "1"}
    kept |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    kept |= {"AWS_EC2_METADATA_DISABLED": "true", "AUTH0_SECRET": "a secret of the bench"}
    return kept | ({"AWS_ENDPOINT_URL": endpoint} if endpoint else {})


class Place:
    """An account to deploy to: its name, the options that lead there, and the folder for the tool's own files."""

    def __init__(self, name, options, work, binary, endpoint):
        self.name, self.options, self.work, self.binary = name, options, work, binary
        self.env = environment(endpoint)

    def arguments(self, command, system):
        files, params = SYSTEMS[system]
        given = [word for name, value in params.items() for word in ("--param", f"{name}={value}")]
        return [command, *self.options, *given, *(f"stacks/{name}.yaml" for name in files)]

    def run(self, command, system):
        """The sums over the system's stacks, and the seconds of the whole process."""
        arguments = [self.binary, *self.arguments(command, system), "--yes", "--json", "--work-dir", self.work]
        started = time.perf_counter()
        done = subprocess.run(arguments, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        wall = time.perf_counter() - started
        if done.returncode != 0:
            sys.exit(f"{shlex.join(map(str, arguments))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        results = [json.loads(line)["result"] for line in done.stdout.splitlines() if '"event":"result"' in line]
        sums = {what: sum(result[what] for result in results) for what in ("created", "calls", "seconds")}
        return {**sums, "wall": wall}


@contextlib.contextmanager
def ministack(tools):
    python = installed(tools)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = environment() | {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "HOME": str(tools)}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([python, "-m", "ministack"], env=env, cwd=tools, start_new_session=True, **quiet)
    try:
        endpoint = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{endpoint}/_ministack/health").close()
                break
            if time.monotonic() > deadline or server.poll() is not None:
                sys.exit("MiniStack does not start")
            time.sleep(0.1)
        yield endpoint
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def installed(tools):
    folder = tools / "ministack"
    if not (folder / "installed").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        listed = ROOT / "tests/support/emulators/ministack.txt"
        pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", listed]
        subprocess.run(pip, check=True)
        (folder / "installed").touch()
    return folder / "bin/python"


def measured(place, measurements):
    """One round at one place."""
    for system in SYSTEMS:
        measurements.setdefault((place.name, system), []).append(place.run("deploy", system))
        again = place.run("deploy", system)
        if again["calls"]:
            sys.exit(f"{place.name}: a second deploy of {system} made {again['calls']} writing calls")
    for system in SYSTEMS:
        place.run("destroy", system)


def emptied(work):
    """A folder for the tool: with the builds of the rounds before, and nothing else of them."""
    for left in work.glob("*"):
        if left.name != "build":
            shutil.rmtree(left)
    return work


def rounds(binary, tools, work, count):
    measurements = {}
    for number in range(count + 1):
        # The first round makes the builds and is not counted.
        into = measurements if number else {}
        with ministack(tools) as endpoint:
            measured(Place("local account", ["--local"], emptied(work), binary, None), into)
            remote = ["--endpoint-url", endpoint]
            measured(Place("MiniStack", remote, emptied(work), binary, endpoint), into)
        print(f"round {number} of {count}", file=sys.stderr)
    return measurements


def report(measurements):
    print("| system | place | objects | calls | seconds | wall |")
    print("|--------|-------|--------:|------:|--------:|-----:|")
    for place in ("local account", "MiniStack"):
        sums = dict.fromkeys(("created", "calls", "seconds", "wall"), 0)
        for system in SYSTEMS:
            taken = measurements[place, system]
            middle = {what: statistics.median(one[what] for one in taken) for what in sums}
            sums = {what: sums[what] + middle[what] for what in sums}
            line(system, place, middle)
        line("all five", place, sums)


def line(system, place, figures):
    objects, calls = int(figures["created"]), int(figures["calls"])
    print(f"| {system} | {place} | {objects} | {calls} | {figures['seconds']:.2f} | {figures['wall']:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--tools", type=Path, default=target / "bench-tools")
    given = parser.parse_args()
    binary = (given.binary or build()).resolve()
    given.tools.mkdir(parents=True, exist_ok=True)
    for system in SYSTEMS:
        command = Place("", ["--local"], "", binary, None).arguments("deploy", system)
        print(shlex.join(["gatewright", *command]))
    print()
    with tempfile.TemporaryDirectory() as work:
        report(rounds(binary, given.tools.resolve(), Path(work), given.rounds))


if __name__ == "__main__":
    main()
