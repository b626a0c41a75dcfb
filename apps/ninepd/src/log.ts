import process from "node:process";
import { destination, pino, type Logger } from "pino";
import pretty from "pino-pretty";
import type { LogLevel } from "./settings.js";

/** A log on standard error: text on a terminal, JSON lines elsewhere. It writes at once, from any thread. */
export function openLog(level: LogLevel, name: string): Logger {
  const stream = process.stderr.isTTY
    ? pretty({ destination: 2, sync: true, ignore: "pid,hostname,name" })
    : destination({ fd: 2, sync: true });
  return pino({ level, name }, stream);
}
