export type { ChainHandler } from "./device/chain-handler.js";
export { VhostUserServer, type VhostUserServerOptions } from "./device/vhost-user-server.js";
export {
  DeviceError,
  DriverRing,
  writeDescriptor,
  type Completion,
  type Segment,
} from "./driver/driver-ring.js";
export { FrontEnd, type DriverQueue, type FrontEndOptions } from "./driver/front-end.js";
export { SharedMemory, type Block } from "./driver/shared-memory.js";
export { ProtocolError } from "./vhost-user-protocol.js";
