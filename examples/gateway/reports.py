"""A backend of Python's standard library. The verifier is the one of examples/python."""

import json
import os
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))
from hallpass_verify import Refused, Verifier  # noqa: E402

ISSUER = os.environ["HALLPASS_ISSUER"]


class Keys:
    """Fetched when the first token comes: Hallpass may start after this."""

    verifier = None

    @classmethod
    def verify(cls, token):
        if cls.verifier is None:
            with urllib.request.urlopen(f"{ISSUER}/.well-known/jwks.json", timeout=5) as answer:
                cls.verifier = Verifier(ISSUER, "reports", json.load(answer))
        return cls.verifier.verify(token, time.time())


class Reports(BaseHTTPRequestHandler):
    def do_GET(self):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        try:
            claims = Keys.verify(token if scheme.lower() == "bearer" else "")
        except Refused:
            return self.answer(401, {"error": "this is no token for the reports"})
        self.answer(200, {"of": claims["sub"], "reports": ["2026-10", "2026-11"]})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


port = int(os.environ["PORT"])
server = ThreadingHTTPServer(("localhost", port), Reports)
print(f"the reports listen on {port}", flush=True)
server.serve_forever()
