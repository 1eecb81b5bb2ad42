#!/usr/bin/env bash
# Runs one container of a Pod as a local process: in the network namespace it is called in, with a file
# system of its own that is this machine's with the Pod's volumes on it, read-only but for those.
#   pod.sh DIR UID COMMAND...
# DIR holds `volumes`, a line "SOURCE TARGET ro|rw" each, `hosts`, and `environment`, NAME=VALUE lines.
# Called by `unshare --mount`, so that nothing of it is left when the process ends.
set -euo pipefail

directory="$1"
uid="$2"
shift 2

mount --make-rprivate /
mount -t tmpfs tmpfs "$directory/layers"
mkdir "$directory/layers/upper" "$directory/layers/work"
mount -t overlay overlay "$directory/root" \
  -o "lowerdir=/,upperdir=$directory/layers/upper,workdir=$directory/layers/work"
mount --rbind /proc "$directory/root/proc"
mount --rbind /dev "$directory/root/dev"
cp "$directory/hosts" "$directory/root/etc/hosts"
touch "$directory/root/usr/local/bin/tranche"
mount --bind "$TRANCHE" "$directory/root/usr/local/bin/tranche"
while read -r source target mode; do
  mkdir -p "$directory/root$target"
  mount --bind "$source" "$directory/root$target"
  [[ "$mode" == rw ]] || mount -o remount,bind,ro "$directory/root$target"
done < "$directory/volumes"
mount -o remount,ro "$directory/root"
mapfile -t environment < "$directory/environment"
exec chroot --userspec="$uid:$uid" --groups= "$directory/root" \
  env -i PATH=/usr/local/bin:/usr/bin:/bin "${environment[@]}" "$@"
