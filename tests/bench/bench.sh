#!/bin/sh
# Measures speed against named baselines, all in one run: bench.sh BIN_DIR.
set -eu

bin=${1:?usage: bench.sh BIN_DIR}
work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# Starts a server on the cores of $cores and waits until it answers; sets $server.
cores=0
start() {
  taskset -c "$cores" "$@" >"$work/server" 2>&1 &
  server=$!
  tries=0
  until curl -s -o "$work/answer" "http://127.0.0.1:18080/"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || {
      cat "$work/server" >&2
      exit 1
    }
    sleep 0.1
  done
}
stop() {
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}
load() { taskset -c 1 "$bin/api_load" --port 18080 "$@"; }

echo '== Scanning clean text, one core'
mkdir "$work/text"
taskset -c 1 "$bin/throughput" config/rules "$work/text" 200

echo '== Trust queries, 1,000,000 verdicts, server on one core'
echo '-- bare table loop'
taskset -c 0 "$bin/api_server" --loop --verdicts 1000000
start "$bin/api_server" --verdicts 1000000 --port 18080
echo '-- credenced, 100 subjects a call, 32 connections'
load --connections 32
echo '-- credenced, 20 subjects a call, 4 connections, as fast as it can'
load --connections 4 --subjects 20 | tee "$work/full"
half=$(awk '{print int($1 / 2)}' "$work/full")
echo "-- credenced, 20 subjects a call, half of that load ($half calls/s)"
load --connections 4 --subjects 20 --rate "$half"
stop
echo '-- bare RocksDB MultiGet loop'
taskset -c 0 "$bin/multi_get" "$work/multi_get"
start "$bin/null_server" --port 18080 --bytes 11000
echo '-- do-nothing Beast server, the same bytes'
load --connections 32
stop

echo '== Ten unknown texts of 1 KiB a call, 200 calls/s, the real daemon and rules on two cores'
cores=0,1
cat >"$work/credence.yaml" <<YAML
rules: $PWD/config/rules
policy: $PWD/config/policy.yaml
store: $work/store
listen:
  tcp: 127.0.0.1:18080
  unix: ""
YAML
start "$bin/credenced" --config "$work/credence.yaml"
tries=0
until curl -s --fail -o "$work/answer" "http://127.0.0.1:18080/readyz"; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || exit 1
  sleep 0.2
done
load --connections 1 --subjects 10 --texts 1024 --rate 200
stop
