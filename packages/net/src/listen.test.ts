import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseAddress } from "./address.js";
import { ListenError, listen } from "./listen.js";

let folder: string;
let socket: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ninep-listen-"));
  socket = path.join(folder, "s");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function message(address: string): Promise<string> {
  return listen(parseAddress(address)).then(
    (listener) => {
      listener.close();
      return "no error";
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(ListenError);
      return (error as Error).message;
    },
  );
}

describe("listen", () => {
  it("chooses a port when none is asked for, and says which", async () => {
    const listener = await listen(parseAddress("tcp://127.0.0.1:0"));
    const { port } = listener.address as { port: number };
    expect(port).toBeGreaterThan(0);
    await expect(message(`tcp://127.0.0.1:${port}`)).resolves.toMatch(/port is in use/);
    listener.close();
    await expect(message(`tcp://127.0.0.1:${port}`)).resolves.toBe("no error");
  });

  it("listens on IPv6", async () => {
    await expect(message("tcp://[::1]:0")).resolves.toBe("no error");
  });

  it("names an address that this machine has not", async () => {
    await expect(message("tcp://192.0.2.1:0")).resolves.toMatch(/no such address/);
    await expect(message("tcp://name.invalid:0")).resolves.toMatch(/host name is not known/);
  });

  it("removes its socket file when it closes, also when somebody was faster", async () => {
    const listener = await listen(parseAddress(`unix:${socket}`));
    expect(existsSync(socket)).toBe(true);
    listener.close();
    expect(existsSync(socket)).toBe(false);
    const second = await listen(parseAddress(`unix:${socket}`));
    rmSync(socket);
    second.close();
  });

  it("replaces the socket file of a server that is gone", async () => {
    const { streamSocket, bindAndListen, close, unixAddress } = await import("@ninep/linux");
    const fd = streamSocket(1);
    bindAndListen(fd, unixAddress(socket), 1);
    close(fd);
    expect(existsSync(socket)).toBe(true);
    await expect(message(`unix:${socket}`)).resolves.toBe("no error");
  });

  it("leaves a live server's socket alone", async () => {
    const server = net.createServer().listen(socket);
    await new Promise((resolve) => server.once("listening", resolve));
    await expect(message(`unix:${socket}`)).resolves.toMatch(/another server answers there/);
    expect(existsSync(socket)).toBe(true);
    server.close();
  });

  it("leaves a file that is no socket alone", async () => {
    writeFileSync(socket, "precious");
    await expect(message(`unix:${socket}`)).resolves.toMatch(/no socket/);
    expect(existsSync(socket)).toBe(true);
  });

  it("refuses a path that is too long, and descriptors that are not there or no sockets", async () => {
    await expect(message(`unix:${"x".repeat(200)}`)).resolves.toMatch(/107 bytes/);
    await expect(message("fd:987654")).resolves.toMatch(/no such descriptor/);
    const { openSync, closeSync } = await import("node:fs");
    const fd = openSync("/dev/null", "r");
    await expect(message(`fd:${fd}`)).resolves.toMatch(/no socket/);
    closeSync(fd);
  });
});
