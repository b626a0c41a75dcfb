# The server goes away and comes back: clients get errors, nobody hangs, and a new mount works.
. /guest/check.sh
share /mnt
echo before >/mnt/file
exec 3</mnt/file

# soon COMMAND…: fails within the time in which a client should know, and not by hanging.
soon() {
  status=0
  timeout -s KILL 60 "$@" || status=$?
  if [ "$status" = 137 ]; then
    echo "still hanging after a minute"
    return 0
  fi
  return "$status"
}

ok "the server crashes" host kill
refused "open fails" "" soon cat /mnt/file-not-seen-before
refused "create fails" "" soon touch /mnt/new
refused "listing fails" "" soon ls /mnt/dir
refused "statfs fails" "" soon stat -f /mnt
ok "the server comes back" host start
refused "the old mount does not come back by itself" "" soon touch /mnt/newer
exec 3<&-
ok "the old mount can be taken away" soon umount -l /mnt
share /again
prints "a new mount has what was written before" "before" cat /again/file
ok "and can be written to" sh -c 'echo after >/again/file && [ "$(cat /again/file)" = after ]'

# While requests are under way.
(
  dd if=/dev/zero of=/again/flood bs=64k count=100000 oflag=dsync 2>/tmp/dd && echo 0 >/tmp/status || echo 1 >/tmp/status
) &
sleep 1
ok "the server crashes in the middle of writes" host kill
ok "the writer ends" timeout 60 sh -c 'until [ -e /tmp/status ]; do sleep 0.2; done'
prints "and fails" "1" cat /tmp/status
ok "its error is an I/O error" sh -c "grep -qE 'error|not connected|reset|pipe' /tmp/dd || { cat /tmp/dd; exit 1; }"
ok "the server comes back once more" host start
umount -l /again
share /third
prints "the share is there again" "after" cat /third/file
finish
