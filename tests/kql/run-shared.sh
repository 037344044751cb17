#!/usr/bin/env bash
# Runs the shared corpora of documented examples against a server and prints the share that passes, by category.
# A report, not a test: the exit status is 0 whatever the figures.
#
#   tests/kql/run-shared.sh [--url http://127.0.0.1:8080] [more arguments for run.py]
#
# Without --url it starts the debug build on a temporary directory.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PYTHONPATH=$root/tests PYTHONDONTWRITEBYTECODE=1
shared=$(python3 -c 'from harness.shared import shared_folder; print(shared_folder())')
out=${CALYPSO_REPORT:-$(mktemp -d)}

report() {
  for corpus in cases loco; do
    echo "== $corpus-dev"
    python3 "$shared/kql/run.py" --cases "$shared/kql/$corpus-dev.jsonl" --split all --jobs 2 \
      --failures "$out/$corpus-failures.jsonl" --results "$out/$corpus-results.jsonl" "$@"
  done
  echo "failures and results: $out"
}

case " $* " in
  *" --url "*) report "$@" ;;
  *)
    exec 3< <(cd "$root" && exec python3 -m harness)
    server=$!
    trap 'kill "$server" 2>/dev/null' EXIT
    read -r url <&3
    report --url "$url" "$@"
    ;;
esac
