#!/usr/bin/env bash
# Installs Debian packages: debian-packages.sh PACKAGE...
# debian-packages.sh --authorize only asks for sudo's password, on the terminal.
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
  # Without a terminal sudo would wait for a password that nobody types.
  { [ -t 0 ] && sudo -v; } || exit 4
  exit 0
fi

${as_root[@]+"${as_root[@]}"} true || exit 4

apt_get() {
  # Waits for another apt-get (unattended upgrades) instead of failing on its lock.
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# The package lists may be absent or old: they are fetched only when the first attempt fails.
apt_get install -y --no-install-recommends "$@" && exit 0
echo 'trying again with fresh package lists'
apt_get update && apt_get install -y --no-install-recommends "$@"
