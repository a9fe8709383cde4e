"""Reads `go test -json` and prints what a person wants: a line a package, the
whole output of what failed, the reason of what was skipped, and the count."""

import collections
import json
import pathlib
import sys


def main(path: str) -> int:
    output = collections.defaultdict(list)
    packages, counts = [], collections.Counter()
    failed, skipped = [], []
    for line in open(path, encoding="utf-8", errors="replace"):
        try:
            event = json.loads(line)
        except ValueError:
            print(line, end="")
            continue
        key = (event.get("Package", ""), event.get("Test", ""))
        action = event["Action"]
        if action in ("output", "build-output"):
            key = (event.get("Package") or event.get("ImportPath", ""), event.get("Test", ""))
            output[key].append(event["Output"])
        elif action == "build-fail":
            failed.append((event.get("ImportPath", ""), ""))
        elif action in ("pass", "fail", "skip"):
            if key[1]:
                counts[action] += 1
                if action == "fail":
                    failed.append(key)
                if action == "skip":
                    skipped.append(key)
            elif action != "skip":
                packages.append((key[0], action, event.get("Elapsed", 0)))
                if action == "fail":
                    failed.append(key)
    for name, action, elapsed in packages:
        print(f"{'ok  ' if action == 'pass' else 'FAIL'} {name} {elapsed:.1f}s")
    for key in skipped:
        reason = [text.strip() for text in output[key] if not text.startswith(("===", "---"))]
        print(f"skip {key[0]} {key[1]}: {' '.join(reason)}")
    for key in failed:
        print(f"\n--- FAIL {key[0]} {key[1]}")
        print("".join(output[key]), end="")
    only_packages = sum(1 for key in failed if not key[1])
    failures = counts["fail"] or only_packages
    summary = f"{counts['pass']} passed, {failures} failed, {counts['skip']} skipped"
    pathlib.Path(".local/test-summary.txt").write_text(summary + "\n")
    print(summary)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
