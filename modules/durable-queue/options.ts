/** What a queue is made with, and the answers that it gives. */
import type { CopyPlace } from "./copy.ts";
import type { StorageMode } from "./database.ts";
import type { After } from "./page.ts";
import type { Lane, Reason, Status, TaskTypes } from "./task.ts";

export type QueueOptions = {
  /** The name of the database: one for each signed-in person. */
  name: string;
  userId: string;
  types: TaskTypes;
  /** Milliseconds since 1970. */
  now: () => number;
  /** The locks of tabs and leaders; null where a browser has none (a page without TLS). */
  locks?: LockManager | null;
  after?: After;
  /** The place of the second copies of unsent tasks; a storage bucket of this origin by default. */
  copyIn?: CopyPlace;
  /** Receives events for the log: late results, failed storage. */
  log?: (line: { event: string; taskId?: string; message?: string }) => void;
};

export type ProcessResult = {
  taskId: string;
  success: boolean;
  output?: unknown;
  error?: Reason;
  /** Milliseconds from the claim to the end of the attempt. */
  duration: number;
};

export type QueueStatus = {
  storage: StorageMode;
  /** The fault of the storage, as a sentence, or null. */
  storageSentence: string | null;
  /** Whether the browser has promised not to clear it when space is short; null until the first task. */
  isPersistent: boolean | null;
  counts: Record<Lane, Record<Status, number>>;
  quarantined: number;
  /** When the longest waiting task was enqueued. */
  oldestWaiting: number | null;
  /** The number of attempts under way in this tab. */
  running: number;
  /** Whether this tab leads the lane. */
  isLeader: Record<Lane, boolean>;
  paused: Record<Lane, Reason | null>;
};
