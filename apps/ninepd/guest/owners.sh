# Owners, devices, extended attributes and ACLs: what needs root on the host.
. /guest/check.sh
share /mnt
cd /mnt
umask 022

# Owners. Users need a way in; the client checks their rights by the modes it is told.
chmod 755 .
touch f
ok "chown" chown 1234:2345 f
prints "owner and group" "1234 2345" stat -c '%u %g' f
ok "chgrp" chgrp 77 f
prints "group alone" "1234 77" stat -c '%u %g' f
ln -s f s
ok "chown of a symlink" chown -h 5:6 s
prints "owner of a symlink" "5 6" stat -c '%u %g' s
prints "its target keeps its owner" "1234 77" stat -c '%u %g' f
ok "setuid" chmod 4755 f
ok "chown takes setuid away" chown 1 f
prints "mode without setuid" "755" stat -c %a f
ok "setuid and setgid" chmod 6755 f
ok "a write takes setuid away" sh -c 'chmod 6777 f; setpriv --reuid 1000 --clear-groups sh -c "echo x >>f"'
prints "mode after a write" "777" stat -c %a f
mkdir group
chown 0:99 group
chmod 2777 group
ok "a directory with setgid gives its group" sh -c 'touch group/f; mkdir group/d; [ "$(echo $(stat -c %g group/f group/d))" = "99 99" ]'
prints "and setgid, to directories" "2755" stat -c %a group/d

# Other users, whom the client attaches by themselves (access=user).
chmod 1777 .
ok "a user makes a file" setpriv --reuid 1000 --regid 1000 --clear-groups touch by-user
prints "it is the user's" "1000 1000" stat -c '%u %g' by-user
ok "a user makes a directory" setpriv --reuid 1000 --regid 1000 --clear-groups mkdir dir-by-user
prints "the directory is the user's" "1000 1000" stat -c '%u %g' dir-by-user
echo secret >private
chmod 600 private
refused "a user does not read root's file" "ermission denied" setpriv --reuid 1000 --clear-groups cat private
refused "a user does not remove root's file from a sticky directory" "not permitted" setpriv --reuid 1000 --clear-groups rm -f private

# Devices: nodes on the host, used by nobody there.
ok "mknod of a character device" mknod null c 1 3
prints "a device has its numbers" "character special file 1 3" stat -c '%F %t %T' null
ok "the guest's own device answers" sh -c 'echo gone >null && [ "$(cat null)" = "" ]'
ok "mknod of a block device" mknod block b 259 1048000
prints "large numbers" "block special file 103 ffdc0" stat -c '%F %t %T' block
ok "mkfifo with a mode" sh -c 'umask 0; mkfifo -m 666 fifo; [ "$(stat -c %a fifo)" = 666 ]'

# Extended attributes.
ok "set" setfattr -n user.color -v blue f
prints "get" "blue" getfattr --only-values -n user.color f
ok "replace" setfattr -n user.color -v green f
prints "get what replaced it" "green" getfattr --only-values -n user.color f
ok "empty value" setfattr -n user.empty f
prints "get an empty value" 'user.empty=""' sh -c 'getfattr -n user.empty f | grep user'
ok "binary value" setfattr -n user.binary -v 0x00ff00fe0a f
prints "get a binary value" "user.binary=0x00ff00fe0a" sh -c 'getfattr -e hex -n user.binary f | grep user'
ok "large value" sh -c 'setfattr -n user.large -v "$(printf %03000d 7)" f'
prints "get a large value" "$(printf %03000d 7)" getfattr --only-values -n user.large f
ok "trusted, as root" setfattr -n trusted.secret -v mine f
prints "get trusted" "mine" getfattr --only-values -n trusted.secret f
prints "list" "trusted.secret user.binary user.color user.empty user.large" \
  sh -c 'echo $(getfattr -m "^(user|trusted)" f | grep -E "^(user|trusted)" | sort)'
ok "remove" setfattr -x user.color f
refused "get what was removed" "No such attribute" getfattr -n user.color f
refused "remove what is not there" "No such attribute" setfattr -x user.color f
ok "XATTR_CREATE and XATTR_REPLACE" python3 -c '
import os, errno
def code(call):
    try: call()
    except OSError as e: return errno.errorcode[e.errno]
assert code(lambda: os.setxattr("f", "user.new", b"1", os.XATTR_REPLACE)) == "ENODATA"
os.setxattr("f", "user.new", b"1", os.XATTR_CREATE)
assert code(lambda: os.setxattr("f", "user.new", b"2", os.XATTR_CREATE)) == "EEXIST"
os.setxattr("f", "user.new", b"3", os.XATTR_REPLACE)
assert os.getxattr("f", "user.new") == b"3"
'
ok "set on a directory" setfattr -n user.on -v dir group
prints "get from a directory" "dir" getfattr --only-values -n user.on group
refused "a value beyond 64 KiB" "too long" python3 -c 'import os; os.setxattr("f", "user.big", b"x" * 65537)'
prints "the host sees the same" "$(printf mine)" host xattr f trusted.secret
echo caps >program
ok "security.capability" setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 program
ok "a write takes security.capability away" sh -c 'echo more >>program; ! getfattr -n security.capability program 2>/dev/null'

# ACLs: the client wants posixacl, with which it checks access by itself (access=client).
share /acl posixacl
cd /acl
touch acl
ok "setfacl" setfacl -m u:1000:rw,g:2000:r acl
prints "getfacl" "user::rw- user:1000:rw- group::r-- group:2000:r-- mask::rw- other::r--" \
  sh -c 'echo $(getfacl -cn acl)'
ok "the user of an entry may write" setpriv --reuid 1000 --clear-groups sh -c 'echo x >>acl'
refused "another user may not" "denied" setpriv --reuid 1001 --clear-groups sh -c 'echo x >>acl'
ok "default ACL" setfacl -d -m u:1000:rwx group
ok "a new file inherits it" sh -c 'umask 022; touch group/inherits; getfacl -cn group/inherits | grep -q "^user:1000:rwx"'
prints "the umask has no say in it" "666" stat -c %a group/inherits
ok "a new directory inherits it as its default" sh -c 'mkdir group/sub; getfacl -cn group/sub | grep -q "^default:user:1000:rwx"'
prints "chmod moves the mask" "mask::r--" sh -c 'chmod 640 acl; getfacl -cn acl | grep mask'
ok "remove an ACL" setfacl -b acl
prints "nothing is left" "user::rw- group::r-- other::---" sh -c 'echo $(getfacl -cn acl)'
prints "the host has none either" "none" host xattr acl system.posix_acl_access
finish
