#!/bin/bash
# Prints the path of a stock restic 0.14, the oldest that the engine's tests hold repositories against: the one of Debian
# bookworm. Unpacked from the machine's own suite beside 0.18, and not installed.
set -euo pipefail
lab=${BLACKSTART_LAB:-/var/tmp/blackstart-lab}
program=$lab/restic-0.14/usr/bin/restic
if [ ! -x "$program" ]; then
  version=$(apt-cache madison restic | awk '$3 ~ /^0\.14\./ { print $3; exit }')
  [ -n "$version" ] || { echo "lab/peers/restic-0.14.sh: this machine's suite has no restic 0.14" >&2; exit 1; }
  mkdir -p "$lab/restic-0.14"
  (cd "$lab/restic-0.14" && apt-get -o APT::Sandbox::User=root -qq download "restic=$version" >&2 && dpkg -x restic_*.deb .)
fi
echo "$program"
