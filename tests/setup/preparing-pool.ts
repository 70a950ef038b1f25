/**
 * Connections that prepare each statement under a name, so that one plans it a few times instead of each time: on the few rows of a
 * test, planning takes longer than everything else.
 */
import { hash } from "node:crypto";
import pg from "pg";
import { Connection } from "#lib/database/connection";

class PreparingConnection extends Connection {
  // pg's own signature is a set of overloads; every call is passed on.
  override query(...args: unknown[]): never {
    const [asked] = args as [{ text?: string; values?: unknown[]; name?: string }];
    // A text without values may be several statements, which cannot be prepared.
    if (asked.text !== undefined && asked.values?.length) asked.name ??= hash("md5", asked.text);
    return Reflect.apply(super.query, this, args) as never;
  }
}

/** The pool of the handles that tests operate through. */
export class PreparingPool extends pg.Pool {
  constructor(options: pg.PoolConfig) {
    super({ ...options, Client: PreparingConnection } as pg.PoolConfig);
  }
}
