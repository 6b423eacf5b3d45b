#!/bin/sh
# First process of the lab: builds its mount tree, moves into the root file system and waits.
set -e
LAB=$1
ROOT=$LAB/root
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount -t sysfs sysfs "$ROOT/sys"
mount -t cgroup2 cgroup2 "$ROOT/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$ROOT/dev"
for device in null zero full random urandom tty fuse net/tun loop-control; do
  [ -e "/dev/$device" ] || continue
  mkdir -p "$ROOT/dev/$(dirname "$device")"
  touch "$ROOT/dev/$device"
  mount --bind "/dev/$device" "$ROOT/dev/$device"
done
mkdir -p "$ROOT/dev/pts" "$ROOT/dev/shm" "$ROOT/dev/mqueue" "$ROOT/rig" "$ROOT/.old"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$ROOT/dev/pts"
ln -s pts/ptmx "$ROOT/dev/ptmx"
ln -s /proc/self/fd "$ROOT/dev/fd"
mount -t tmpfs tmpfs "$ROOT/dev/shm"
mount -t mqueue mqueue "$ROOT/dev/mqueue"
mount -t tmpfs -o mode=755 tmpfs "$ROOT/run"
mount --bind "$LAB/rig" "$ROOT/rig"
ip link set lo up
hostname incuslab
cd "$ROOT"
pivot_root . .old
umount -l /.old
# Incus mounts inside the containers' namespaces and needs its own root shared for that.
mount --make-rshared /
exec /rig/first.sh
