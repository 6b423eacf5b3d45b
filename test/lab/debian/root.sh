#!/bin/bash
# Builds a Debian 13 root file system with Node in a folder and prints its path; one that is there is used again.
#   root.sh        ROOTS=DIR, default $TMPDIR/slash32-debian
# The first run downloads about 60 MB from the mirror that this machine's apt already uses (LAB_MIRROR names another).
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
ROOTS=${ROOTS:-${TMPDIR:-/tmp}/slash32-debian}
ROOT=$ROOTS/trixie
# Raise it with every change of the recipe, and the next run builds a new one.
RECIPE=1

. "$HERE/bootstrap.sh"
mkdir -p "$ROOTS"
exec 9> "$ROOTS/lock"
flock -w 300 9
if [ "$(cat "$ROOT/.complete" 2> /dev/null)" != "$RECIPE" ]; then
  mirror=${LAB_MIRROR:-$(mirror)}
  [ -n "$mirror" ] || { echo "this machine's apt knows no Debian mirror; name one in LAB_MIRROR" >&2; exit 1; }
  mmdebstrap=$(bootstrapper "$ROOTS/tools")
  # It calls a second program of its package by name.
  export PATH=$PATH:${mmdebstrap%/*}
  rm -rf --one-file-system "$ROOT"
  "$mmdebstrap" --quiet --variant=apt --mode=root --aptopt='Acquire::Check-Valid-Until "false"' \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --include=nodejs,systemd trixie "$ROOT" "deb $mirror trixie main" > "$ROOTS/bootstrap.log" 2>&1 ||
    { tail -20 "$ROOTS/bootstrap.log" >&2; exit 1; }
  echo "$RECIPE" > "$ROOT/.complete"
fi
echo "$ROOT"
