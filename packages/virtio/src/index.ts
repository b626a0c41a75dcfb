export type { ChainHandler } from "./device/chain-handler.js";
export { VhostUserServer, type VhostUserServerOptions } from "./device/vhost-user-server.js";
