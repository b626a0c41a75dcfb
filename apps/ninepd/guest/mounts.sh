# Ways to mount: dialects, exports by name, read-only ones, several at once; diod's own clients.
. /guest/check.sh
mkdir -p /a /b /c

# try DIRECTORY OPTIONS: mounts with these alone.
try() {
  mount -t 9p -o "trans=tcp,port=$PORT,$2" 10.0.2.2 "$1"
}

# Exports.
ok "the default export" try /a version=9p2000.L
prints "its content" "main" cat /a/which
ok "an export by name" try /b version=9p2000.L,aname=other
prints "the content of the named one" "other" cat /b/which
ok "the same export again, beside it" try /c version=9p2000.L
ok "what one mount writes, the other reads" sh -c 'echo new >/a/new && [ "$(cat /c/new)" = new ]'
ok "what one mount renames, the other finds" sh -c 'mv /c/new /c/renamed && [ "$(cat /a/renamed)" = new ]'
ok "what one mount removes is gone for the other" sh -c 'rm /a/renamed && [ ! -e /c/renamed ]'
refused "rename between exports" "Invalid cross-device link" \
  python3 -c 'import os; os.rename("/a/which", "/b/moved")'
ok "umount" umount /a /b /c
# mount(8) says this for ENOENT and that for EINVAL.
refused "a name that is no export" "does not exist" try /a version=9p2000.L,aname=wrong
refused "a path that is no export" "does not exist" try /a version=9p2000.L,aname=/etc
refused "a path out of an export" "does not exist" try /a version=9p2000.L,aname=other/..
refused "an unknown dialect" "bad option" try /a version=9p2001.X

# Read-only.
ok "a read-only export" try /a version=9p2000.L,aname=fixed
prints "it reads" "fixed" cat /a/which
refused "write" "Read-only file system" sh -c 'echo x >>/a/which'
refused "truncate" "Read-only file system" truncate -s 0 /a/which
refused "create" "Read-only file system" touch /a/new
refused "mkdir" "Read-only file system" mkdir /a/new
refused "symlink" "Read-only file system" ln -s x /a/new
refused "link" "Read-only file system" ln /a/which /a/new
refused "mkfifo" "Read-only file system" mkfifo /a/new
refused "unlink" "Read-only file system" rm /a/which
refused "rmdir" "Read-only file system" rmdir /a/dir
refused "rename" "Read-only file system" mv /a/which /a/new
refused "chmod" "Read-only file system" chmod 600 /a/which
refused "chown" "Read-only file system" chown 1 /a/which
refused "utimes" "Read-only file system" touch -d '2001-01-01' /a/which
refused "setxattr" "Read-only file system" setfattr -n user.x -v x /a/which
prints "nothing has changed" "dir which" sh -c 'echo $(ls /a) && cmp -s /a/which - <<X
fixed
X'
umount /a

# Sizes of messages.
for msize in 4096 8192 131072 1048576; do
  ok "msize=$msize" try /a "version=9p2000.L,msize=$msize"
  prints "a checksum with msize=$msize" "$SUM" sh -c 'sha256sum </a/large | cut -d" " -f1'
  prints "a listing with msize=$msize" "500" sh -c 'ls /a/many | wc -l'
  ok "a copy with msize=$msize" sh -c 'cp /a/large /a/copy && cmp /a/large /a/copy && rm /a/copy'
  umount /a
done

# The dialects of before 9P2000.L.
for version in 9p2000.u 9p2000; do
  ok "$version" try /a "version=$version"
  prints "a listing in $version" "$(echo dir large many which)" sh -c 'echo $(ls /a)'
  prints "many entries in $version" "500" sh -c 'ls /a/many | wc -l'
  prints "a small file in $version" "main" cat /a/which
  prints "a large file in $version" "$SUM" sh -c 'sha256sum </a/large | cut -d" " -f1'
  ok "write in $version" sh -c 'echo text >/a/dir/file && [ "$(cat /a/dir/file)" = text ]'
  ok "append in $version" sh -c 'echo more >>/a/dir/file && [ "$(echo $(cat /a/dir/file))" = "text more" ]'
  ok "truncate in $version" sh -c 'truncate -s 3 /a/dir/file && [ "$(cat /a/dir/file)" = tex ]'
  ok "mkdir in $version" mkdir /a/dir/sub
  ok "rename in $version" mv /a/dir/file /a/dir/renamed
  prints "chmod in $version" "600" sh -c 'chmod 600 /a/dir/renamed && stat -c %a /a/dir/renamed'
  ok "rm in $version" rm /a/dir/renamed
  ok "rmdir in $version" rmdir /a/dir/sub
  refused "what is not there in $version" "No such file" cat /a/absent
  prints "a named export in $version" "other" sh -c "mount -t 9p -o trans=tcp,port=$PORT,version=$version,aname=other 10.0.2.2 /b && cat /b/which; umount /b"
  if [ "$version" = 9p2000.u ]; then
    ok "symlink in $version" ln -s which /a/dir/link
    prints "readlink in $version" "which" readlink /a/dir/link
    ok "rm of a symlink in $version" rm /a/dir/link
  fi
  umount /a
done

# diod's clients.
prints "diodls" "dir large many which" sh -c 'echo $(diodls -s "10.0.2.2:$PORT" -a / 2>/dev/null | sort)'
prints "diodcat" "main" diodcat -s "10.0.2.2:$PORT" -a / which
prints "diodcat of a named export" "other" diodcat -s "10.0.2.2:$PORT" -a other which
finish
