#!/bin/sh
# Measures speed against named baselines, all in one run: bench.sh BIN_DIR.
# Prints a line for each number, with what is wanted of it. Servers run on core 0 and
# clients on core 1 where a line says nothing else; numbers over HTTP are the medians of
# three runs.
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

row() { printf '%-58s %10s %-13s %s\n' "$@"; }
# $1 / $2, with the format $3.
ratio() { awk -v a="$1" -v b="$2" -v f="$3" 'BEGIN { printf f, a / b }'; }

# load ARGUMENTS: three runs of api_load; sets $calls, $subjects, $p50, $p99, $answer.
median() { awk -v column="$1" '{ print $column }' "$work/load" | sort -n | sed -n 2p; }
load() {
  : >"$work/load"
  for _ in 1 2 3; do
    taskset -c 1 "$bin/api_load" --port 18080 --seconds 3 "$@" >>"$work/load" || {
      cat "$work/load" >&2
      exit 1
    }
  done
  calls=$(median 1)
  subjects=$(median 3)
  p50=$(median 7)
  p99=$(median 10)
  answer=$(median 15)
}

row 'what' 'measured' '' 'wanted'
echo "-- scanning clean English-like text, 210 MB, one core"
mkdir "$work/text"
taskset -c 1 "$bin/throughput" config/rules "$work/text" 200 >"$work/throughput"
of() { awk -v name="$1" 'index($0, name) == 1 { print $'"$2"' }' "$work/throughput"; }
row 'page cache to verdict' "$(of 'page cache to verdict' 5)" MB/s '>= 150'
row 'bare Hyperscan, the same rules' "$(of 'bare Hyperscan' 3)" MB/s ''
row 'ratio to bare Hyperscan' "$(of 'ratio to bare' 5)" '' '>= 0.70'
rm -r "$work/text"

echo "-- trust queries, 1,000,000 verdicts, 100 digests a call, one server core"
table=$(taskset -c 0 "$bin/api_server" --loop --verdicts 1000000 | awk '{ print $3 }')
multi_get=$(taskset -c 0 "$bin/multi_get" "$work/multi_get" | awk '{ print $1 }')
start "$bin/api_server" --verdicts 1000000 --port 18080
load --connections 32
ours=$subjects
answer_100=$((answer - 100)) # less the header
row 'credenced, 32 connections kept alive' "$ours" 'M subjects/s' '>= 2.00'
row '  p99 of a call' "$p99" us ''
ours_calls=$calls
load --connections 4 --subjects 20
full=$calls
half=$((full / 2))
load --connections 4 --subjects 20 --rate "$half"
half_p50=$p50
half_p99=$p99
answer_20=$((answer - 100))
stop
start "$bin/null_server" --port 18080 --bytes "$answer_20"
load --connections 4 --subjects 20 --rate "$half"
null_p99=$p99
stop
start "$bin/null_server" --port 18080 --bytes "$answer_100"
load --connections 32
stop
row 'a bare table loop' "$table" 'M subjects/s' ''
row '  ours to it' "$(ratio "$ours" "$table" %.2f)" '' ''
row 'a bare RocksDB MultiGet loop over the same keys' "$multi_get" 'M subjects/s' ''
row '  ours to it' "$(ratio "$ours" "$multi_get" %.1f)" '' ''
row 'a do-nothing Beast server, answers of the same size' "$calls" calls/s ''
row '  ours to it' "$(ratio "$ours_calls" "$calls" %.2f)" '' ''
row '20 digests a call, 4 connections, as fast as it can' "$full" calls/s ''
row "  half of that begun a second: p50" "$half_p50" us ''
row '  p99' "$half_p99" us '< 1000'
row '  p99 of the do-nothing server at the same pace' "$null_p99" us ''

echo "-- ten unknown texts of 1 KiB a call, the real daemon and rules"
cat >"$work/credence.yaml" <<YAML
rules: $PWD/config/rules
policy: $PWD/config/policy.yaml
store: $work/store
listen:
  tcp: 127.0.0.1:18080
  unix: ""
YAML
start_daemon() {
  start "$bin/credenced" --config "$work/credence.yaml"
  tries=0
  until curl -s --fail -o "$work/answer" "http://127.0.0.1:18080/readyz"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || exit 1
    sleep 0.2
  done
}
# How many subjects the daemon has scanned on the spot.
scanned() {
  curl -s "http://127.0.0.1:18080/metrics" |
    awk '$1 == "credence_trust_subjects_total{result=\"scanned\"}" { print $2 }'
}
start_daemon
load --connections 1 --subjects 10 --texts 1024
row 'one call after the other, one server core: p50' "$p50" us '<= 200'
row '  p99' "$p99" us ''
row '  calls' "$calls" calls/s ''
stop
cores=0,1
start_daemon
load --connections 1 --subjects 10 --texts 1024 --rate 200
row '200 calls begun a second, daemon on both cores: p50' "$p50" us '<= 200'
row '  p99' "$p99" us ''
row '  share of the texts that were scanned' \
  "$(ratio "$(scanned)" "$(awk '{ n += $1 * 3 * 10 } END { print n }' "$work/load")" %.2f)" '' 1.00
stop

echo "-- 60,000 small files written into a watched folder, both cores"
"$bin/daemon_burst_test" --test-case='*burst of files*' >"$work/burst" || {
  cat "$work/burst" >&2
  exit 1
}
row 'files with a verdict, by each watch' 60000 files 60000
for watch in 'the best watch' inotify; do
  row "  judged, by $watch" \
    "$(sed -n "s|.*$watch: .* \([0-9.]*\) files/s.*|\1|p" "$work/burst" | cut -d. -f1)" files/s ''
done
