#!/usr/bin/env python3
"""Requests per second and latency of `gatewright dev`, beside MiniStack, serverless-offline and a bare HTTP server.

    benches/gateway.py                             (builds the release binary and examples/bare_server.rs)
    benches/gateway.py --alone BINARY              (no other tools, nothing built)
    benches/gateway.py --seconds 4 --rounds 3 --requests 100000 BINARY

Every server runs on this machine and is measured in turn, one server at a time, round by round; medians of the rounds are printed.
Load comes from wrk: one thread, keep-alive, over one connection and over sixteen. What each route must answer is checked first, and
requests that went wrong later are told. Then `--requests` requests go to a fresh `gatewright dev`, and its resident
memory is printed as they do.

The other tools are installed on first use into a folder (--tools, default: `bench-tools` in the target folder): MiniStack
from tests/support/emulators/ministack.txt, serverless-offline with npm at the versions below. MiniStack has no mapping templates
and serverless-offline no MOCK integrations, so they are not asked for them. Needs Python 3.11, Node.js 20 or newer, wrk.
"""

import argparse
import contextlib
import json
import os
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
OFFLINE = ["serverless@3.40.0", "serverless-offline@13.9.0"]
CONNECTIONS = (1, 16)

NODE = """exports.proxy = async () => ({ statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: '{"hello":"world"}' });
exports.custom = async (event) => ({ name: event.name, list: [event.id, event.agent] });
"""
PYTHON = """def proxy(event, context):
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": '{"hello":"world"}'}
"""
REQUEST_TEMPLATE = """#set($body = $input.path('$'))
{ "name": $input.json('$.name'), "id": "$input.params('id')", "agent": "$util.escapeJavaScript($body.agent)" }"""
RESPONSE_TEMPLATE = """#set($answer = $input.path('$'))
{ "hello": "$answer.name", "items": [#foreach($item in $answer.list)"$util.escapeJavaScript($item)"#if($foreach.hasNext),#end#end] }"""
MOCK_REQUEST = '{ "statusCode": 200 }'
BODY = json.dumps({"name": "world", "agent": 'a "quoted" word'})

# Route: verb, path, and whether an answer is right.
ROUTES = {
    "mock": ("GET", "/mock", lambda answer: answer["hello"] == "world"),
    "templates": ("POST", "/custom/7", lambda answer: answer["hello"] == "world" and answer["items"][0] == "7"),
    "node": ("GET", "/node", lambda answer: answer["hello"] == "world"),
    "python": ("GET", "/python", lambda answer: answer["hello"] == "world"),
}
TITLES = {
    "mock": "MOCK",
    "templates": "function with mapping templates (Node.js)",
    "node": "proxy function, Node.js",
    "python": "proxy function, Python",
    "bare": "bare axum server, constant answer",
}

