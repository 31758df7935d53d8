"""The revocation log of a Hallpass instance, followed over HTTP as docs/protocol.md describes it.

While `RemoteLog` holds a lease, it has heard of every revocation: `revoke()` anywhere waits until it has.
"""

import json
import logging
import secrets
import threading
import time
import urllib.parse
import urllib.request
from collections import deque

from hallpass_verify import Refused, RevocationLog

PROTOCOL = 1
PATH = "/.well-known/hallpass/log"
LEASE = 2.0
MARGIN = 0.05
TOLERANCE = 5.0
# How long an entry is remembered: longer than any token lives that it could be about.
RETENTION = 900 + 2 * TOLERANCE + LEASE * 1.02 + MARGIN


class RemoteLog:
    """Give it to `Verifier.verify` as its log. It refuses whatever it cannot be sure of."""

    def __init__(self, address, key, issuer):
        self._address = address
        self._key = key
        self._issuer = issuer
        self._incarnation = secrets.token_urlsafe(16)
        self._renewals = 0
        self._mark = None
        self._identity = None
        self._position = None
        self._entries = deque()
        self._log = RevocationLog()
        self._believes_from = 0.0
        # Asked at these two clocks, and good for so long; the wall clock goes on while the machine sleeps.
        self._lease = (float("-inf"), 0.0, 0.0)
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closed = False
        for work in (self._renew_often, self._listen):
            threading.Thread(target=work, daemon=True).start()

    def holds(self):
        asked, wall, lasts = self._lease
        return time.monotonic() - asked < lasts and 0 <= time.time() - wall < lasts

    def check(self, claims, kid):
        """Called by the verifier, for a token that is right in itself."""
        with self._lock:
            if not self.holds():
                raise Refused("log-unavailable", "no lease: it may have been revoked without our knowing")
            if claims["iat"] <= self._believes_from:
                raise Refused("log-unavailable", "issued before the log forgot")
            self._log.check(claims, kid)

    def close(self):
        """Leaves: from now on nobody waits for us."""
        self._closed = True
        with self._lock:
            self._lease = (float("-inf"), 0.0, 0.0)
        if self._mark is not None:
            query = urllib.parse.urlencode({"incarnation": self._incarnation, "mark": self._mark})
            self._ask("DELETE", f"{PATH}/lease?{query}")

    def _renew_often(self):
        while not self._closed:
            try:
                self._renew()
            except (OSError, ValueError, KeyError) as error:
                logging.getLogger(__name__).warning("the log at %s: %s", self._address, error)
            self._news.wait(LEASE / 3)
            self._news.clear()

    def _renew(self):
        asked, wall = time.monotonic(), time.time()
        self._renewals += 1
        mark = secrets.token_urlsafe(16)
        member = {"incarnation": self._incarnation, "mark": mark, "renewal": self._renewals}
        member |= {"lease": LEASE * 1000, "lastKnownGood": 0}
        terms = {"deployment": self._issuer, "protocol": PROTOCOL, "retention": RETENTION * 1000}
        request = {"protocol": PROTOCOL, "member": member, "terms": terms, "after": self._position}
        reading = self._ask("POST", f"{PATH}/lease", request)
        if reading["terms"]["deployment"] != self._issuer:
            raise ValueError("it is the log of another issuer")
        if reading["time"] is not None and not wall - TOLERANCE <= reading["time"] / 1000 <= time.time() + TOLERANCE:
            raise ValueError("its clock and ours are too far apart")
        with self._lock:
            self._mark = mark
            self._take(reading)
            lease_for = LEASE if reading["leaseFor"] is None else min(LEASE, reading["leaseFor"] / 1000)
            self._lease = (asked, wall, lease_for - MARGIN)
        body = {"protocol": PROTOCOL, "incarnation": self._incarnation, "position": self._position}
        self._ask("PUT", f"{PATH}/position", body)

    def _take(self, reading):
        """Goes on where it was, or starts anew from the whole of what is kept."""
        goes_on = self._position is not None and reading["held"] and reading["identity"] == self._identity
        if not goes_on:
            was_cut_short = self._position is None or (
                reading["identity"] == self._identity and self._position["sequence"] < reading["start"]["sequence"]
            )
            if not was_cut_short:
                self._believes_from = time.time()
            self._entries.clear()
            self._position = reading["start"]
        for entry in reading["entries"]:
            follows = entry["sequence"] == self._position["sequence"] + 1 and entry["previous"] == self._position["id"]
            if not follows:
                self._position = None
                self._lease = (float("-inf"), 0.0, 0.0)
                raise ValueError("an entry does not follow the one before")
            if entry["kind"] == "forgot":
                self._believes_from = time.time()
            self._entries.append((time.monotonic(), entry))
            self._position = {"sequence": entry["sequence"], "id": entry["id"]}
        self._identity = reading["identity"]
        while self._entries and time.monotonic() - self._entries[0][0] > RETENTION:
            self._entries.popleft()
        if reading["entries"] or not goes_on:
            self._log = RevocationLog.of({"entries": [entry for _, entry in self._entries]})

    def _listen(self):
        """The stream gives no lease: it only makes the next renewal come at once."""
        while not self._closed:
            try:
                request = self._request("GET", PATH, {"accept": "text/event-stream"})
                with urllib.request.urlopen(request, timeout=60) as stream:
                    for line in stream:
                        if line.startswith(b"data:"):
                            self._news.set()
            except OSError:
                time.sleep(1)

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = self._request(method, path, {"content-type": "application/json"}, data)
        with urllib.request.urlopen(request, timeout=LEASE) as response:
            return json.load(response)

    def _request(self, method, path, headers, data=None):
        headers = {"authorization": f"Bearer {self._key}", **headers}
        return urllib.request.Request(self._address + path, data, headers, method=method)
