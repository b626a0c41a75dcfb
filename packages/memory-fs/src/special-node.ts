import { Errno } from "@ninep/server";
import { MemoryNode } from "./memory-node.js";

/** A name of a FIFO, socket or device: there to be seen; what it does is the client's affair. */
export class SpecialNode extends MemoryNode {
  linked(name: string): SpecialNode {
    return new SpecialNode(this.inode, name);
  }

  open(): never {
    throw new Errno("ENXIO", this.name);
  }
}
