import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import type { Codes } from "#lib/base/code";
import type { WebhookSender } from "#lib/base/sender";
import type { Limit, Setting } from "#lib/base/setting";
import type { Sql } from "#lib/database/sql";

/** Something that is true of every database after every commit. `statement` returns what breaks it, named in `example`. */
export type Invariant = { id: string; sentence: string; statement: Sql };

/** The erasure of one person: whom, when and by whom. */
export type Erasure = Readonly<{
  /** As messages name the person: the id of a user, or the uuid of a customer whom only another system knows. */
  customerId: string;
  now: Date;
  actor: string;
  /** The telephone numbers and e-mail addresses that are this person's alone. */
  addresses: readonly string[];
  /** Does this when everything is committed. */
  afterwards: (work: (ctx: Ctx) => Promise<unknown>) => void;
}>;

/** The erasure of a user of the desk. */
export type UserErasure = Erasure & Readonly<{ userId: bigint }>;

/** Rows that began or ended before an instant, so many of them, oldest first. */
export type Batch = { before: Date; limit: number };

/** How many rows were changed or deleted, by what they are. */
export type Counts = Record<string, number>;

/** One kind of row that is deleted when it is old. */
export type Retirement = Readonly<{
  /** Which of the counts says how large the batch was. */
  rows: string;
  /** After so many days. */
  days: number;
  /** At most so many in one batch, where each is large. */
  most?: number;
  /** Deletes one batch, in one statement where it can. What somebody else holds is passed over; the next sweep finds it. */
  retire: (db: Db, batch: Batch) => Promise<Counts>;
}>;

/** What a module stores about people, and how it hands it out, erases it and deletes it. */
export type PersonalData = Readonly<{
  /** Parts of the export of a user, as expressions of JSON. */
  read?: (userId: bigint) => Readonly<Record<string, Sql>>;
  /**
   * Locks what must not change while the user is erased, or refuses; then the function it returns erases. All modules lock
   * before one of them erases. The person is locked already.
   */
  erase?: (ctx: Ctx, userId: bigint) => Promise<(erasure: UserErasure) => Promise<Counts>>;
  /**
   * The same of everybody to whom a message may go, user or not, by the name that messages use. `addresses` is an array of text: what is
   * this person's alone.
   */
  readCustomer?: (customerId: string, addresses: Sql) => Readonly<Record<string, Sql>>;
  eraseCustomer?: (ctx: Ctx, customerId: string) => Promise<(erasure: Erasure) => Promise<Counts>>;
  /** What goes with time, in this order. */
  retire?: (limits: Ctx["limits"]) => readonly Retirement[];
}>;

/** What a module says of itself, in its `module.ts`. */
export type Module = Readonly<{
  /** Its folder. */
  name: string;
  /** What it is for. */
  sentence: string;
  /** The neighbours whose doors it uses, by name. */
  uses: readonly string[];
  /** The tables that its statements write; what triggers and functions of the database write stands in the migrations. */
  writes: readonly string[];
  /** The refusal codes that it gives besides those of every request. Their home is its `codes.ts`. */
  codes?: Codes;
  /** What an installation may set of it: its limits, and the outside services it asks. Their home is its `settings.ts`. */
  limits?: Readonly<Record<string, Limit>>;
  services?: Readonly<Record<string, Setting>>;
  /** Who sends webhooks to it, and how they are signed. Their home is its `senders.ts`. */
  senders?: Readonly<Record<string, WebhookSender<never>>>;
  /** The names of its crons, with the schedule of each; `app/api/cron/<name>` carries it out. */
  crons?: Readonly<Record<string, string>>;
  /** What must be true of its tables. */
  invariants?: readonly Invariant[];
  personalData?: PersonalData;
}>;

/** What stands where a person's words or name stood. */
export const ERASED = "Erased";
/** What stands where a telephone number or address stood; the column must not be empty. */
export const ERASED_ADDRESS = "erased";
/** Why something of an erased person was withdrawn. */
export const ERASURE_REASON = "The user's data was erased.";
