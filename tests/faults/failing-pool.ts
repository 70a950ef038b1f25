import pg from "pg";
import { Connection } from "#lib/database/connection";
import { isTriedToday } from "#tests/factories/part-of-day";

/** The statement at which the connection dies, counted from 1, and whether the server has executed it by then. */
export type Fault = { at: number; when: "before" | "after" };

/**
 * The points at which these statements can be cut off: before the first, and after each, which is to the database the
 * same as before the next. Without CRASH_POINTS=all: before the first, after the last and after every COMMIT, and of the
 * others a third, so that three days in a row try them all.
 */
export function crashPointsOf(statements: readonly string[]): { fault: Fault; where: string }[] {
  const after = statements.map((text, n) => ({
    fault: { at: n + 1, when: "after" } as const,
    where: `after ${n + 1}, ${text}`,
  }));
  const isTried = (n: number) =>
    process.env.CRASH_POINTS === "all" ||
    isTriedToday(n, 3) ||
    n === statements.length - 1 ||
    statements[n]!.startsWith("COMMIT");
  const first = { fault: { at: 1, when: "before" } as const, where: "before the first statement" };
  return [first, ...after.filter((_, n) => isTried(n))];
}

/** The log of a pool of failing connections. With `isOver` nothing works any more after the fault, as in a process that is gone. */
export type Watch = { statements: string[]; fault: Fault | null; isOver?: boolean };

/**
 * A pool whose connections die at a chosen statement: `before`, the statement never reaches the server; `after`, it
 * was done but its answer is lost. At COMMIT, `after` is the effect without the answer. Production code has no switch
 * for this: it is handed such a pool through `connect`.
 */
export function failingPool(watch: Watch): typeof pg.Pool {
  class FailingClient extends Connection {
    // pg's own signature is a set of overloads; every call is passed on unchanged.
    override query(...args: unknown[]): never {
      const run = (): unknown => Reflect.apply(super.query, this, args);
      const text = typeof args[0] === "string" ? args[0] : ((args[0] as { text?: string }).text ?? "");
      watch.statements.push(text.trim().slice(0, 60).replaceAll(/\s+/g, " "));
      const isFault = watch.fault?.at === watch.statements.length;
      if (watch.isOver && watch.fault && watch.statements.length > watch.fault.at) {
        this.cut();
        return run() as never;
      }
      if (!isFault) return run() as never;
      if (watch.fault?.when === "before") {
        this.cut();
        return run() as never;
      }
      const callback = args.at(-1);
      if (typeof callback === "function") {
        args[args.length - 1] = (error: unknown) => {
          this.cut();
          callback(error ?? new Error("Connection terminated unexpectedly"));
        };
        return run() as never;
      }
      const answer = run() as Promise<unknown>;
      return answer.then(() => {
        this.cut();
        throw new Error("Connection terminated unexpectedly");
      }) as never;
    }

    private cut(): void {
      (this as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream.destroy();
    }
  }
  return class FailingPool extends pg.Pool {
    constructor(options: pg.PoolConfig) {
      super({ ...options, Client: FailingClient, application_name: "failing" } as pg.PoolConfig);
    }
  };
}
