#!/bin/bash
# Prints the path of a stock restic 0.18, the peer of the engine's tests. Debian bookworm carries 0.14 only: 0.18 is
# unpacked from the newer suite beside it, from the mirror that apt is set up with, and not installed.
set -euo pipefail
lab=${BLACKSTART_LAB:-/var/tmp/blackstart-lab}
program=$lab/restic-0.18/usr/bin/restic
if [ ! -x "$program" ]; then
  suite=$lab/trixie
  mkdir -p "$suite"/lists/partial "$suite"/cache/archives/partial "$lab/restic-0.18"
  mirror=$(grep -hm1 -oE 'https?://[^ ]+/debian/?$' /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -1 || true)
  [ -n "$mirror" ] || { echo "lab/peers/restic.sh: apt has no Debian mirror" >&2; exit 1; }
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$suite/sources.list"
  options=(-o "Dir::Etc::sourcelist=$suite/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$suite/lists" -o "Dir::Cache=$suite/cache" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" -qq update >&2
  (cd "$suite" && apt-get "${options[@]}" -qq download restic >&2 && dpkg -x restic_*.deb "$lab/restic-0.18")
fi
echo "$program"
