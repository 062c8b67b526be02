# What scripts/prepare and scripts/serve share, sourced by them: whoever has to do something reads one clear line, and
# whoever stops it by Ctrl-C another one. `again` names the command that goes on.

log=""

fail() { echo "akademi: $*" >&2; exit 1; }

free_kb() { df -Pk "$1" | awk 'NR==2 {print $4}'; }

# Ends what runs, says so and exits with the status given.
stop() {
  trap '' INT TERM HUP
  local running; running=$(jobs -p)
  # shellcheck disable=SC2086 (one word a process)
  [ -z "$running" ] || { kill $running; wait; } 2>/dev/null
  [ -z "$log" ] || rm -f "$log"
  echo "akademi: stopped; $again goes on where it was" >&2
  exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM
trap 'stop 129' HUP

# step FAILURE COMMAND…: where the command fails, FAILURE and the last line it said, in one line.
# It runs beside this shell, so that Ctrl-C comes to stop() alone: Python would tell in sixty lines where it was.
step() {
  local failure=$1 status=0
  shift
  log=$(mktemp) || fail "cannot write to ${TMPDIR:-/tmp}: no space or no permission"
  "$@" 2>"$log" &
  wait $! || status=$?
  [ "$status" -eq 0 ] || fail "$failure: $(grep . "$log" | tail -n 1) (all of it: $log)"
  cat "$log" >&2
  rm -f "$log"
  log=""
}

# The same of a command that may fail, and whose words nobody needs.
attempt() { "$@" 2>/dev/null & wait $!; }
