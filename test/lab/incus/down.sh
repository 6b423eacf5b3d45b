#!/bin/bash
# Takes the lab down: ends the first process of its pid namespace, and the kernel ends everything inside with it.
# Keeps the downloaded root file system for the next run; --purge removes that too.
set -u
# A plain user's PATH may lack the directories of system programs.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
LAB=${LAB:-${TMPDIR:-/tmp}/slash32-incus-lab}
[ -d "$LAB" ] || exit 0
PID=$(cat "$LAB/pid" 2>/dev/null)
# The id may have been given to another process since; only ours has this command line.
if [ -n "$PID" ] && grep -q first.sh "/proc/$PID/cmdline" 2>/dev/null; then
  kill -KILL "$PID"
  for _ in $(seq 4000); do [ -d "/proc/$PID" ] || break; sleep 0.05; done
fi
CGROUP=$(cat "$LAB/cgroup" 2>/dev/null)
if [ -n "$CGROUP" ]; then
  # What was started inside from outside of the pid namespace does not end with it.
  find "$CGROUP" -maxdepth 1 -name cgroup.kill -exec sh -c 'echo 1 > "$1"' - {} \; 2>/dev/null
  for _ in $(seq 2400); do
    [ -d "$CGROUP" ] || break
    find "$CGROUP" -depth -type d -exec rmdir {} \; 2>/dev/null
    sleep 0.1
  done
fi
if [ "${1:-}" = --purge ]; then rm -rf --one-file-system "$LAB"; exit 0; fi
rm -rf --one-file-system "$LAB/root/var/lib/incus" "$LAB/root/var/log/incus"
# Last of all: an up.sh that waits for the lab begins as soon as these are gone, in the folders above.
rm -f "$LAB/cgroup" "$LAB/rig/ready" "$LAB/rig/https.sock" "$LAB/owner" "$LAB/pid"
# The next up.sh uses a folder that the kernel would not let go of; no test is about that.
[ -d "${CGROUP:-/nonexistent}" ] || exit 0
echo "cgroup $CGROUP is still there, with:" >&2
find "$CGROUP" -name cgroup.procs -exec cat {} + | while read -r pid; do
  echo "  $pid $(tr '\0' ' ' < "/proc/$pid/cmdline") $(grep State "/proc/$pid/status")" >&2
done
exit 0
