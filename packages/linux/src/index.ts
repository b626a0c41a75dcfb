export { UTIME_NOW, UTIME_OMIT, chmod, chown, fallocate, ftruncate, utimens } from "./attributes.js";
export { DirentCursor, SEEK_SET, getdents64, lseek } from "./directory.js";
export { EPOLLERR, EPOLLEXCLUSIVE, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLRDHUP, Epoll } from "./epoll.js";
export { drainEventfd, eventfd, signalEventfd } from "./eventfd.js";
export { F_RDLCK, F_UNLCK, F_WRLCK, getOfdLock, setOfdLock, type Flock } from "./lock.js";
export { linkFd, mkdirat, mknodat, readlinkFd, renameat, symlinkat, unlinkat } from "./namespace.js";
export {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  O_ACCMODE,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECT,
  O_DIRECTORY,
  O_DSYNC,
  O_EXCL,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_SYNC,
  O_TRUNC,
  O_WRONLY,
  close,
  descriptors,
  dup,
  fdPath,
  openat,
  reopen,
} from "./open.js";
export { effectiveUser, hasCapability } from "./process.js";
export { RWF_NOWAIT, pread, preadv2, pwrite } from "./read-write.js";
export { ipAddress, portOf, unixAddress } from "./socket-address.js";
export {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  accept,
  bindAndListen,
  connect,
  isListening,
  read,
  receive,
  send,
  setIpv6Only,
  setNoDelay,
  setNonBlocking,
  setReuseAddress,
  socketName,
  streamSocket,
  write,
} from "./socket.js";
export { fstatfs, type StatFs } from "./statfs.js";
export {
  STATX_BASIC_STATS,
  STATX_BTIME,
  STATX_CTIME,
  STATX_INO,
  STATX_MODE,
  STATX_SIZE,
  STATX_TYPE,
  Statx,
  fstatx,
  makedev,
  statx,
} from "./statx.js";
export { SystemError, type PathArg } from "./system-error.js";
export { getXattr, listXattrs, removeXattr, setXattr } from "./xattr.js";
export { isSupported } from "./libc.js";
