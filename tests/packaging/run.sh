#!/usr/bin/env bash
# Installs the build and plays a run with what was installed. With TRANCHE_SLOW_TESTS=1 also packs a
# .deb, installs it on a clean Debian root made by debootstrap (minutes, and root's rights), and plays
# there.
#   run.sh SOURCE BUILD
set -euo pipefail

source_dir="$1"
build_dir="$2"
work="$(mktemp --directory)"
unmount() { ! mountpoint --quiet "$work/root/proc" || umount "$work/root/proc"; }
trap 'unmount; rm -rf "$work"' EXIT

digest_of() { sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p' "$1"; }

echo "-- the build as it is"
scenario="$source_dir/deploy/scenarios/duopoly.textproto"
"$build_dir/broker/tranche" run "$scenario" --inline --json --log "$work/built.tranche" > "$work/built.json"
expected="$(digest_of "$work/built.json")"
[[ -n "$expected" ]]

echo "-- cmake --install"
cmake --install "$build_dir" --component runtime --prefix "$work/prefix" > /dev/null
for file in bin/tranche share/tranche/scenarios/duopoly.textproto share/tranche/slurm/run.sh \
  lib/systemd/system/tranche@.service share/doc/tranche/LICENSE share/doc/tranche/launching.md; do
  [[ -f "$work/prefix/$file" ]] || { echo "not installed: $file" >&2; exit 1; }
done
"$work/prefix/bin/tranche" run "$work/prefix/share/tranche/scenarios/duopoly.textproto" \
  --inline --json --log "$work/installed.tranche" > "$work/installed.json"
[[ "$(digest_of "$work/installed.json")" == "$expected" ]]

if command -v systemd-analyze > /dev/null; then
  echo "-- systemd-analyze verify"
  # The program's path in the unit is that of an installed one.
  sed "s|^ExecStart=[^ ]*|ExecStart=$work/prefix/bin/tranche|" \
    "$work/prefix/lib/systemd/system/tranche@.service" > "$work/tranche@.service"
  systemd-analyze verify "$work/tranche@.service" 2>&1 | tee "$work/verify.txt"
  if grep -q "tranche@.service:" "$work/verify.txt"; then exit 1; fi
fi

if [[ -z "${TRANCHE_SLOW_TESTS:-}" ]]; then
  echo "-- the package is for TRANCHE_SLOW_TESTS=1"
  exit 0
fi

echo "-- cpack"
(cd "$build_dir" && cpack -G DEB -B "$work/package" > "$work/cpack.txt") || { cat "$work/cpack.txt"; exit 1; }
package="$(ls "$work"/package/tranche_*.deb)"
dpkg-deb --info "$package"

echo "-- debootstrap"
mirror="$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' | grep --max-count=1 /debian)" || true
debootstrap --variant=minbase bookworm "$work/root" "${mirror:-http://deb.debian.org/debian}" > "$work/debootstrap.txt" \
  || { tail "$work/debootstrap.txt"; exit 1; }
# As the machine reaches its packages, so does the new root.
cp /etc/resolv.conf "$work/root/etc/resolv.conf"
cp -r /etc/apt/apt.conf.d/. "$work/root/etc/apt/apt.conf.d/"
mount -t proc proc "$work/root/proc"
cp "$package" "$work/root/tmp/"
in_root() { chroot "$work/root" env DEBIAN_FRONTEND=noninteractive "$@"; }
in_root apt-get --quiet --quiet update
in_root apt-get --quiet --quiet install --yes --no-install-recommends "/tmp/$(basename "$package")" > "$work/apt.txt" \
  || { tail "$work/apt.txt"; exit 1; }
in_root tranche --version
in_root tranche run /usr/share/tranche/scenarios/duopoly.textproto --json --log /tmp/run.tranche \
  > "$work/clean.json"
[[ "$(digest_of "$work/clean.json")" == "$expected" ]]
in_root apt-get --quiet --quiet purge --yes tranche > /dev/null
[[ ! -e "$work/root/usr/bin/tranche" ]]
echo "-- installed, played and purged on a clean root"
