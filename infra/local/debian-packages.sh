#!/usr/bin/env bash
# Installs Debian packages: debian-packages.sh PACKAGE...
# The only place that calls apt-get; used by ./rideline (npm) and by the launcher (redis-server, haproxy, java, maven).
# Exit 3: this machine has no apt-get. Exit 4: neither root nor sudo.
set -u

command -v apt-get >/dev/null 2>&1 || exit 3

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || exit 4
  # Without a terminal sudo could only wait for a password that nobody types.
  if [ -t 0 ]; then as_root=(sudo); else as_root=(sudo -n); fi
  "${as_root[@]}" true || exit 4
fi

install_packages() {
  # A lock held by another apt-get (unattended upgrades) is waited for, not an error.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    install -y --no-install-recommends "$@" </dev/null
}

# Lists may be absent or old: they are fetched only when the first try fails.
install_packages "$@" && exit 0
echo "trying again with fresh package lists"
"${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update </dev/null && install_packages "$@"
