/** What the screens say of the queues. */
export { queueName } from "./queue-names.ts";
