#!/usr/bin/env bash
# Measures a release build: start to ready, idle memory, and streaming ingestion with its fsync for two body sizes
# and three numbers of connections. The load generator shares the machine with the server.
#
#   bench/streaming.sh [--server-binary PATH] [--seconds 10] [--folder DIR]
#
# Without --server-binary it builds the server; the folder (default: a temporary one) should be on the disk to measure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary=
seconds=10
folder=
while [ $# -gt 0 ]; do
  case $1 in
    --server-binary) binary=$2 ;;
    --seconds) seconds=$2 ;;
    --folder) folder=$2 ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done

target=${CARGO_TARGET_DIR:-target}
cargo build --quiet --release --locked -p calypso-load
if [ -z "$binary" ]; then
  cargo build --release --locked -p calypso
  binary=$target/release/calypso
fi
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi

export PYTHONPATH=tests PYTHONDONTWRITEBYTECODE=1
python3 bench/streaming.py --server-binary "$binary" --load-binary "$target/release/calypso-load" \
  --seconds "$seconds" --folder "$folder"
