# Files and their names: what the shell's own tools do with them.
. /guest/check.sh
share /mnt
cd /mnt
umask 022

# Content.
prints "create and write" "one" sh -c 'echo one >f && cat f'
prints "append" "one two" sh -c 'echo two >>f && echo $(cat f)'
prints "overwrite with O_TRUNC" "three" sh -c 'echo three >f && cat f'
ok "truncate to shorter" truncate -s 2 f
prints "content after truncate" "th" cat f
ok "truncate to longer" truncate -s 6 f
prints "the rest reads as zeros" "7468000000 00" sh -c 'xxd -p f 2>/dev/null || od -An -tx1 f | tr -d " " | sed "s/..$/ &/"'
prints "size" "6" stat -c %s f
ok "write far beyond the end" dd if=/dev/zero of=sparse bs=1 count=1 seek=10M conv=notrunc status=none
prints "size of a sparse file" "10485761" stat -c %s sparse
prints "a sparse file takes little room" "yes" sh -c '[ "$(stat -c %b sparse)" -lt 100 ] && echo yes'
refused "O_EXCL on a file that is there" "cannot create" sh -c 'set -C; echo x >f'
refused "open what is not there" "No such file" cat absent
refused "use a file as a directory" "Not a directory" cat f/x

# Rename.
echo old >target
echo new >source
ok "rename over a file" mv -f source target
prints "content after rename" "new" cat target
refused "the old name is gone" "No such file" ls source
mkdir dir dir/sub full
touch full/x
echo below >dir/sub/file
exec 3<dir/sub/file 4<dir/sub
ok "rename a directory with open files below" mv dir moved
prints "read through a descriptor from before" "below" cat <&3
prints "the descriptor's file has the new path" "below" cat moved/sub/file
echo more >>moved/sub/file
prints "files below go on under the new name" "below more" sh -c 'echo $(cat moved/sub/file)'
ok "create below the new name" touch moved/sub/new
ok "list a directory that is open from before" ls /proc/self/fd/4/
exec 3<&- 4<&-
refused "rename a directory over one that is not empty" "not empty" mv -T moved full
ok "rename a directory over an empty one" sh -c 'mkdir empty && mv -T moved empty && [ -f empty/sub/new ]'
refused "rename a directory into itself" "subdirectory of itself" mv empty empty/sub/
ok "rename from directory to directory" sh -c 'mv target empty/sub/target && [ "$(cat empty/sub/target)" = new ]'
refused "rmdir of one that is not empty" "not empty" rmdir full
refused "unlink of a directory" "Is a directory" unlink full

# Hard links.
echo linked >a
ok "link" ln a b
equal "link count of both" "2 2" "$(echo $(stat -c %h a b))"
equal "one inode" "$(stat -c %i a)" "$(stat -c %i b)"
echo changed >b
prints "content through the other name" "changed" cat a
ok "unlink one name" rm a
prints "the other name stays" "changed 1" sh -c 'echo $(cat b) $(stat -c %h b)'
refused "link over a name that is there" "File exists" ln b f
refused "link to a directory" "not allowed" ln full dirlink

# Symlinks.
ok "symlink" ln -s b s
prints "readlink" "b" readlink s
prints "read through a symlink" "changed" cat s
ok "dangling symlink" ln -s absent/target dangling
prints "readlink of a dangling symlink" "absent/target" readlink dangling
refused "open a dangling symlink" "No such file" cat dangling
prints "lstat of a symlink" "symbolic link 1" stat -c '%F %s' s
ok "a symlink to the root is the guest's own root" sh -c 'ln -s /guest/check.sh abs && cmp abs /guest/check.sh'
long=$(printf '%04000d' 0)
ok "symlink of 4000 bytes" ln -s "$long" long
equal "readlink of 4000 bytes" "$long" "$(readlink long)"
refused "symlink loop" "Too many levels" sh -c 'ln -s l2 l1; ln -s l1 l2; cat l1'

# Modes and times; owners and devices are in owners.sh.
ok "chmod" chmod 640 f
prints "mode" "640" stat -c %a f
ok "chmod of a directory, sticky and setgid" chmod 3775 full
prints "mode of a directory" "3775" stat -c %a full
ok "mode of a new file is without the guest's umask only" sh -c 'umask 002; rm -f m; touch m; [ "$(stat -c %a m)" = 664 ]'
ok "mode of a new directory" sh -c 'umask 077; mkdir private; [ "$(stat -c %a private)" = 700 ]'
# The Linux client sets whole seconds from 1970 on; what it reads has nanoseconds.
ok "utimes" touch -d '2001-02-03 04:05:06 UTC' f
prints "time that was set" "2001-02-03 04:05:06.000000000 +0000" env TZ=UTC stat -c %y f
prints "time of the host, in nanoseconds" "2001-02-03 04:05:06.123456789 +0000" env TZ=UTC stat -c %y from-host
prints "time of the host before 1970" "-315608095" stat -c %Y before-1970
ok "times far ahead" touch -d '2100-01-02 03:04:05 UTC' f
prints "a time beyond 2038" "4102542245" stat -c %Y f
ok "atime alone" touch -a -d '2011-01-01 UTC' f
prints "mtime has stayed" "4102542245 1293840000" stat -c '%Y %X' f
ok "times of a symlink" touch -h -d '2012-01-01 UTC' s
prints "a symlink's time, and its target's" "1325376000" stat -c %Y s
ok "time of now" touch f
ok "now is now" sh -c '[ $(($(date +%s) - $(stat -c %Y f))) -lt 100 ]'

# FIFOs live in the guest: only their names are the server's.
ok "mkfifo" mkfifo fifo
prints "a FIFO is one" "fifo" stat -c %F fifo
prints "a FIFO carries bytes" "through" sh -c 'echo through >fifo & cat fifo'
ok "unlink a FIFO" rm fifo
ok "socket" python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
prints "a socket is one" "socket" stat -c %F sock

# The file system as a whole.
ok "statfs" sh -c '[ "$(stat -f -c %b .)" -gt 1000 ] && [ "$(stat -f -c %a .)" -gt 1000 ]'
prints "statfs says 255 bytes a name" "255" stat -f -c %l .
ok "df" df /mnt
ok "sync a file" sync f
ok "sync a directory" sync full
ok "sync the file system" sync -f f
ok "fallocate is refused, so programs write zeros" sh -c '! fallocate -n -l 1M nofallocate'
prints "all gone" "" sh -c 'rm -rf ./* && ls -A'
finish
