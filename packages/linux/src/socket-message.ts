import { errno } from "./errno.js";
import type { IoVector } from "./io-vector.js";
import { declare, orErrno } from "./libc.js";
import { NativeMemory } from "./native-memory.js";
import { close } from "./open.js";
import { MSG_DONTWAIT } from "./socket.js";

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CTRUNC = 0x8;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;

/** Most descriptors in one message (SCM_MAX_FD in net/scm.h). */
export const MAX_PASSED_FDS = 253;
/** struct cmsghdr: cmsg_len[8] cmsg_level[4] cmsg_type[4], then the descriptors (cmsg(3)). */
const CMSG_HEADER = 16;

const cSendmsg = declare<[number, number, number]>("long sendmsg(int, uintptr_t, int)");
const cRecvmsg = declare<[number, number, number]>("long recvmsg(int, uintptr_t, int)");

/** struct msghdr: name[8] namelen[4+4] iov[8] iovlen[8] control[8] controllen[8] flags[4+4]. */
const header = new NativeMemory(56);
const NAME = 0;
const IOV = 4;
const IOV_LENGTH = 6;
const CONTROL = 8;
const CONTROL_LENGTH = 10;
const FLAGS = 12;

const control = new NativeMemory(CMSG_HEADER + Math.ceil(MAX_PASSED_FDS / 2) * 8);
const controlFds = new Int32Array(control.buffer, CMSG_HEADER);

function fillHeader(areas: IoVector, controlLength: number): void {
  header.setUint64(NAME, 0);
  header.words[NAME + 2] = 0;
  header.setUint64(IOV, areas.address);
  header.setUint64(IOV_LENGTH, areas.count);
  header.setUint64(CONTROL, controlLength === 0 ? 0 : control.address);
  header.setUint64(CONTROL_LENGTH, controlLength);
  header.words[FLAGS] = 0;
}

/**
 * Sends several areas at once, and descriptors with their first byte
 * (sendmsg(2), unix(7)); never raises SIGPIPE. The descriptors stay open here.
 * @param fds At most 253; then at least one byte must be sent.
 * @param flags MSG_DONTWAIT, or 0 to wait.
 * @returns bytes, or the negative errno
 */
export function sendMessage(
  fd: number,
  data: IoVector,
  fds: readonly number[] = [],
  flags: number = MSG_DONTWAIT,
): number {
  const count = fds.length;
  if (count > MAX_PASSED_FDS) return -errno.EINVAL;
  if (count > 0) {
    // cmsg_len is without the padding at the end.
    control.setUint64(0, CMSG_HEADER + count * 4);
    control.words[2] = SOL_SOCKET;
    control.words[3] = SCM_RIGHTS;
    for (let i = 0; i < count; i++) controlFds[i] = fds[i]!;
  }
  fillHeader(data, count === 0 ? 0 : CMSG_HEADER + Math.ceil(count / 2) * 8);
  return orErrno(cSendmsg(fd, header.address, flags | MSG_NOSIGNAL));
}

/**
 * Receives into several areas at once, and appends the descriptors that came
 * along to `fds`; they are the caller's to close, and close-on-exec is set
 * (recvmsg(2), unix(7)).
 * @param flags MSG_DONTWAIT, or 0 to wait.
 * @returns bytes, 0 at the end, or the negative errno; EMFILE when this process
 * had no room for all descriptors: then it has none of them, and the bytes are lost
 */
export function receiveMessage(
  fd: number,
  into: IoVector,
  fds: number[],
  flags: number = MSG_DONTWAIT,
): number {
  fillHeader(into, control.size);
  const received = orErrno(cRecvmsg(fd, header.address, flags | MSG_CMSG_CLOEXEC));
  if (received < 0) return received;
  const filled = header.getUint64(CONTROL_LENGTH);
  if (filled < CMSG_HEADER) return header.words[FLAGS]! & MSG_CTRUNC ? -errno.EMFILE : received;
  // The kernel puts all descriptors of a message into one block, and we asked for no other kind.
  const isRights = control.words[2] === SOL_SOCKET && control.words[3] === SCM_RIGHTS;
  const count = isRights ? (control.getUint64(0) - CMSG_HEADER) >> 2 : 0;
  if (header.words[FLAGS]! & MSG_CTRUNC) {
    for (let i = 0; i < count; i++) close(controlFds[i]!);
    return -errno.EMFILE;
  }
  for (let i = 0; i < count; i++) fds.push(controlFds[i]!);
  return received;
}
