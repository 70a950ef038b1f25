/** The part of this module that screens use: the names of the queues. */
export { queueName } from "./queue-names.ts";
