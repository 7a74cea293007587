#!/bin/sh
# Runs every fuzz target for SECONDS: fuzz.sh BIN_DIR SECONDS. A crash leaves its input
# in tests/fuzz/findings and ends the run.
set -eu

bin=${1:?usage: fuzz.sh BIN_DIR SECONDS}
seconds=${2:?usage: fuzz.sh BIN_DIR SECONDS}
mkdir -p tests/fuzz/findings
for target in "$bin"/*_fuzz; do
  name=$(basename "$target" _fuzz)
  echo "== $name"
  corpus=tests/fuzz/corpus/$name
  work=$(mktemp -d)
  set -- "$work"
  [ ! -d "$corpus" ] || set -- "$work" "$corpus"
  "$target" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=4096 \
    -print_final_stats=1 -artifact_prefix=tests/fuzz/findings/ "$@" 2>&1 | tail -n 8
  rm -rf "$work"
done
