import { change, type Change, type Durability, type Tasks } from "./change.ts";
import { Database, type Opened } from "./database.ts";
import { Hints } from "./hints.ts";
import { LANES } from "./task.ts";

/** The database of a queue and the announcements of its changes. */
export class Store {
  readonly database: Database;
  readonly hints: Hints;
  readonly #now: () => number;

  constructor(name: string, now: () => number, opened: Opened) {
    this.hints = new Hints(name);
    // Every listener reads again, and so opens the store again.
    this.database = new Database(name, opened, () => this.hints.changed(LANES));
    this.#now = now;
  }

  /**
   * One change in one transaction, announced when it is complete. `ahead` reads what `work` needs in any case. Both run again when
   * the connection was lost.
   */
  async change<T, A = undefined>(
    durability: Durability,
    work: (one: Change, ahead: A) => Promise<T>,
    ahead?: (tasks: Tasks) => Promise<A>,
  ): Promise<T> {
    let changed: Change | undefined;
    const noted = (one: Change, read: A) => {
      changed = one;
      return work(one, read);
    };
    const result = await this.database.use((db) => change(db, { durability, now: this.#now() }, noted, ahead));
    if (changed?.isDirty) this.hints.changed(changed.stirred);
    return result;
  }

  /** Closes connection and channel until the next use. */
  async rest(): Promise<void> {
    this.hints.rest();
    await this.database.close();
  }

  async close(): Promise<void> {
    this.hints.close();
    await this.database.close();
  }
}
