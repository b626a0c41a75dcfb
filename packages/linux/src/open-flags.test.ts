import { constants } from "node:fs";
import { expect, test } from "vitest";
import { epollLayout } from "./epoll.js";
import * as flags from "./open-flags.js";

test("open flags agree with this machine's C library", () => {
  for (const [name, number] of Object.entries(constants)) {
    if (!name.startsWith("O_")) continue;
    expect({ [name]: (flags as Record<string, number>)[name] }).toEqual({ [name]: number });
  }
});

test("struct epoll_event is packed on x64 alone", () => {
  expect(epollLayout("x64")).toEqual({ eventWords: 3, dataWord: 1 });
  expect(epollLayout("arm64")).toEqual({ eventWords: 4, dataWord: 2 });
});
