"""Runs the test vectors through hallpass_verify: python3 check_vectors.py ../../docs/vectors/verification.json"""

import json
import pathlib
import sys

from hallpass_verify import Refused, RevocationLog, Verifier


def verdict_of(verifier, case, logs, now):
    log = None if case["log"] is None else RevocationLog.of(logs[case["log"]])
    try:
        verifier.verify(case["token"], now, log)
    except Refused as refused:
        return refused.code
    return "ok"


def main(path):
    vectors = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    verifier = Verifier(vectors["issuer"], vectors["audience"], vectors["jwks"])
    failed = 0
    for case in vectors["cases"]:
        verdict = verdict_of(verifier, case, vectors["logs"], vectors["now"] / 1000)
        if verdict != case["verdict"]:
            failed += 1
            print(f"{case['name']}: {verdict}, and not {case['verdict']}: {case['token'][:200]}")
    print(f"{len(vectors['cases'])} cases, {failed} failed")
    return 1 if failed or not vectors["cases"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
