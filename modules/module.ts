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
  /** The name of the count that gives the size of the batch. */
  rows: string;
  /** The age in days after which a row is deleted. */
  days: number;
  /** The most rows in one batch, for rows that are large. */
  most?: number;
  /** Deletes one batch, in one transaction. Rows that another transaction holds are passed over; the next sweep finds them. */
  retire: (db: Db, batch: Batch) => Promise<Counts>;
}>;

/** The personal data of a module: how it exports, erases and deletes its rows about a person. */
export type PersonalData = Readonly<{
  /** Parts of the export of a user, as expressions of JSON. */
  read?: (userId: bigint) => Readonly<Record<string, Sql>>;
  /**
   * Locks what must not change while the user is erased, or refuses; then the function it returns erases. All modules lock
   * before one of them erases. The person is locked already.
   */
  erase?: (ctx: Ctx, userId: bigint) => Promise<(erasure: UserErasure) => Promise<Counts>>;
  /**
   * The same for every recipient of messages, user or not, by the customer id that messages use. `addresses` is an array of text:
   * the addresses that belong to this person alone.
   */
  readCustomer?: (customerId: string, addresses: Sql) => Readonly<Record<string, Sql>>;
  eraseCustomer?: (ctx: Ctx, customerId: string) => Promise<(erasure: Erasure) => Promise<Counts>>;
  /** The rows that are deleted after some days, in this order. */
  retire?: (limits: Ctx["limits"]) => readonly Retirement[];
}>;

/** A cron. `repeatable`: why it may run twice, or ten times at once. */
export type Cron = Readonly<{ schedule: string; repeatable: string }>;

/** The declaration of a module, in its `module.ts`. */
export type Module = Readonly<{
  /** Its folder. */
  name: string;
  /** Its purpose, in one sentence. */
  sentence: string;
  /** The neighbours whose doors it uses, by name. */
  uses: readonly string[];
  /** The tables that its statements write; the writes of triggers and database functions stand in the migrations. */
  writes: readonly string[];
  /** The refusal codes that it gives besides those of every request. Their home is its `codes.ts`. */
  codes?: Codes;
  /** Its settings: limits, and the outside services that it asks. Their home is its `settings.ts`. */
  limits?: Readonly<Record<string, Limit>>;
  services?: Readonly<Record<string, Setting>>;
  /** The services that send webhooks to it, and how these are signed. Their home is its `senders.ts`. */
  senders?: Readonly<Record<string, WebhookSender<never>>>;
  /** Its crons by name; `app/api/cron/<name>` carries each out. */
  crons?: Readonly<Record<string, Cron>>;
  /** Statements that must be true of its tables. */
  invariants?: readonly Invariant[];
  personalData?: PersonalData;
}>;

/** Replaces the words or the name of an erased person. */
export const ERASED = "Erased";
/** Replaces a telephone number or address in a column that must not be empty. */
export const ERASED_ADDRESS = "erased";
/** Why something of an erased person was withdrawn. */
export const ERASURE_REASON = "The user's data was erased.";
