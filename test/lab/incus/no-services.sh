#!/bin/sh
# mmdebstrap hook: keeps packages from starting services while the root file system is being built.
printf '#!/bin/sh\nexit 101\n' > "$1/usr/sbin/policy-rc.d"
chmod +x "$1/usr/sbin/policy-rc.d"
