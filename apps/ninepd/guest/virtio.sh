# What only a virtio device can go through: several tags, the driver unbound and bound again, a reboot.
. /guest/check.sh
mkdir -p /a /b

# try DIRECTORY TAG OPTIONS: mounts that device with these alone.
try() {
  mount -t 9p -o "trans=virtio,$3" "$2" "$1"
}

devices() {
  ls /sys/bus/virtio/drivers/9pnet_virtio | grep '^virtio'
}

# After a reboot the script runs anew.
ok "the first mount" try /a share version=9p2000.L,msize=512000
if [ -e /a/rebooted ]; then
  steps=$((steps + $(cat /a/steps)))
  prints "what was written before the reboot" "text" cat /a/rebooted
  ok "write after the reboot" sh -c 'echo more >>/a/rebooted'
  prints "and read it" "text more" sh -c 'echo $(cat /a/rebooted)'
  finish
fi

# Tags.
refused "a tag is mounted once at a time" "already mounted" try /b share version=9p2000.L
refused "a tag that there is not" "does not exist" try /b wrong version=9p2000.L
ok "another tag beside it" try /b fixed version=9p2000.L,msize=512000
prints "it shows its own export" "fixed" cat /b/which
refused "which is read-only" "Read-only file system" touch /b/new
umount /b
ok "its export by name" try /b fixed version=9p2000.L,aname=fixed
umount /b
refused "no other export through it" "does not exist" try /b fixed version=9p2000.L,aname=other
ok "any export through the first, by name" sh -c 'umount /a && mount -t 9p -o trans=virtio,version=9p2000.L,aname=other share /a'
prints "the named one" "other" cat /a/which
umount /a

# Sizes of messages; beyond 512000 the client takes less.
for msize in 4096 8192 65536 131072 512000 1048576; do
  ok "msize=$msize" try /a share "version=9p2000.L,msize=$msize"
  prints "a checksum with msize=$msize" "$SUM" sh -c 'sha256sum </a/large | cut -d" " -f1'
  prints "a listing with msize=$msize" "500" sh -c 'ls /a/many | wc -l'
  ok "a copy with msize=$msize" sh -c 'cp /a/large /a/copy && cmp /a/large /a/copy && rm /a/copy'
  ok "an extended attribute of 3000 bytes with msize=$msize" sh -c '
    setfattr -n user.long -v "$(head -c 3000 /dev/zero | tr "\0" x)" /a/which &&
    [ "$(getfattr --only-values -n user.long /a/which | wc -c)" = 3000 ]'
  umount /a
done
for version in 9p2000.u 9p2000; do
  ok "$version" try /a share "version=$version"
  prints "a listing in $version" "500" sh -c 'ls /a/many | wc -l'
  prints "a large file in $version" "$SUM" sh -c 'sha256sum </a/large | cut -d" " -f1'
  ok "write in $version" sh -c 'echo text >/a/file && [ "$(cat /a/file)" = text ] && rm /a/file'
  umount /a
done

# The driver leaves and comes back.
for round in 1 2 3; do
  for device in $(devices); do
    echo "$device" >/sys/bus/virtio/drivers/9pnet_virtio/unbind
  done
  refused "unbound, round $round" "does not exist" try /a share version=9p2000.L
  for device in $(ls /sys/bus/virtio/devices); do
    [ "$(cat "/sys/bus/virtio/devices/$device/device")" = 0x0009 ] || continue
    echo "$device" >/sys/bus/virtio/drivers/9pnet_virtio/bind
  done
  ok "bound again, round $round" try /a share version=9p2000.L,msize=512000
  prints "a checksum, round $round" "$SUM" sh -c 'sha256sum </a/large | cut -d" " -f1'
  umount /a
done

[ "$failures" = 0 ] || finish

# With a mount and open files, as a machine that hangs is reset.
ok "a mount before the reboot" try /a share version=9p2000.L,msize=512000
exec 3</a/large 4>/a/rebooted
echo "$steps" >/a/steps
echo text >&4
sync
echo b >/proc/sysrq-trigger
sleep 60
