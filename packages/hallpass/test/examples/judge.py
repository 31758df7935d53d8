"""Judges tokens with examples/python while it follows the log: {"address", "key", "issuer", "audience"} in the first
argument, a token a line on standard input, a verdict a line on standard output."""

import json
import sys
import time
import urllib.request

from hallpass_log import RemoteLog
from hallpass_verify import Refused, Verifier

given = json.loads(sys.argv[1])
jwks = json.load(urllib.request.urlopen(f"{given['address']}/.well-known/jwks.json"))
verifier = Verifier(given["issuer"], given["audience"], jwks)
log = RemoteLog(given["address"], given["key"], given["issuer"])
while not log.holds():
    time.sleep(0.01)
print("ready", flush=True)

for line in sys.stdin:
    try:
        verifier.verify(line.strip(), time.time(), log)
        print("ok", flush=True)
    except Refused as refused:
        print(refused.code, flush=True)

log.close()
