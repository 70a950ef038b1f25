import { services } from "#lib/outbound/services";

/** The access to the brokers of messages: the nodes of one cluster, with one user for all. */
export type BrokerAccess = Readonly<{
  /** `name:port` of each node. */
  hosts: string[];
  username: string;
  password: string;
  vhost: string;
  tls: boolean;
}>;

/** The cluster that RABBITMQ_URL names. With QUEUE_BACKEND=rabbitmq it is always set. */
export function brokerAccess(): BrokerAccess {
  return readNodes(services().RABBITMQ_URL!);
}

/** The parts of addresses such as `amqps://user:password@rabbit-1:5671/vhost`, one for each node; user, password, vhost and TLS are those of the first. */
export function readNodes(nodes: readonly string[]): BrokerAccess {
  const [first, ...others] = nodes.map((one) => new URL(one));
  const { protocol, username, password, pathname } = first!;
  const tls = protocol === "amqps:";
  return {
    hosts: [first!, ...others].map(({ hostname, port }) => `${hostname}:${port || (tls ? 5671 : 5672)}`),
    username: decodeURIComponent(username) || "guest",
    password: decodeURIComponent(password) || "guest",
    vhost: decodeURIComponent(pathname.slice(1)) || "/",
    tls,
  };
}
