import type { Message } from "./message.js";
import * as base from "./messages-9p2000.js";
import * as linux from "./messages-9p2000l.js";

const byType: (Message<object> | undefined)[] = [];
for (const message of [...Object.values(base), ...Object.values(linux)] as Message<object>[]) {
  byType[message.type] = message;
}

/** The message with this type byte, undefined when the protocol has none. */
export function messageOfType(type: number): Message<object> | undefined {
  return byType[type];
}

/** Every message of the three dialects, by ascending type byte. */
export function allMessages(): Message<object>[] {
  return byType.filter((message) => message !== undefined);
}
