import {
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  STATX_MODE,
  chmod,
  chown,
  close,
  fstatx,
  linkFd,
  makedev,
  mkdirat,
  mknodat,
  openat,
  symlinkat,
  type PathArg,
} from "@ninep/linux";
import { Errno, type Device, type NewFile, type OpenFile } from "@ninep/server";
import {
  L_O_EXCL,
  NO_ID,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  errno,
  type Qid,
} from "@ninep/wire";
import { STATX_FOR_QID } from "./attributes.js";
import { HostFile } from "./host-file.js";
import { HostNode } from "./host-node.js";
import { hostFlags, openNode, syncs } from "./open.js";
import { checkWritable, hostName, lastStat, qidOf, withFd, type Tree } from "./tree.js";

const SET_ID = S_ISUID | S_ISGID;
const PERMISSIONS = 0o7777;
/** Runs as its group: set-group-ID and executable by the group. */
const GROUP_PROGRAM = S_ISGID | 0o010;
/** Kinds that mknod(2) makes; 0 is a regular file. */
const NODE_KINDS = new Set([0, S_IFREG, S_IFIFO, S_IFSOCK, S_IFCHR, S_IFBLK]);
/** A file may come and go while we look whether it is there; more often than this is no accident. */
const CREATE_TRIES = 8;

/** Creates and opens a regular file; without EXCL, opens one that is there. */
export function createFile(
  directory: HostNode,
  name: string,
  flags: number,
  file: NewFile,
): { node: HostNode; file: OpenFile } {
  checkWritable(directory.tree);
  for (let tries = 0; ; tries++) {
    try {
      return createNew(directory, name, flags, file);
    } catch (error) {
      if (codeOf(error) !== errno.EEXIST || flags & L_O_EXCL) throw error;
    }
    // Never O_CREAT without O_EXCL: it would open a FIFO or device of that name.
    try {
      const node = directory.walk(name);
      try {
        return { node, file: openNode(node, flags & ~L_O_EXCL) };
      } catch (error) {
        node.release();
        throw error;
      }
    } catch (error) {
      if (codeOf(error) !== errno.ENOENT || tries === CREATE_TRIES) throw error;
    }
  }
}

function createNew(directory: HostNode, name: string, flags: number, file: NewFile) {
  const { tree } = directory;
  const at = directory.hold();
  try {
    tree.fds.reserve();
    const mode = modeOf(file, at);
    const host = hostFlags(flags);
    // Set-id bits come last: while the file is still ours, they would be ours too.
    const fd = openat(at, hostName(name), host | O_CREAT | O_EXCL | O_NOFOLLOW, mode & ~SET_ID);
    let node: HostNode;
    try {
      own(tree, fd, file, mode);
      fstatx(fd, STATX_FOR_QID, lastStat);
      node = new HostNode(tree, directory, name);
    } catch (error) {
      close(fd);
      throw error;
    }
    directory.children?.get(name)?.detach();
    node.attach();
    const opened = new HostFile(node, fd, host, syncs(flags));
    HostFile.modeIs(node, mode);
    return { node, file: opened };
  } finally {
    directory.letGo();
  }
}

/** Makes a directory. */
export function makeDirectory(directory: HostNode, name: string, file: NewFile): Qid {
  const mode = file.mode & PERMISSIONS;
  return make(directory, name, file, (at, path) => {
    mkdirat(at, path, mode & ~SET_ID);
    return mode;
  });
}

/** Makes a symlink. Its target is data for the client and never looked at. */
export function makeSymlink(directory: HostNode, name: string, target: string, file: NewFile): Qid {
  return make(directory, name, file, (at, path) => {
    symlinkat(hostName(target), at, path);
    return undefined;
  });
}

/** Makes a FIFO, socket, device or empty regular file. */
export function makeDevice(directory: HostNode, name: string, file: NewFile, device: Device): Qid {
  const kind = file.mode & S_IFMT;
  if (!NODE_KINDS.has(kind))
    throw new Errno("EINVAL", `mode 0${file.mode.toString(8)} is of no file to make`);
  return make(directory, name, file, (at, path) => {
    const mode = modeOf(file, at);
    mknodat(at, path, kind | (mode & ~SET_ID), makedev(device.major, device.minor));
    return mode;
  });
}

/** Gives `target` another name. */
export function makeLink(directory: HostNode, target: HostNode, name: string): void {
  checkWritable(directory.tree);
  const at = directory.hold();
  try {
    linkFd(target.pathFd(), at, hostName(name));
  } finally {
    directory.letGo();
  }
  directory.children?.get(name)?.detach();
}

/**
 * Makes something that is not opened, gives it its owner, and returns its qid.
 * `create` returns the mode it shall have, undefined for what has none.
 */
function make(
  directory: HostNode,
  name: string,
  file: NewFile,
  create: (at: number, path: PathArg) => number | undefined,
): Qid {
  const { tree } = directory;
  checkWritable(tree);
  const at = directory.hold();
  try {
    tree.fds.reserve();
    const path = hostName(name);
    const mode = create(at, path);
    directory.children?.get(name)?.detach();
    return withFd(openat(at, path, O_PATH | O_NOFOLLOW), (fd) => {
      own(tree, fd, file, mode);
      fstatx(fd, STATX_FOR_QID, lastStat);
      return qidOf(tree);
    });
  } finally {
    directory.letGo();
  }
}

/**
 * The mode of a new file in the directory `at`. A set-group-ID directory gives its own group to
 * what is made there, and no user's program may run as a group that the user may not be in
 * (CVE-2022-0358; mode_strip_sgid in fs/inode.c).
 */
function modeOf(file: NewFile, at: number): number {
  const mode = file.mode & PERMISSIONS;
  if ((mode & GROUP_PROGRAM) !== GROUP_PROGRAM || file.uid === 0) return mode;
  fstatx(at, STATX_MODE, lastStat);
  return lastStat.mode & S_ISGID ? mode & ~S_ISGID : mode;
}

/** Gives a new file to the client's user where this process may, and the mode that was asked for. */
function own(tree: Tree, fd: number, file: NewFile, mode: number | undefined): void {
  const given = tree.mayChown && (file.uid !== NO_ID || file.gid !== NO_ID);
  if (given) chown(fd, file.uid, file.gid);
  if (mode !== undefined && (mode & SET_ID || mode & tree.umask)) chmod(fd, mode);
}

function codeOf(error: unknown): number | undefined {
  return (error as { errno?: number }).errno;
}