WRK_SCRIPT = """wrk.method = "%s"
wrk.headers["Content-Type"] = "application/json"
wrk.body = %s
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests": %%d, "us": %%d, "p50": %%d, "p99": %%d, "bad": %%d}\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


def functions(folder):
    """The code of the functions, the same for every tool."""
    folder.mkdir(parents=True)
    (folder / "index.js").write_text(NODE)
    (folder / "handler.py").write_text(PYTHON)


def stack(folder, templates=True):
    functions(folder / "code")
    node = {"code": "code", "runtime": "nodejs20.x", "role": "shared", "memory_mb": 256}
    python = {**node, "runtime": "python3.11", "handler": "handler.proxy"}
    routes = {"GET /node": {"function": "node"}, "GET /python": {"function": "python"}}
    if templates:
        routes["GET /mock"] = {
            "mock": True,
            "request_templates": {"application/json": MOCK_REQUEST},
            "responses": {"200": {"templates": {"application/json": '{"hello":"world"}'}}},
        }
        routes["POST /custom/{id}"] = {
            "function": "custom",
            "integration": "custom",
            "request_templates": {"application/json": REQUEST_TEMPLATE},
            "responses": {"200": {"templates": {"application/json": RESPONSE_TEMPLATE}}},
        }
    text = {
        "stack": "bench",
        "roles": {"shared": {"managed_policies": ["service-role/AWSLambdaBasicExecutionRole"]}},
        "functions": {
            "node": {**node, "handler": "index.proxy"},
            "custom": {**node, "handler": "index.custom"},
            "python": python,
        },
        "api": {"routes": routes},
        "outputs": {"id": "${api.id}"},
    }
    (folder / "stack.yaml").write_text(json.dumps(text, indent=1))


def offline_project(folder, tools):
    functions(folder)
    (folder / "node_modules").symlink_to(tools / "node_modules")
    (folder / "package.json").write_text('{ "name": "bench", "private": true }')
    event = lambda path, verb, **more: [{"http": {"path": path, "method": verb, **more}}]
    custom = {
        "integration": "lambda",
        "request": {"template": {"application/json": REQUEST_TEMPLATE}},
        "response": {"headers": {"Content-Type": "'application/json'"}, "template": RESPONSE_TEMPLATE},
    }
    text = {
        "service": "bench",
        "frameworkVersion": "3",
        "provider": {"name": "aws", "runtime": "nodejs20.x"},
        "plugins": ["serverless-offline"],
        "custom": {"serverless-offline": {"noTimeout": True}},
        "functions": {
            "node": {"handler": "index.proxy", "events": event("/node", "get")},
            "custom": {"handler": "index.custom", "events": event("/custom/{id}", "post", **custom)},
            "python": {"handler": "handler.proxy", "runtime": "python3.11", "events": event("/python", "get")},
        },
    }
    (folder / "serverless.yml").write_text(json.dumps(text, indent=1))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def ask(base, route, timeout=60):
    verb, path, _ = ROUTES[route]
    data = BODY.encode() if verb == "POST" else None
    request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"}, method=verb)
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.load(answer)


class Server:
    """A tool that serves some of the routes."""

    def __init__(self, name, base, routes, process):
        self.name, self.base, self.routes, self.process = name, base, routes, process

    def check(self):
        for route in self.routes:
            if route == "bare":
                continue
            deadline = time.monotonic() + 90
            while True:
                try:
                    answer = ask(self.base, route)
                    break
                except (OSError, urllib.error.URLError) as error:
                    if time.monotonic() > deadline or self.process.poll() is not None:
                        sys.exit(f"{self.name} does not answer {route}: {error}")
                    time.sleep(0.2)
            if not ROUTES[route][2](answer):
                sys.exit(f"{self.name} answers {route} with {answer}")


@contextlib.contextmanager
def running(command, folder, log, **environment):
    """A process group that is ended at the end, whatever it started. What it prints goes to a file, as a terminal's would."""
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            env={**os.environ, **environment},
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(url, process, what):
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline or process.poll() is not None:
                sys.exit(f"{what} does not start")
            time.sleep(0.1)


@contextlib.contextmanager
def gatewright(binary, scratch, name="gatewright dev"):
    folder = Path(tempfile.mkdtemp(dir=scratch))
    stack(folder)
    port = free_port()
    with running([binary, "dev", "--port", port, "stack.yaml"], folder, folder / "log") as process:
        wait_for(f"http://127.0.0.1:{port}/", process, name)
        yield Server(name, f"http://127.0.0.1:{port}/dev", ["mock", "templates", "node", "python"], process)


@contextlib.contextmanager
def bare(binary, scratch):
    port = free_port()
    with running([binary, port], scratch, scratch / "bare.log") as process:
        wait_for(f"http://127.0.0.1:{port}/", process, "the bare server")
        yield Server("bare server", f"http://127.0.0.1:{port}", ["bare"], process)


@contextlib.contextmanager
def ministack(python, binary, scratch):
    folder = Path(tempfile.mkdtemp(dir=scratch))
    stack(folder, templates=False)
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    quiet = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "HOME": str(folder), "TMPDIR": str(folder)}
    with running([python, "-m", "ministack"], folder, folder / "log", **quiet) as process:
        wait_for(f"{endpoint}/_ministack/health", process, "MiniStack")
        tool = [str(binary), "deploy", "--yes", "--quiet", "--endpoint-url", endpoint, "stack.yaml"]
        subprocess.run(tool, cwd=folder, env={**os.environ, **keys}, check=True, stdout=subprocess.DEVNULL)
        tool = [str(binary), "outputs", "--name", "id", "--endpoint-url", endpoint, "stack.yaml"]
        api = subprocess.run(tool, cwd=folder, env={**os.environ, **keys}, check=True, capture_output=True, text=True)
        yield Server("MiniStack", f"{endpoint}/_aws/execute-api/{api.stdout.strip()}/dev", ["node", "python"], process)


@contextlib.contextmanager
def offline(tools, scratch):
    folder = Path(tempfile.mkdtemp(dir=scratch)) / "project"
    offline_project(folder, tools)
    ports = [free_port() for _ in range(3)]
    command = ["node", tools / "node_modules/serverless/bin/serverless.js", "offline", "--httpPort", ports[0]]
    command += ["--lambdaPort", ports[1], "--albPort", ports[2], "--host", "127.0.0.1"]
    settings = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "SLS_TRACKING_DISABLED": "1"}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with running(command, folder, folder / "log", **settings, **keys) as process:
        wait_for(f"http://127.0.0.1:{ports[0]}/", process, "serverless-offline")
        base = f"http://127.0.0.1:{ports[0]}/dev"
        yield Server("serverless-offline", base, ["templates", "node", "python"], process)


