#!/bin/bash
# Brings up a real Incus in namespaces of its own, for the tests beside this file. Needs Linux, root, apt.
#   LAB=DIR up.sh        default: $TMPDIR/slash32-incus-lab
#   INCUS=6 LAB=DIR up.sh   the older line, 6.0, of Debian stable; a folder holds one line only. Default: 7, of its backports
# LAB_OWNER is the process that the lab belongs to: while it runs, another up.sh waits; a lab without one is taken over.
# The first run downloads about 100 MB from the mirror that this machine's apt already uses (LAB_MIRROR names another).
# Nothing is installed on the machine and its network is not touched. down.sh takes everything down again.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
# A plain user's PATH may lack the directories of system programs.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
LAB=${LAB:-${TMPDIR:-/tmp}/slash32-incus-lab}
INCUS=${INCUS:-7}
ROOT=$LAB/root
# Written into a finished root file system; raise it with every change of the recipe, and the next run builds a new one.
RECIPE=1
PACKAGES=incus-base,incus-client,iproute2,nftables,busybox-static,dnsmasq-base,xz-utils,squashfs-tools,attr,uidmap,procps,socat

umask 022
mkdir -p "$LAB/rig"
exec 9> "$LAB/lock"
flock -w 1800 9 || { echo "another lab is being built in $LAB" >&2; exit 1; }

# shellcheck source=../debian/bootstrap.sh
. "$HERE/../debian/bootstrap.sh"

fail() { echo "incus lab: $*" >&2; exit 1; }

build_root() {
  local mirror=${LAB_MIRROR:-$(mirror)} mmdebstrap
  [ -n "$mirror" ] || fail "this machine's apt knows no Debian mirror; name one in LAB_MIRROR"
  mmdebstrap=$(bootstrapper "$LAB/tools") || fail "mmdebstrap is neither installed nor to be had from apt"
  # It calls a second program of its package by name.
  export PATH=$PATH:${mmdebstrap%/*}
  rm -rf --one-file-system "$ROOT"
  local sources="deb $mirror trixie main" pin=(--setup-hook="$HERE/pin-backports.sh")
  if [ "$INCUS" = 6 ]; then pin=(); else sources+=$'\n'"deb $mirror trixie-backports main"; fi
  echo "$sources" > "$LAB/sources.list"
  "$mmdebstrap" --quiet --variant=apt --mode=root \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "${pin[@]}" --essential-hook="$HERE/no-services.sh" \
    --include="$PACKAGES" trixie "$ROOT" "$LAB/sources.list" > "$LAB/bootstrap.log" 2>&1 ||
    { tail -20 "$LAB/bootstrap.log" >&2; fail "the root file system could not be built"; }
  for file in subuid subgid; do
    grep -q '^root:' "$ROOT/etc/$file" 2>/dev/null || echo 'root:1000000:1000000000' >> "$ROOT/etc/$file"
  done
  echo "$RECIPE" > "$ROOT/.complete"
}

# The lab's first process finds out its own id in this machine's process table from the kernel.
start_namespaces() {
  local cgroups parent
  cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
  [ -n "$cgroups" ] || fail "no cgroup2 hierarchy is mounted on this machine"
  cgroups=$cgroups/slash32-$(printf '%s' "$LAB" | md5sum | cut -c1-8)
  mkdir -p "$cgroups"
  echo "$cgroups" > "$LAB/cgroup"
  rm -f "$LAB/rig/ready"
  cp "$HERE"/inside/*.sh "$LAB/rig/"
  chmod +x "$LAB"/rig/*.sh
  sh -c "echo \$\$ > '$cgroups/cgroup.procs'; exec setsid unshare --mount --net --pid --ipc --uts --cgroup --fork \
    --propagation private '$LAB/rig/mounts.sh' '$LAB'" > "$LAB/namespaces.log" 2>&1 < /dev/null 9>&- &
  parent=$!
  for _ in $(seq 4000); do [ -e "$LAB/rig/ready" ] && break; sleep 0.05; done
  [ -e "$LAB/rig/ready" ] || { cat "$LAB/namespaces.log" >&2; fail "the namespaces did not come up"; }
  tr -d ' \n' < "/proc/$parent/task/$parent/children" > "$LAB/pid"
}

wait_for_owner() {
  local owner
  owner=$(cat "$LAB/owner" 2>/dev/null || true)
  [ -n "$owner" ] && [ "$owner" != "${LAB_OWNER:-}" ] && [ -e "$LAB/pid" ] || return 0
  for _ in $(seq 1800); do
    { [ -e "$LAB/pid" ] && kill -0 "$owner" 2>/dev/null; } || return 0
    sleep 1
  done
  fail "the lab in $LAB is in use by process $owner"
}

[ "$(id -u)" = 0 ] || fail "needs root"
wait_for_owner
[ ! -e "$LAB/pid" ] || "$HERE/down.sh" > /dev/null
[ "$(cat "$ROOT/.complete" 2>/dev/null)" = "$RECIPE" ] || build_root
# What comes up only in part is taken down again.
trap '[ $? = 0 ] || "$HERE/down.sh"' EXIT
start_namespaces
echo "${LAB_OWNER:-}" > "$LAB/owner"
# The daemons must not inherit the lock.
"$HERE/in.sh" /rig/start-incus.sh 9>&-
echo "incus lab: up in $LAB"
