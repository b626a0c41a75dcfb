import { HostFs, type FdCache } from "@ninep/host-fs";
import { Errno, type AttachRequest, type Backend, type Node } from "@ninep/server";
import type { Export } from "./settings.js";

/** Chooses the directory that a client attaches to by its aname. */
export class Exports implements Backend {
  readonly #trees = new Map<string, HostFs>();

  /** @throws SystemError when a directory cannot be opened. */
  constructor(exports: readonly Export[], fds: FdCache) {
    for (const { name, path, readOnly } of exports) {
      const tree = new HostFs({ root: path, readOnly, fds });
      // Clients write a name with or without a slash; some know only the path on this host.
      for (const aname of name === "" ? ["", "/"] : [name, `/${name}`]) this.#trees.set(aname, tree);
      if (!this.#trees.has(path)) this.#trees.set(path, tree);
    }
    const [only] = exports;
    if (exports.length === 1 && only && only.name !== "") {
      for (const aname of ["", "/"]) this.#trees.set(aname, this.#trees.get(only.name)!);
    }
  }

  /** The same for clients that see one export only, whatever they call it; all of them when `name` is undefined. */
  only(name: string | undefined): Backend {
    if (name === undefined) return this;
    const tree = this.#trees.get(name)!;
    return {
      attach: ({ aname }) => {
        if (aname === "" || aname === "/" || this.#trees.get(aname) === tree) return tree.attach();
        throw new Errno("ENOENT", `there is no export ${JSON.stringify(aname)} here`);
      },
    };
  }

  attach({ aname }: AttachRequest): Node {
    const tree = this.#trees.get(aname);
    if (!tree) throw new Errno("ENOENT", `there is no export ${JSON.stringify(aname)}`);
    return tree.attach();
  }
}
