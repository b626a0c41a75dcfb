import * as wire from "@ninep/wire";
import type { Message } from "@ninep/wire";
import { attach, auth } from "./handlers/attach.js";
import { getattr, setattr, statfs } from "./handlers/attributes.js";
import { clunk, tremove } from "./handlers/clunk.js";
import { flush } from "./handlers/flush.js";
import type { Handler } from "./handlers/handler.js";
import { topen, tcreate } from "./handlers/legacy-open.js";
import { tstat, twstat } from "./handlers/legacy-stat.js";
import { getlock, lock } from "./handlers/lock.js";
import { link, mkdir, mknod, readlink, rename, renameat, symlink, unlinkat } from "./handlers/namespace.js";
import { lcreate, lopen } from "./handlers/open.js";
import { fsync, read, write } from "./handlers/read-write.js";
import { readdir } from "./handlers/readdir.js";
import { version } from "./handlers/version.js";
import { walk } from "./handlers/walk.js";
import { xattrcreate, xattrwalk } from "./handlers/xattr.js";

/** How to read one kind of message and who serves it. */
export interface Route {
  readonly message: Message<object>;
  readonly handler: Handler<object>;
}

/** Routes by type byte; a hole is a message that no client may send. */
export const routes: (Route | undefined)[] = [];

on(wire.Tversion, version);
on(wire.Tauth, auth);
on(wire.Tattach, attach);
on(wire.Tflush, flush);
on(wire.Twalk, walk);
on(wire.Tread, read);
on(wire.Twrite, write);
on(wire.Tclunk, clunk);
on(wire.Tremove, tremove);

on(wire.Tlopen, lopen);
on(wire.Tlcreate, lcreate);
on(wire.Tgetattr, getattr);
on(wire.Tsetattr, setattr);
on(wire.Tstatfs, statfs);
on(wire.Treaddir, readdir);
on(wire.Tfsync, fsync);
on(wire.Tlock, lock);
on(wire.Tgetlock, getlock);
on(wire.Txattrwalk, xattrwalk);
on(wire.Txattrcreate, xattrcreate);
on(wire.Tmkdir, mkdir);
on(wire.Tsymlink, symlink);
on(wire.Tmknod, mknod);
on(wire.Tlink, link);
on(wire.Treadlink, readlink);
on(wire.Tunlinkat, unlinkat);
on(wire.Trename, rename);
on(wire.Trenameat, renameat);

on(wire.Topen, topen);
on(wire.Tcreate, tcreate);
on(wire.Tstat, tstat);
on(wire.Twstat, twstat);

function on<B extends object>(message: Message<B>, handler: Handler<B>): void {
  routes[message.type] = { message, handler: handler as Handler<object> };
}
