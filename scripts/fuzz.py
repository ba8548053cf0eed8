"""Starts the program with a minimal Bot API, signs a person in, and runs schemathesis on the API."""

import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKEN = "1000000001:a-token-that-no-bot-has"
SERVICE = "the-credential-of-the-operators-programs"
# Excluded: these operations end the session of the fuzzer.
SIGNED_IN_EXCLUDES = ["/api/v2/auth/logout"]
SETTINGS = Path(__file__).with_name("fuzz.toml").resolve()


class Telegram(BaseHTTPRequestHandler):
    """A Bot API with one bot and no updates."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        method = self.path.rsplit("/", 1)[-1].lower()
        if method == "getme":
            result = {"id": 1000000001, "is_bot": True, "first_name": "Fuzz", "username": "fuzz_bot",
                      "can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False,
                      "can_connect_to_business": False, "has_main_web_app": False}
        elif method == "getwebhookinfo":
            result = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        elif method == "getupdates":
            time.sleep(1)
            result = []
        else:
            result = True
        body = json.dumps({"ok": True, "result": result}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(program, folder, telegram):
    ports = free_port(), free_port()
    names = {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{telegram}",
        "DATABASE_URL": f"sqlite://{folder}/fuzz.db",
        "NEURALBOX_LISTEN": f"127.0.0.1:{ports[0]}",
        "NEURALBOX_METRICS_LISTEN": f"127.0.0.1:{ports[1]}",
        "NEURALBOX_PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
        "NEURALBOX_SERVICE_TOKEN": SERVICE,
        "RUST_LOG": "warn",
    }
    log = open(folder / "program.log", "w")
    process = subprocess.Popen([program], cwd=folder, env=names, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{ports[0]}"
    for _ in range(300):
        try:
            if urllib.request.urlopen(f"{url}/readyz", timeout=5).status == 200:
                return process, url, names
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                break
        time.sleep(0.1)
    sys.exit(f"the program did not become ready: {(folder / 'program.log').read_text()}")


def sign_in(url):
    """Signs in as the login widget does, and returns the access token."""
    fields = {"auth_date": str(int(time.time())), "first_name": "Ivan", "id": "1001"}
    text = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hashlib.sha256(TOKEN.encode()).digest()
    fields["hash"] = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    request = urllib.request.Request(f"{url}/api/v2/auth/telegram", json.dumps(fields).encode(),
                                     {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=10))["access_token"]


def fuzz(url, credential, excluded, folder):
    """Runs schemathesis once. True if it found no failure."""
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(SETTINGS),
        "run", f"{url}/api/v2/openapi.json", "--url", url,
        "--phases", "examples,coverage,fuzzing,stateful",
        "--max-examples", os.environ.get("FUZZ_EXAMPLES", "30"),
        "--generation-deterministic", "--continue-on-failure", "--no-shrink",
        "--request-timeout", "20", "--warnings", "off", "--no-color",
        "--suppress-health-check", "all",
    ]
    for path in excluded:
        command += ["--exclude-path", path]
    if credential:
        command += ["--header", f"Authorization: Bearer {credential}"]
    return subprocess.run(command, cwd=folder).returncode == 0


def main():
    program, folder = os.path.abspath(sys.argv[1]), Path(sys.argv[2])
    telegram = ThreadingHTTPServer(("127.0.0.1", 0), Telegram)
    threading.Thread(target=telegram.serve_forever, daemon=True).start()
    process, url, names = start(program, folder, telegram.server_address[1])
    try:
        access = sign_in(url)
        subprocess.run([program, "admin", "plan", "1001", "vip"], cwd=folder, env=names, check=True, stdout=subprocess.DEVNULL)
        passed = True
        for role, credential, excluded in [("a signed-in person", access, SIGNED_IN_EXCLUDES),
                                           ("a service", SERVICE, []),
                                           ("anonymous", None, [])]:
            print(f"\n── as {role}", flush=True)
            since = time.monotonic()
            passed &= fuzz(url, credential, excluded, folder)
            print(f"took {time.monotonic() - since:.0f} s", flush=True)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(20)
    log = (folder / "program.log").read_text()
    if code != 0 or "ERROR" in log or "panicked" in log:
        sys.exit(f"the program exited with {code} or logged an error:\n{log[-4000:]}")
    sys.exit(0 if passed else 1)


main()
