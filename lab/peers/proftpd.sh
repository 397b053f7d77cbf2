#!/bin/bash
# Prints the folder in which proftpd is unpacked, the FTP peer that knows MLSD. It is not installed: as a package it
# conflicts with vsftpd.
set -euo pipefail
lab=${BLACKSTART_LAB:-/var/tmp/blackstart-lab}
root=$lab/proftpd
if [ ! -x "$root/usr/sbin/proftpd" ]; then
  mkdir -p "$root/deb"
  (cd "$root/deb" && apt-get -qq -o APT::Sandbox::User=root download proftpd-core libmemcached11 libmemcachedutil2 libhashkit2 libhiredis0.14 libpcre2-posix3 >&2)
  for package in "$root"/deb/*.deb; do dpkg -x "$package" "$root"; done
fi
echo "$root"
