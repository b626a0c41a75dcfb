# What people do on a share: git, tar, cp, find, rm and fio, on a tree in "tree" that the host has made.
. /guest/check.sh
share /mnt
cd /mnt
export HOME=/tmp GIT_CONFIG_GLOBAL=/tmp/gitconfig
git config --global user.name Guest
git config --global user.email guest@example.invalid
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global safe.directory '*'

# same NAME A B: two trees are equal, symlinks, modes and times included. The client sets whole seconds.
list() {
  (cd "$1" && find . -type d -printf 'd %m %p\n' -o -printf '%y %m %s %Ts %l %p\n' | sort)
}
same() {
  list "$2" >/tmp/one
  list "$3" >/tmp/two
  ok "$1: names, modes, sizes and times" diff /tmp/one /tmp/two
  ok "$1: content" diff -r --no-dereference "$2" "$3"
}

# Copies.
ok "cp -a from the share" cp -a tree /tmp/tree
same "cp -a from the share" tree /tmp/tree
ok "cp -a to the share" cp -a /tmp/tree copied
same "cp -a to the share" /tmp/tree copied
ok "tar from the share" tar -C tree -cf /tmp/tree.tar .
ok "tar to the share" sh -c 'mkdir untarred && tar -C untarred -xpf /tmp/tree.tar'
same "tar to the share" tree untarred
ok "tar within the share" sh -c 'tar -cf tree.tar tree && cmp -n 0 tree.tar tree.tar && tar -df tree.tar'
files=$(find /tmp/tree -type f | wc -l)
prints "find counts the files" "$files" sh -c 'find copied -type f | wc -l'
prints "find counts the symlinks" "$(find /tmp/tree -type l | wc -l)" sh -c 'find copied -type l | wc -l'
prints "find -newer finds none" "" find copied -type f -newermt '2000-01-01'
prints "du and find agree" "$(find /tmp/tree -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')" \
  sh -c "find copied -type f -printf '%s\n' | awk '{ s += \$1 } END { print s }'"
ok "cp -a --link" cp -a --link copied linked
prints "all have two names" "$files" sh -c 'find linked -type f -links 2 | wc -l'
ok "mv of a tree" mv copied moved
ok "rm -rf" rm -rf moved linked untarred tree.tar
prints "nothing is left of it" "tree" ls

# git.
ok "git init" git init -q repo
ok "git add" sh -c 'cp -a tree repo/tree && git -C repo add .'
ok "git commit" git -C repo commit -qm first
prints "git status is clean" "" git -C repo status --porcelain
ok "git clone to the share" git clone -q --no-hardlinks "file://$PWD/repo" clone
ok "git clone with hard links" git clone -q repo clone-links
ok "git clone from the share" git clone -q --no-hardlinks /mnt/repo /tmp/clone
for each in repo clone clone-links /tmp/clone; do
  prints "git fsck of $each" "" git -C $each fsck --full --no-progress --no-dangling
done
prints "git status of a clone is clean" "" git -C clone status --porcelain
ok "git branch, edit, commit" sh -c 'cd clone && git switch -qc topic && echo edit >new && git add new && git commit -qm second'
ok "git switch back and forth" sh -c 'cd clone && git switch -q main && [ ! -e new ] && git switch -q topic && [ -e new ]'
ok "git push" git -C clone push -q origin topic
prints "what was pushed is there" "second" git -C repo log -1 --format=%s topic
ok "git gc" git -C repo gc -q
prints "git fsck after gc" "" git -C repo fsck --full --no-progress --no-dangling
ok "git worktree" git -C repo worktree add -q ../worktree topic
prints "a file of the worktree" "edit" cat worktree/new
ok "rm -rf of repositories" rm -rf repo clone clone-links worktree

# fio writes patterns with checksums and reads them back.
mkdir fio
verify() {
  name=$1
  shift
  ok "fio: $name" fio --name=verify --directory=/mnt/fio --size=4M --verify=crc32c --verify_fatal=1 \
    --do_verify=1 --fallocate=none --randseed=1 --minimal --eta=never "$@"
  rm -rf fio/*
}
verify "sequential, 64 KiB" --ioengine=psync --rw=write --bs=64k
verify "random, 4 KiB" --ioengine=psync --rw=randwrite --bs=4k --size=1M
verify "random, odd sizes" --ioengine=psync --rw=randwrite --bsrange=512-40k --bs_unaligned=1
verify "random reads and writes, two jobs" --ioengine=psync --rw=randrw --bs=16k --numjobs=2 --size=2M
verify "with fsync" --ioengine=psync --rw=randwrite --bs=32k --fsync=8
verify "asynchronous, 8 deep" --ioengine=posixaio --rw=randwrite --bs=16k --iodepth=8
if [ "$CACHE" != none ]; then
  verify "through a mapping" --ioengine=mmap --rw=randwrite --bs=4k --size=1M
fi
finish
