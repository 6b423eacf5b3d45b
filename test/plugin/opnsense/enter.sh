#!/bin/sh
# Makes a root of its own out of the machine's /usr and the folder that plugin-on-opnsense.js filled, and runs the
# driver in it. Runs in mount and process namespaces of its own: nothing of it is seen outside.
set -e
ROOT="$1"
shift
mount --make-rprivate /
mount --bind "${ROOT}" "${ROOT}"
mkdir -p "${ROOT}/usr" "${ROOT}/dev" "${ROOT}/proc" "${ROOT}/host-sbin"
mount --rbind /usr "${ROOT}/usr"
mount --bind /usr/sbin "${ROOT}/host-sbin"
mount --bind "${ROOT}/local" "${ROOT}/usr/local"
mount --bind "${ROOT}/commands" "${ROOT}/usr/sbin"
mount --rbind /dev "${ROOT}/dev"
mount -t proc proc "${ROOT}/proc"
for NAME in bin sbin lib lib64; do
	[ -e "${ROOT}/${NAME}" ] || ln -s "usr/${NAME}" "${ROOT}/${NAME}"
done
# no exec: this shell stays the first process and buries those that nobody else waits for
chroot "${ROOT}" /usr/bin/php "$@"
