export type {
  AttachRequest,
  Attr,
  Awaitable,
  Backend,
  Device,
  LockRange,
  NewFile,
  Node,
  OpenFile,
  SetAttr,
  StatFs,
} from "./backend.js";
export { DirentWriter } from "./dirent-writer.js";
export { Errno } from "./errno-error.js";
export type { Fid } from "./fid.js";
export { slicePieces, type Pieces } from "./pieces.js";
export { Session, type SessionOptions } from "./session.js";
