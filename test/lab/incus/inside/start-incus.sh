#!/bin/bash
# Starts incusd, gives it a storage pool and a tiny image, and makes its HTTPS port reachable as a socket file.
set -e
mkdir -p /var/log/incus /var/lib/incus /run/incus
setsid incusd --group root --logfile /var/log/incus/incus.log > /var/log/incus/console.log 2>&1 < /dev/null &
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
