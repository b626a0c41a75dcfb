import { QTDIR, QTFILE, Rattach, Rlopen, Rwalk } from "@ninep/wire";
import { Client } from "../client.js";
import type { File } from "../file.js";
import type { OpenFile } from "../open-file.js";
import { FakeServer, settle, type Received } from "./fake-server.js";

export const dirQid = { type: QTDIR, version: 0, path: 1n };
export const fileQid = { type: QTFILE, version: 0, path: 2n };

/** A client that has attached to a fake server, as fid 0. */
export class Attached {
  readonly server: FakeServer;
  readonly client: Client;
  readonly root: File;

  private constructor(server: FakeServer, client: Client, root: File) {
    this.server = server;
    this.client = client;
    this.root = root;
  }

  static async make(): Promise<Attached> {
    const server = new FakeServer();
    const client = await Client.connect(server.stream);
    const attaching = client.attach({ aname: "tree", uname: "me", uid: 1000 });
    await settle();
    server.reply(server.last("Tattach"), Rattach, { qid: dirQid });
    return new Attached(server, client, await attaching);
  }

  /** Answers the next request, which must have this name, and returns it. */
  async answer(name: string, reply: (request: Received) => void): Promise<Received> {
    await settle();
    const request = this.server.last(name);
    reply(request);
    return request;
  }

  /** A file that is not open, as fid 1. */
  async walked(): Promise<File> {
    const walking = this.root.walk("f");
    await this.answer("Twalk", (request) => {
      this.server.reply(request, Rwalk, { qids: [fileQid] });
    });
    return walking;
  }

  /** A file that is, as fid 1. */
  async opened(iounit = 0): Promise<OpenFile> {
    const file = await this.walked();
    const opening = file.open();
    await this.answer("Tlopen", (request) => {
      this.server.reply(request, Rlopen, { qid: fileQid, iounit });
    });
    return opening;
  }
}
