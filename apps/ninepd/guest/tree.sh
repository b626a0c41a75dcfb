# A large tree of small files is copied out of the share and back: checksums of both ways.
. /guest/check.sh
share /mnt
mount -t tmpfs -o size=80% tmpfs /tmp

ok "copy from the share" cp -a /mnt/in /tmp/tree
ok "manifest of the copy" python3 /guest/manifest.py /tmp/tree /tmp/manifest
ok "the copy is what the host has" cmp /tmp/manifest /mnt/manifest
ok "read in place from the share" python3 /guest/manifest.py /mnt/in /tmp/manifest-in-place
ok "what is read in place is what the host has" cmp /tmp/manifest-in-place /mnt/manifest
ok "copy to the share" cp -a /tmp/tree /mnt/out
ok "write it all back" sync -f /mnt/out
finish
