import { Rreaddir, type Body, type Treaddir } from "@ninep/wire";
import { chain } from "../awaitable.js";
import { DirentWriter } from "../dirent-writer.js";
import { Errno } from "../errno-error.js";
import { openFile } from "../fid.js";
import type { Handler } from "./handler.js";

export const readdir: Handler<Body<typeof Treaddir>> = (session, request, { fid, offset, count }) => {
  const file = openFile(session.fid(fid));
  if (!file.readdir) throw new Errno("ENOTDIR");
  const out = new DirentWriter(request.payload(count));
  return chain(file.readdir(offset, out), () => {
    // No entries means the end of the directory: never say that of one entry too long for the client's buffer.
    if (out.length === 0 && out.full)
      throw new Errno("EINVAL", `count ${count} is too small for the next entry`);
    return request.sendPayload(Rreaddir, out.length);
  });
};
