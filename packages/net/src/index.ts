export { ANY_CID, AddressError, DEFAULT_PORT, formatAddress, parseAddress, type Address } from "./address.js";
export type { FrameHandler } from "./frame-handler.js";
export { ListenError, listen, type Listener } from "./listen.js";
export { SocketServer, type SocketServerOptions } from "./socket-server.js";
export { VhostUserChannel, type ChannelEvents, type VhostUserOptions } from "./vhost-user-channel.js";
