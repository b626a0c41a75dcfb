export { GuestError, type GuestFailure } from "./guest-error.js";
export type { Kernel } from "./kernel.js";
export { prepareGuest, type PrepareOptions } from "./prepare.js";
export type { Accelerator, Network } from "./qemu-arguments.js";
export { runGuest, type GuestOptions, type GuestResult } from "./run-guest.js";
export { guestSupport, type GuestSupport } from "./support.js";
