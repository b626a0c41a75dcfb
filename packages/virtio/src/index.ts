export { GuestMemory, MappedRegion } from "./guest-memory.js";
