#!/bin/sh
# Plays the FreeBSD commands that OPNsense's PHP calls: called by their names, it notes the call and prints what is plausible.
NAME="${0##*/}"
echo "${NAME} $*" >> /tmp/commands.log
device()
{
	MODE=
	[ ! -e "/tmp/staticarp.$1" ] || MODE=,STATICARP
	printf '%s: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST%s> metric 0 mtu 1500\n' "$1" "${MODE}"
	printf '\toptions=0<>\n\tether 00:16:3e:0a:00:0%s\n\thwaddr 00:16:3e:0a:00:0%s\n' "${1#em}" "${1#em}"
	[ -z "$2" ] || printf '\tinet %s netmask %s broadcast %s\n' "$2" "$3" "$4"
	printf '\tmedia: Ethernet autoselect (1000baseT <full-duplex>)\n\tstatus: active\n'
}
case "${NAME}" in
ifconfig)
	case "$2" in staticarp) : > "/tmp/staticarp.$1" ;; -staticarp) rm -f "/tmp/staticarp.$1" ;; esac
	case "$1" in ''|-*) SHOWN="em0 em1 em2 em3 em4" ;; *) SHOWN="$1"; [ -z "$2" ] || exit 0 ;; esac
	for ONE in ${SHOWN}; do
		case "${ONE}" in
		em0) device em0 203.0.113.2 0xffffff00 203.0.113.255 ;;
		em1) device em1 192.168.1.1 0xffffff00 192.168.1.255 ;;
		em2) device em2 10.10.1.1 0xffffff00 10.10.1.255 ;;
		em3) device em3 10.20.0.1 0xffff0000 10.20.255.255 ;;
		em4) device em4 10.30.3.1 0xffffff00 10.30.3.255 ;;
		esac
	done
	;;
daemon)
	while :; do
		case "$1" in -f) shift ;; -*) shift 2 ;; *) break ;; esac
	done
	setsid "$@" < /dev/null > /tmp/daemon.log 2>&1 &
	;;
dhcpd)
	case " $* " in *" -t "*) exec /host-sbin/dhcpd "$@" ;; esac
	/host-sbin/dhcpd -t -cf /var/dhcpd/etc/dhcpd.conf -lf /var/dhcpd/var/db/dhcpd.leases > /tmp/dhcpd.log 2>&1 || exit 1
	setsid sleep 600 < /dev/null > /dev/null 2>&1 &
	echo $! > /var/dhcpd/var/run/dhcpd.pid
	;;
sysctl) [ "$1" = -n ] && echo 0 ;;
uname) [ "$1" = -r ] && echo 14.3-RELEASE || echo FreeBSD ;;
esac
exit 0
