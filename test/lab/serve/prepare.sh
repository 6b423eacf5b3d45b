#!/bin/bash
# Inside the Incus lab: an isolated bridge, the firewall's port on it, and two images that ask for DHCP as soon as they run.
#   dhcp   about 1 MB        slow   the same with 12,000 files beside, which take about a second to unpack
set -e
incus network create -q servers ipv4.address=none ipv6.address=none
incus profile create -q app
incus profile device add -q app root disk path=/ pool=default
incus profile device add -q app eth0 nic network=servers security.port_isolation=true
ip link add opt3 type veth peer name opt3-port
ip link set opt3-port master servers up
ip addr add 10.10.3.1/24 dev opt3
ip link set opt3 up

image() {
  local name=$1 root=$2/rootfs
  tar -C "$2" -czf "/tmp/$name.tar.gz" metadata.yaml rootfs
  incus image import -q "/tmp/$name.tar.gz" --alias "$name" > /dev/null
  rm -f "/tmp/$name.tar.gz"
}
work=$(mktemp -d)
mkdir -p "$work/rootfs"/{bin,sbin,etc/udhcpc,proc,sys,dev,tmp,run}
cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
for applet in sh sleep ip ifconfig route udhcpc poweroff cat; do ln -s busybox "$work/rootfs/bin/$applet"; done
cat > "$work/rootfs/etc/udhcpc/default.script" << 'S'
#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip addr flush dev "$interface"
ip addr add "$ip/$mask" dev "$interface"
for one in $router; do ip route add default via "$one" dev "$interface" onlink; done
S
cat > "$work/rootfs/sbin/init" << 'S'
#!/bin/sh
trap 'exit 0' TERM PWR
ip link set eth0 up
udhcpc -f -i eth0 -s /etc/udhcpc/default.script -t 30 -T 2 -A 2 -S &
while :; do sleep 1; done
S
chmod +x "$work/rootfs/sbin/init" "$work/rootfs/etc/udhcpc/default.script"
printf 'architecture: x86_64\ncreation_date: 1700000000\nproperties: { os: dhcp, release: lab }\n' > "$work/metadata.yaml"
image dhcp "$work"
mkdir "$work/rootfs/many"
for folder in $(seq 120); do
  mkdir "$work/rootfs/many/$folder"
  for file in $(seq 100); do echo "$folder $file" > "$work/rootfs/many/$folder/$file"; done
done
image slow "$work"
rm -rf "$work"
