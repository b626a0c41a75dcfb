import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** What a guest's script may ask this process to do, by name: `host NAME ARGUMENT…` there. */
export type HostActions = Readonly<Record<string, (...args: string[]) => string | Promise<string>>>;

/** Serves actions on the loopback: a line with a name and arguments comes, `ok ANSWER` or `error WHY` goes. */
export async function serveHostActions(actions: HostActions): Promise<{ port: number; close: () => void }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (more: string) => {
      const before = text.includes("\n");
      text += more;
      if (before || !text.includes("\n")) return;
      void perform(actions, text.slice(0, text.indexOf("\n"))).then((answer) => socket.end(answer));
    });
    // A guest that is killed takes its connections with it.
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
    },
  };
}

async function perform(actions: HostActions, line: string): Promise<string> {
  const [name = "", ...args] = line.split(" ");
  try {
    const action = actions[name];
    if (!action) throw new Error(`no action ${name}`);
    return `ok ${await action(...args)}\n`;
  } catch (error) {
    return `error ${(error as Error).message}\n`;
  }
}
