#!/bin/bash
# Starts incusd, gives it a storage pool and a tiny image, and makes its HTTPS port reachable as a socket file.
set -e
mkdir -p /var/log/incus /var/lib/incus /run/incus
# A daemon that ended, or has not opened its socket after 80 seconds, is started once more: on a busy machine one in some hundred
# starts never gets that far. What it said goes to the caller when no start succeeds.
start_daemon() {
  # half a database, of a start that was cut off, keeps a daemon from starting
  rm -rf --one-file-system /var/lib/incus
  mkdir -p /var/lib/incus
  setsid incusd --group root --logfile /var/log/incus/incus.log > /var/log/incus/console.log 2>&1 < /dev/null &
  daemon=$!
  for _ in $(seq 400); do
    [ ! -S /var/lib/incus/unix.socket ] || return 0
    kill -0 "$daemon" 2> /dev/null || return 1
    sleep 0.2
  done
  return 1
}
attempt=1
until start_daemon; do
  kill -KILL "$daemon" 2> /dev/null || true
  if [ "$attempt" = 3 ]; then
    tail -n 20 /var/log/incus/console.log /var/log/incus/incus.log >&2
    exit 1
  fi
  attempt=$((attempt + 1))
done
incusd waitready --timeout=240
incus admin init --preseed << 'P'
config: { core.https_address: "127.0.0.1:8443" }
storage_pools: [{ name: default, driver: dir }]
profiles: [{ name: default, devices: { root: { type: disk, path: /, pool: default } } }]
P
image=$(mktemp -d)
mkdir -p "$image/rootfs"/{bin,sbin,etc,proc,sys,dev,tmp,run}
cp "$(command -v busybox)" "$image/rootfs/bin/busybox"
for applet in sh sleep poweroff; do ln -s busybox "$image/rootfs/bin/$applet"; done
printf '#!/bin/sh\ntrap "exit 0" TERM PWR\nwhile :; do sleep 1; done\n' > "$image/rootfs/sbin/init"
chmod +x "$image/rootfs/sbin/init"
printf 'architecture: x86_64\ncreation_date: 1700000000\nproperties: { os: tiny, release: lab }\n' > "$image/metadata.yaml"
tar -C "$image" -czf /tmp/tiny.tar.gz metadata.yaml rootfs
incus image import -q /tmp/tiny.tar.gz --alias tiny > /dev/null
rm -f /rig/https.sock
setsid socat UNIX-LISTEN:/rig/https.sock,fork,mode=600 TCP:127.0.0.1:8443 > /dev/null 2>&1 < /dev/null &
