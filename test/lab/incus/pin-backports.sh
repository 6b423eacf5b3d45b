#!/bin/sh
# mmdebstrap hook: takes Incus from trixie-backports, which has the 7.0 line; everything else stays with stable.
mkdir -p "$1/etc/apt/preferences.d"
printf 'Package: incus*\nPin: release n=trixie-backports\nPin-Priority: 990\n' > "$1/etc/apt/preferences.d/incus"