def load(server, route, connections, seconds, scratch):
    verb, path = ("GET", "/") if route == "bare" else ROUTES[route][:2]
    script = scratch / "wrk.lua"
    script.write_text(WRK_SCRIPT % (verb, json.dumps(BODY) if verb == "POST" else "nil"))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script, server.base + path]
    printed = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
    result = json.loads(next(line for line in printed.splitlines() if line.startswith("RESULT"))[7:])
    if result["bad"]:
        print(f"  {server.name}, {route}, {connections} connections: {result['bad']} of {result['requests']} went wrong")
    return {
        "rate": result["requests"] / (result["us"] / 1e6),
        "p50": result["p50"] / 1000,
        "p99": result["p99"] / 1000,
        "requests": result["requests"],
    }


def resident_mib(process):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def memory(binary, scratch, wanted):
    """Resident memory of the process while it answers every route in turn."""
    with gatewright(binary, scratch) as server:
        server.check()
        sent, shown, next_line = 0, [], 0
        while True:
            if sent >= next_line:
                shown.append((sent, resident_mib(server.process)))
                next_line += max(1, wanted // 10)
            if sent >= wanted:
                break
            for route in server.routes:
                sent += load(server, route, 16, 1, scratch)["requests"]
        shown.append((sent, resident_mib(server.process)))
    print("\nresident memory of `gatewright dev` (its functions are processes of their own)\n")
    print("| requests | MiB |\n|---:|---:|")
    for count, mib in shown:
        print(f"| {count} | {mib:.1f} |")


def tools_folder(options):
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    folder = (options.tools or target / "bench-tools").resolve()
    python = folder / "ministack/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "ministack"], check=True)
        wanted = ROOT / "tests/support/emulators/ministack.txt"
        subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "-r", wanted], check=True)
    if not (folder / "node_modules/serverless-offline").exists():
        (folder / "package.json").write_text('{ "name": "bench-tools", "private": true }')
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *OFFLINE], cwd=folder, check=True)
    return folder


def build():
    subprocess.run(["cargo", "build", "-q", "--release", "--locked", "--bins"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/gatewright"


def build_bare():
    subprocess.run(["cargo", "build", "-q", "--release", "--locked", "--example", "bare_server"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/examples/bare_server"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", nargs="?", type=Path)
    parser.add_argument("--alone", action="store_true", help="no other tools")
    parser.add_argument("--bare", type=Path, help="a built examples/bare_server.rs")
    parser.add_argument("--tools", type=Path, help="where the other tools are, or are to be installed")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed")
    for name in list(os.environ):
        if name.startswith(("AWS_", "GATEWRIGHT_")):
            del os.environ[name]
    binary = (options.binary or build()).resolve()
    plain = options.bare or (None if options.alone else build_bare())

    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        starters = [lambda: gatewright(binary, scratch)]
        if plain:
            starters.append(lambda: bare(plain.resolve(), scratch))
        if not options.alone:
            tools = tools_folder(options)
            starters.append(lambda: ministack(tools / "ministack/bin/python", binary, scratch))
            starters.append(lambda: offline(tools, scratch))
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; wrk -t1, {options.seconds} s a cell, median of {options.rounds}")
        with contextlib.ExitStack() as stack_of_servers:
            servers = [stack_of_servers.enter_context(start()) for start in starters]
            for server in servers:
                server.check()
            measured = measure(servers, options, scratch)
        table(servers, measured)
        if options.requests:
            memory(binary, scratch, options.requests)
        print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def measure(servers, options, scratch):
    measured = {}
    cells = [(route, connections) for route in TITLES for connections in CONNECTIONS]
    for number in range(-1, options.rounds):
        for route, connections in cells:
            for server in servers:
                if route in server.routes:
                    # Round -1 warms everything up: processes of functions, caches, just-in-time compilers.
                    seconds = options.seconds if number >= 0 else 1
                    result = load(server, route, connections, seconds, scratch)
                    if number >= 0:
                        measured.setdefault((route, connections, server.name), []).append(result)
    return measured


def table(servers, measured):
    print("\n| route | connections | server | requests/s | p50 ms | p99 ms | of gatewright's rate (bare: of its MOCK) |")
    print("|---|---:|---|---:|---:|---:|---:|")
    for route, title in TITLES.items():
        for connections in CONNECTIONS:
            for server in servers:
                runs = measured.get((route, connections, server.name))
                if not runs:
                    continue
                middle = lambda what, runs=runs: statistics.median(run[what] for run in runs)
                ours = measured.get((("mock" if route == "bare" else route), connections, "gatewright dev"), [])
                share = middle("rate") / statistics.median(run["rate"] for run in ours) if ours else float("nan")
                print(
                    f"| {title} | {connections} | {server.name} | {middle('rate'):.0f} | {middle('p50'):.2f} "
                    f"| {middle('p99'):.2f} | {share:.2f} |"
                )


if __name__ == "__main__":
    main()
