import pg from "pg";
import { isStaleStatement } from "#lib/database/error";
import { noteFullDisk } from "#lib/database/full-disk";

/**
 * A connection that is closed when one of its prepared statements can no longer be run, and as soon as one of its statements gets
 * no answer in time. pg alone would stop waiting and keep using the connection: the statement and its transaction would still run
 * on the server, and the next COMMIT on this connection, of an unrelated request, would commit half of it.
 */
export class Connection extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // The pool listens while a connection is idle, and its borrower from a moment later on. An error that the server sends in
    // between, in the same packet as the answer before, would end the process. The next statement fails in any case.
    this.on("error", () => {});
  }

  // pg's own signature is a set of overloads; every call is passed on unchanged.
  override query(...args: unknown[]): never {
    const judge = (error: unknown): void => {
      noteFullDisk(error);
      if (error instanceof Error && (error.message === "Query read timeout" || isStaleStatement(error)))
        this.close(error);
    };
    const done = args.at(-1);
    if (typeof done === "function") {
      args[args.length - 1] = (error: unknown, result: unknown) => {
        judge(error);
        done(error, result);
      };
      return Reflect.apply(super.query, this, args) as never;
    }
    const answer: unknown = Reflect.apply(super.query, this, args);
    if (!(answer instanceof Promise)) return answer as never;
    return answer.catch((error: unknown) => {
      judge(error);
      throw error;
    }) as never;
  }

  /** Closes the socket at once: an orderly end would wait behind the statement without an answer. */
  private close({ message }: Error): void {
    const { connection } = this as unknown as { connection: { stream: { destroy: (reason: Error) => void } } };
    connection.stream.destroy(new Error(`Connection terminated: ${message}`));
  }
}

/** Ends a connection that returns to its pool inside a transaction, or with a statement under way. */
export function endUnfinished(client: pg.ClientBase): void {
  const { readyForQuery } = client as unknown as { readyForQuery: boolean };
  if (client.getTransactionStatus() === "I" && readyForQuery) return;
  // The pool removes a connection that is ending.
  void (client as pg.Client).end();
}
