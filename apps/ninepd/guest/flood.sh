# Reads and writes without end; the host kills this machine, or stops the server and sees what that does.
. /guest/check.sh
share /mnt
for writer in 1 2 3; do
  (
    while dd if=/dev/zero of="/mnt/$NAME-$writer" bs=64k count=20 conv=fsync status=none; do
      cat "/mnt/$NAME-$writer" >/dev/null
    done
  ) &
  echo $! >>/tmp/writers
done
sleep 1
touch "/mnt/$NAME-began"
prints "the server stops under load" "stopped" host stop
sleep 1
ls /mnt >/tmp/listing 2>&1 &
sleep 3
# Linux flushes the request of a process that is killed, and waits for the reply to that.
ok "the guest's requests wait" kill -0 $!
finish
