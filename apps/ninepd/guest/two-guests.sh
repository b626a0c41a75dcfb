# One of two guests on the same export: what one does, the other sees.
. /guest/check.sh
share /mnt
mkdir -p /mnt/common

# wait_for FILE: until the other guest has made it, which may still boot.
wait_for() {
  tries=0
  until [ -e "$1" ]; do
    tries=$((tries + 1))
    [ $tries -lt 1500 ] || return 1
    sleep 0.2
  done
}

if [ "$OTHER" = one-began ]; then
  ok "what a killed guest has made is there" ls /mnt/one-began
  ok "and can be removed" rm /mnt/one-began
  finish
fi
echo "$NAME" >"/mnt/common/$NAME"
ok "the other guest's file appears" wait_for "/mnt/common/$OTHER"
prints "with its content" "$OTHER" sh -c "until [ -s /mnt/common/$OTHER ]; do sleep 0.1; done; cat /mnt/common/$OTHER"
# Each adds to a counter of its own while the other reads it.
count() {
  n=0
  while [ $n -lt 200 ]; do
    n=$((n + 1))
    echo $n >"/mnt/common/$NAME-counter.new"
    mv "/mnt/common/$NAME-counter.new" "/mnt/common/$NAME-counter"
    cat "/mnt/common/$OTHER-counter" >/dev/null 2>&1 || true
  done
}
ok "rename over a file that the other reads" count
echo >"/mnt/common/$NAME-done"
ok "the other is done too" wait_for "/mnt/common/$OTHER-done"
prints "its counter" "200" cat "/mnt/common/$OTHER-counter"
finish
