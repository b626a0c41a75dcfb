#!/usr/bin/env node
import process from "node:process";

let main;
try {
  ({ main } = await import("../dist/main.js"));
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND" || !error.message.includes("dist/main.js")) throw error;
  console.error("ninep is not built yet: run npm run build at the root of the repository first.");
  process.exit(2);
}
process.exitCode = await main(process.argv.slice(2), process);
