# For sourcing by scripts that build a Debian root file system in a folder. Nothing is installed on the machine.

# The first Debian archive among the machine's own sources; the security archive has no backports.
mirror() {
  apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' |
    awk -F'|' '$1 == "Debian" && $2 !~ /security/ { print $3; exit }'
}

# bootstrapper FOLDER: mmdebstrap is a script; unpacked in that folder it works without being installed.
bootstrapper() {
  if command -v mmdebstrap; then return; fi
  if [ ! -x "$1/usr/bin/mmdebstrap" ]; then
    mkdir -p "$1"
    (cd "$1" && apt-get -qq -o APT::Sandbox::User=root download mmdebstrap >&2 && dpkg-deb -x mmdebstrap_*.deb .) >&2
  fi
  echo "$1/usr/bin/mmdebstrap"
}
