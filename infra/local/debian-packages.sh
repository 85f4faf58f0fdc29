#!/usr/bin/env bash
# Installs Debian packages: debian-packages.sh PACKAGE...
# Asks for sudo's password first, on the terminal: debian-packages.sh --authorize
# The only place that calls apt-get; used by ./rideline (npm) and by the launcher (redis-server, haproxy, java, maven).
# Exit 3: this machine has no apt-get. Exit 4: neither root nor sudo.
set -u

command -v apt-get >/dev/null 2>&1 || exit 3

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || exit 4
  as_root=(sudo -n)
fi

if [ "${1:-}" = --authorize ]; then
  [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null && exit 0
  # Without a terminal sudo could only wait for a password that nobody types.
  { [ -t 0 ] && sudo -v; } || exit 4
  exit 0
fi

${as_root[@]+"${as_root[@]}"} true || exit 4

apt_get() {
  # A lock held by another apt-get (unattended upgrades) is waited for, not an error.
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# Lists may be absent or old: they are fetched only when the first try fails.
apt_get install -y --no-install-recommends "$@" && exit 0
echo 'trying again with fresh package lists'
apt_get update && apt_get install -y --no-install-recommends "$@"
