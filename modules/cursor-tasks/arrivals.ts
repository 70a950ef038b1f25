import { EventEmitter } from "node:events";

/**
 * Tells the open streams of this process that their conversation has news. Only a shortcut: a stream looks by itself
 * every second, because the news may have come to another process.
 */
export const arrivals = new EventEmitter().setMaxListeners(0);
