#!/bin/sh
# Runs a command inside the lab. nsenter does not change the cgroup, so this shell joins it first.
# A plain user's PATH may lack the directories of system programs.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
LAB=${LAB:-${TMPDIR:-/tmp}/slash32-incus-lab}
echo $$ > "$(cat "$LAB/cgroup")/cgroup.procs"
exec nsenter -t "$(cat "$LAB/pid")" -a -- /usr/bin/env -i PATH=/usr/libexec/incus:/usr/sbin:/usr/bin:/sbin:/bin \
  HOME=/root TERM=dumb LANG=C.UTF-8 "$@"
