import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { UserPlan } from "./plan.ts";
import type { Policy } from "./presence.ts";
import { sentenceOf, utc } from "./sentences.ts";
import type { DueCallback, LiveEntry, Snapshot, SnapshotAgent } from "./snapshot.ts";

// It is 10:00 on a Monday. Agent 1 is Ann, agent 2 is Ben, agent 3 an AI agent. Callback 11 of user 7 is due at 10:00, in UTC.
const POLICY: Policy = {
  agentGraceSeconds: 120,
  acceptedGraceSeconds: 600,
  callGraceMinutes: 60,
  offerMinutes: 5,
  acceptedMinutes: 15,
  agentCallbackCap: 2,
  decentHoursFrom: 8,
  decentHoursTo: 21,
  askedToleranceMinutes: 30,
  calendar: null,
};

function at(clock: string): Date {
  return new Date(`2026-03-02T${clock}:00Z`);
}

function ann(more: Partial<SnapshotAgent> = {}): SnapshotAgent {
  return {
    id: 1,
    name: "Ann",
    isAiAgent: false,
    isActive: true,
    allowedQueues: ["outstanding_requests", "unsigned_users"],
    status: "available",
    statusSince: at("09:00"),
    lastActivity: at("10:00"),
    goneSince: null,
    live: 0,
    waiting: 0,
    ...more,
  };
}

function ben(more: Partial<SnapshotAgent> = {}): SnapshotAgent {
  return ann({ id: 2, name: "Ben", statusSince: at("09:30"), ...more });
}

function robot(more: Partial<SnapshotAgent> = {}): SnapshotAgent {
  return ann({ id: 3, name: "Robot", isAiAgent: true, ...more });
}

function due(more: Partial<DueCallback> = {}): DueCallback {
  return {
    id: 11,
    userId: "7",
    status: "pending",
    scheduledFor: at("10:00"),
    promisedFor: at("10:00"),
    zone: "UTC",
    preferredAgentId: null,
    acceptedByAgentId: null,
    releasedByAgentId: null,
    releasedUntil: null,
    failedTicks: 0,
    quarantineCode: null,
    locked: false,
    doNotCall: false,
    wrongNumber: false,
    namesNumber: false,
    queueType: "outstanding_requests",
    entry: null,
    ...more,
  };
}

/** The live entry of user 7: callback 11, offered to Ann since 10:00. */
function entry(more: Partial<LiveEntry> = {}): LiveEntry {
  return {
    id: 90,
    callbackId: 11,
    isAccepted: false,
    mayBeCalled: false,
    alsoCovers: [],
    agentId: 1,
    callSessionId: null,
    queueType: "outstanding_requests",
    assignedAt: at("10:00"),
    availableFrom: at("10:00"),
    availableUntil: null,
    locked: false,
    ...more,
  };
}

function accepted(more: Partial<DueCallback> = {}): DueCallback {
  return due({ status: "accepted", acceptedByAgentId: 1, ...more });
}

type Given = { agents?: SnapshotAgent[]; due?: DueCallback[]; held?: LiveEntry[] };
type Row = [title: string, given: Given, then: string[]];

const busy = { live: 1, waiting: 1 };
const gone = { goneSince: at("09:40") };
const regular = { callbackId: null, callSessionId: "500" };
const acceptedEntry = { isAccepted: true };

const CHOOSING: Row[] = [
  [
    "a due callback goes to the agent who is available",
    { agents: [ann()], due: [due()] },
    ["11 newlyQueued", "11 enters, to agent 1", "11 queued: Ann is available with nothing else waiting."],
  ],
  [
    "the agent with the fewest live entries is chosen",
    { agents: [ann(busy), ben()], due: [due()] },
    ["11 newlyQueued", "11 enters, to agent 2", "11 queued: Ben is available with nothing else waiting."],
  ],
  [
    "of equal loads the longest idle is chosen",
    { agents: [ann({ statusSince: at("09:50") }), ben()], due: [due()] },
    ["11 newlyQueued", "11 enters, to agent 2", "11 queued: Ben is available with nothing else waiting."],
  ],
  [
    "of equal loads and idle times the lower id is chosen",
    { agents: [ann(), ben({ statusSince: at("09:00") })], due: [due()] },
    ["11 newlyQueued", "11 enters, to agent 1", "11 queued: Ann is available with nothing else waiting."],
  ],
  [
    "the next callback sees the load of the one before",
    { agents: [ann(), ben()], due: [due(), due({ id: 12, userId: "8" })] },
    [
      "11 newlyQueued",
      "11 enters, to agent 1",
      "11 queued: Ann is available with nothing else waiting.",
      "12 newlyQueued",
      "12 enters, to agent 2",
      "12 queued: Ben is available with nothing else waiting.",
    ],
  ],
  [
    "the preferred agent comes before a less loaded one",
    { agents: [ann(busy), ben()], due: [due({ preferredAgentId: 1 })] },
    ["11 newlyQueued", "11 enters, to agent 1", "11 queued: Ann was asked for and is available."],
  ],
  [
    "a preferred agent who is full is passed over, with the reason",
    { agents: [ann({ live: 2, waiting: 2 }), ben()], due: [due({ preferredAgentId: 1 })] },
    [
      "11 newlyQueued",
      "11 enters, to agent 2",
      "11 queued: Ann was asked for, but already has 2 callbacks waiting; Ben is available with nothing else waiting.",
    ],
  ],
  [
    "a preferred agent who is on break is passed over",
    { agents: [ann({ status: "break" }), ben()], due: [due({ preferredAgentId: 1 })] },
    [
      "11 newlyQueued",
      "11 enters, to agent 2",
      "11 queued: Ann was asked for, but has been on break since 09:00 UTC; Ben is available with nothing else waiting.",
    ],
  ],
  [
    "a preferred agent who is gone is passed over",
    { agents: [ann(gone), ben()], due: [due({ preferredAgentId: 1 })] },
    [
      "11 newlyQueued",
      "11 enters, to agent 2",
      "11 queued: Ann was asked for, but has been away since 09:40 UTC; Ben is available with nothing else waiting.",
    ],
  ],
  [
    "a preferred agent of other queues is passed over",
    { agents: [ann({ allowedQueues: ["unsigned_users"] }), ben()], due: [due({ preferredAgentId: 1 })] },
    [
      "11 newlyQueued",
      "11 enters, to agent 2",
      "11 queued: Ann was asked for, but does not work this queue; Ben is available with nothing else waiting.",
    ],
  ],
  [
    "an AI agent is not chosen unless it is asked for",
    { agents: [robot()], due: [due()] },
    [
      "11 newlyQueued",
      "11 enters, without an agent",
      "11 queued: No agent is free (1 ai, not asked for): first in line.",
    ],
  ],
  [
    "an AI agent that is asked for gets the callback",
    { agents: [robot(), ann()], due: [due({ preferredAgentId: 3 })] },
    ["11 newlyQueued", "11 enters, to agent 3", "11 queued: Robot was asked for and is available."],
  ],
  [
    "an agent who gave it back does not get it during the cool-down",
    { agents: [ann()], due: [due({ releasedByAgentId: 1, releasedUntil: at("10:05") })] },
    ["11 newlyQueued", "11 enters, without an agent", "11 queued: No agent is free (1 gave it back): first in line."],
  ],
  [
    "after the cool-down the agent who gave it back may get it again",
    { agents: [ann()], due: [due({ releasedByAgentId: 1, releasedUntil: at("10:00") })] },
    ["11 newlyQueued", "11 enters, to agent 1", "11 queued: Ann is available with nothing else waiting."],
  ],
  [
    "an agent at the cap gets no more",
    { agents: [ann({ live: 2, waiting: 2 })], due: [due()] },
    ["11 newlyQueued", "11 enters, without an agent", "11 queued: No agent is free (1 full): first in line."],
  ],
  [
    "calls in progress do not count towards the cap",
    { agents: [ann({ live: 2, waiting: 1 })], due: [due()] },
    ["11 newlyQueued", "11 enters, to agent 1", "11 queued: Ann is available with the fewest waiting (2)."],
  ],
  [
    "an agent silent beyond the grace gets nothing",
    { agents: [ann({ lastActivity: at("09:57") })], due: [due()] },
    ["11 newlyQueued", "11 enters, without an agent", "11 queued: No agent is free (1 away): first in line."],
  ],
  [
    "an agent silent for exactly the grace still counts as here",
    { agents: [ann({ lastActivity: at("09:58") })], due: [due()] },
    ["11 newlyQueued", "11 enters, to agent 1", "11 queued: Ann is available with nothing else waiting."],
  ],
  [
    "with nobody logged in a callback waits first in line",
    { agents: [], due: [due()] },
    [
      "11 newlyQueued",
      "11 enters, without an agent",
      "11 queued: No agent is free (nobody is logged in): first in line.",
    ],
  ],
];

const HOURS: Row[] = [
  [
    "outside the hours of its user a callback waits for them with no agent",
    { agents: [ann()], due: [due({ zone: "America/New_York", promisedFor: at("03:00") })] },
    ["11 newlyQueued", "11 enters, without an agent", "11 queued: Waits for 8:00 in New York."],
  ],
  [
    "at the time that its user asked for, the hour does not matter",
    { agents: [ann()], due: [due({ zone: "America/New_York" })] },
    ["11 newlyQueued", "11 enters, to agent 1", "11 queued: Ann is available with nothing else waiting."],
  ],
  [
    "of two callbacks the one that may be called now leads",
    {
      agents: [ann()],
      due: [due({ zone: "America/New_York", promisedFor: at("03:00") }), due({ id: 12, zone: "America/New_York" })],
    },
    [
      "11 alreadyQueued",
      "12 newlyQueued",
      "12 enters, to agent 1, also for 11",
      "12 queued: Ann is available with nothing else waiting.",
      "11 covered: Callback 12 of the same user comes first: one call for both promises.",
    ],
  ],
  [
    "an offer whose hours are over is placed again",
    { agents: [ann(busy)], due: [due({ entry: entry({ availableUntil: at("10:00") }) })] },
    ["11 alreadyQueued", "entry 90 moves, to agent 1", "11 rerouted: Ann is available with nothing else waiting."],
  ],
];

const STAYING: Row[] = [
  [
    "an entry that its agent may still take stays",
    { agents: [ann(busy)], due: [due({ entry: entry() })] },
    ["11 alreadyQueued"],
  ],
  [
    "an entry with its agent also covers another due callback of the user",
    { agents: [ann(busy)], due: [due({ entry: entry() }), due({ id: 12, entry: entry() })] },
    [
      "11 alreadyQueued",
      "12 alreadyQueued",
      "entry 90 also covers 12",
      "12 covered: An agent already has this user: one call for both promises.",
    ],
  ],
  [
    "a user in a call keeps the entry, and the call covers what is due",
    { agents: [ann({ live: 1, status: "on_call" })], due: [due({ entry: entry(regular) })] },
    ["11 alreadyQueued", "entry 90 also covers 11", "11 covered: The user is in a call at this moment."],
  ],
  [
    "a user in a call is kept even when the number was marked meanwhile",
    {
      agents: [ann({ live: 1, status: "on_call" })],
      due: [due({ doNotCall: true, entry: entry({ callSessionId: "500" }) })],
    },
    ["11 alreadyQueued"],
  ],
  [
    "an accepted callback stays with its agent",
    { agents: [ann(busy), ben()], due: [accepted({ entry: entry(acceptedEntry) })] },
    ["11 alreadyQueued"],
  ],
  [
    "an offer that ran out stays where nobody else is free",
    { agents: [ann(busy)], due: [due({ scheduledFor: at("09:50"), entry: entry({ assignedAt: at("09:50") }) })] },
    ["11 alreadyQueued"],
  ],
  [
    "an entry first in line that nobody can take is left as it is",
    { agents: [], due: [due({ entry: entry({ agentId: null, assignedAt: null }) })] },
    ["11 alreadyQueued"],
  ],
  [
    "two due callbacks of one user share one entry",
    { agents: [ann()], due: [due(), due({ id: 12 })] },
    [
      "11 newlyQueued",
      "12 alreadyQueued",
      "11 enters, to agent 1, also for 12",
      "11 queued: Ann is available with nothing else waiting.",
      "12 covered: Callback 11 of the same user comes first: one call for both promises.",
    ],
  ],
];

const MOVING: Row[] = [
  [
    "an offer that ran out goes to another agent",
    {
      agents: [ann(busy), ben()],
      due: [due({ scheduledFor: at("09:50"), entry: entry({ assignedAt: at("09:50") }) })],
    },
    [
      "11 alreadyQueued",
      "entry 90 moves, to agent 2",
      "11 rerouted: Ann did not take it within 5 minutes; Ben is available with nothing else waiting.",
    ],
  ],
  [
    "an offer is not over before its minutes have passed",
    {
      agents: [ann(busy), ben()],
      due: [due({ scheduledFor: at("09:50"), entry: entry({ assignedAt: at("09:56") }) })],
    },
    ["11 alreadyQueued"],
  ],
  [
    "an acceptance that ran out goes to another agent and is not accepted any more",
    {
      agents: [ann(busy), ben()],
      due: [accepted({ scheduledFor: at("09:40"), entry: entry({ ...acceptedEntry, assignedAt: at("09:40") }) })],
    },
    [
      "11 alreadyQueued",
      "entry 90 moves, to agent 2",
      "11 returned and not accepted any more: Ann accepted it and did not call within 15 minutes; Ben is available with nothing else waiting.",
    ],
  ],
  [
    "an entry leaves an agent who is gone",
    { agents: [ann({ ...busy, ...gone }), ben()], due: [due({ entry: entry() })] },
    [
      "11 alreadyQueued",
      "entry 90 moves, to agent 2",
      "11 rerouted: Ann has been away since 09:40 UTC. Ben is available with nothing else waiting.",
    ],
  ],
  [
    "an entry leaves an agent who may not work its queue any more",
    { agents: [ann({ ...busy, allowedQueues: [] }), ben()], due: [due({ entry: entry() })] },
    [
      "11 alreadyQueued",
      "entry 90 moves, to agent 2",
      "11 rerouted: Ann does not work this queue any more. Ben is available with nothing else waiting.",
    ],
  ],
  [
    "an entry that is due leaves an agent who is on break beyond the grace",
    { agents: [ann({ ...busy, status: "break", statusSince: at("09:58") }), ben()], due: [due({ entry: entry() })] },
    [
      "11 alreadyQueued",
      "entry 90 moves, to agent 2",
      "11 rerouted: Ann has been on break since 09:58 UTC. Ben is available with nothing else waiting.",
    ],
  ],
  [
    "a short break does not lose the entry",
    { agents: [ann({ ...busy, status: "break", statusSince: at("09:59") }), ben()], due: [due({ entry: entry() })] },
    ["11 alreadyQueued"],
  ],
  [
    "an acceptance outlives a short absence",
    { agents: [ann({ ...busy, goneSince: at("09:55") }), ben()], due: [accepted({ entry: entry(acceptedEntry) })] },
    ["11 alreadyQueued"],
  ],
  [
    "an acceptance whose agent is gone beyond the grace returns to the queue",
    { agents: [ann({ ...busy, ...gone }), ben()], due: [accepted({ entry: entry(acceptedEntry) })] },
    [
      "11 alreadyQueued",
      "entry 90 moves, to agent 2",
      "11 returned and not accepted any more: Ann has been away since 09:40 UTC. Ben is available with nothing else waiting.",
    ],
  ],
  [
    "an acceptance ends immediately when its agent works here no longer",
    {
      agents: [ann({ ...busy, goneSince: at("09:59"), isActive: false }), ben()],
      due: [accepted({ entry: entry(acceptedEntry) })],
    },
    [
      "11 alreadyQueued",
      "entry 90 moves, to agent 2",
      "11 returned and not accepted any more: Ann has been away since 09:59 UTC. Ben is available with nothing else waiting.",
    ],
  ],
  [
    "a call whose agent has been gone beyond the call's grace ends, and the callback is routed",
    {
      agents: [ann({ live: 1, goneSince: at("08:30") }), ben()],
      due: [due({ entry: entry({ callSessionId: "500" }) })],
    },
    [
      "11 alreadyQueued",
      "call 500 ends",
      "entry 90 moves, to agent 2",
      "11 returned: Ann has been away since 08:30 UTC. Ben is available with nothing else waiting.",
    ],
  ],
  [
    "an entry of an agent who no longer exists is routed again",
    { agents: [ben()], due: [due({ entry: entry({ agentId: 4 }) })] },
    [
      "11 alreadyQueued",
      "entry 90 moves, to agent 2",
      "11 rerouted: its agent no longer exists. Ben is available with nothing else waiting.",
    ],
  ],
  [
    "a regular entry gives way to a due callback",
    { agents: [ann()], due: [due({ entry: entry({ callbackId: null, agentId: null, assignedAt: null }) })] },
    [
      "11 newlyQueued",
      "entry 90 closes: gives way to callback 11",
      "11 enters, to agent 1",
      "11 queued: Ann is available with nothing else waiting.",
    ],
  ],
  [
    "an entry in line goes to an agent who has become free",
    { agents: [ann()], due: [due({ entry: entry({ agentId: null, assignedAt: null }) })] },
    ["11 alreadyQueued", "entry 90 moves, to agent 1", "11 rerouted: Ann is available with nothing else waiting."],
  ],
  [
    "an entry of a later callback serves the one that is due",
    { agents: [ann(busy)], due: [due({ entry: entry({ callbackId: 12 }) })] },
    ["11 alreadyQueued", "entry 90 moves, to agent 1", "11 queued: Ann is available with nothing else waiting."],
  ],
];

const NOT_DUE: Row[] = [
  [
    "a regular call of an agent who is gone returns to the line",
    { agents: [ann({ live: 1, goneSince: at("08:30") })], held: [entry(regular)] },
    ["call 500 ends", "entry 90 moves, without an agent"],
  ],
  [
    "a regular call of an agent who is here stays",
    { agents: [ann({ live: 1, status: "on_call" })], held: [entry(regular)] },
    [],
  ],
  [
    "a callback accepted early waits for its time again when its agent is gone",
    { agents: [ann({ ...busy, ...gone })], held: [entry(acceptedEntry)] },
    [
      "entry 90 closes: Ann has been away since 09:40 UTC",
      "11 returned and not accepted any more: Ann has been away since 09:40 UTC: it waits for its time again.",
    ],
  ],
];

const REFUSING: Row[] = [
  [
    "a locked entry leaves all callbacks of its user to the next tick",
    { agents: [ann()], due: [due({ entry: entry({ locked: true }) })] },
    ["11 deferred locked"],
  ],
  [
    "a locked callback is left to the next tick, the others are placed",
    { agents: [ann()], due: [due({ locked: true }), due({ id: 12 })] },
    [
      "11 deferred locked",
      "12 newlyQueued",
      "12 enters, to agent 1",
      "12 queued: Ann is available with nothing else waiting.",
    ],
  ],
  [
    "a user who must not be called is refused",
    { agents: [ann()], due: [due({ doNotCall: true })] },
    ["11 refused do_not_call", "11 refused: User 7 asked not to be called; cancel the callback or lift the mark."],
  ],
  [
    "a wrong number is refused",
    { agents: [ann()], due: [due({ wrongNumber: true })] },
    ["11 refused wrong_number", "11 refused: The number of user 7 is wrong; import the right one."],
  ],
  [
    "a wrong number that the promise names is refused",
    { agents: [ann()], due: [due({ wrongNumber: true, namesNumber: true })] },
    ["11 refused wrong_number", "11 refused: The number that it names is wrong; promise it for another one."],
  ],
  [
    "an unknown user is refused",
    { agents: [ann()], due: [due({ doNotCall: null, wrongNumber: null })] },
    ["11 refused user_unknown", "11 refused: User 7 is not known; import the user or cancel the callback."],
  ],
  [
    "the third refusal in a row sets a callback aside",
    { agents: [ann()], due: [due({ doNotCall: true, failedTicks: 2 })] },
    [
      "11 quarantined do_not_call",
      "11 quarantined: User 7 asked not to be called; cancel the callback or lift the mark.",
    ],
  ],
  [
    "a callback that is set aside changes nothing while its cause stands",
    { agents: [ann()], due: [due({ doNotCall: true, quarantineCode: "do_not_call" })] },
    ["11 quarantined do_not_call"],
  ],
  [
    "a callback that is set aside is placed once its cause is gone",
    { agents: [ann()], due: [due({ quarantineCode: "do_not_call" })] },
    ["11 newlyQueued", "11 enters, to agent 1", "11 queued: Ann is available with nothing else waiting."],
  ],
  [
    "a callback that could not be written stays aside until a person changes it",
    { agents: [ann()], due: [due({ quarantineCode: "write_failed" })] },
    ["11 quarantined write_failed"],
  ],
  [
    "an entry of a user who must not be called closes",
    { agents: [ann(busy)], due: [due({ doNotCall: true, entry: entry() })] },
    [
      "11 refused do_not_call",
      "entry 90 closes: the user may not be called",
      "11 refused: User 7 asked not to be called; cancel the callback or lift the mark.",
    ],
  ],
  [
    "a refused acceptance ends with its entry",
    { agents: [ann(busy)], due: [accepted({ doNotCall: true, entry: entry(acceptedEntry) })] },
    [
      "11 refused do_not_call",
      "entry 90 closes: the user may not be called",
      "11 refused and not accepted any more: User 7 asked not to be called; cancel the callback or lift the mark.",
    ],
  ],
];

describe.each([
  ["which agent", CHOOSING],
  ["which hours", HOURS],
  ["entries that stay where they are", STAYING],
  ["entries that are placed again", MOVING],
  ["callbacks that are not due", NOT_DUE],
  ["callbacks that are not placed", REFUSING],
])("%s", (_what, rows) => {
  test.each(rows)("%s", (_title, given, then) => {
    expect(decide(snapshotOf(given), POLICY, at("10:00")).flatMap(linesOf)).toEqual(then);
  });
});

test("the same snapshot gives the same plans, and is not changed", () => {
  const snapshot = snapshotOf({
    agents: [ann(busy), ben()],
    due: [due({ entry: entry({ availableUntil: at("10:00") }) })],
  });
  const before = structuredClone(snapshot);
  const first = decide(snapshot, POLICY, at("10:00"));
  expect(snapshot).toEqual(before);
  expect(decide(snapshot, POLICY, at("10:00"))).toEqual(first);
});

function snapshotOf({ agents = [], due: callbacks = [], held = [] }: Given): Snapshot {
  return {
    dueCount: callbacks.length,
    due: callbacks,
    held: held.map((one) => ({ entry: one, userId: "9" })),
    agents,
  };
}

/** A plan as lines: one for each write about a user, and one for the verdict on each callback. */
function linesOf(plan: UserPlan): string[] {
  const { enqueue, move, cover } = plan;
  return [
    ...plan.verdicts.map(([id, verdict]) => `${id} ${verdict.kind}${"code" in verdict ? ` ${verdict.code}` : ""}`),
    ...plan.abandon.map((id) => `call ${id} ends`),
    ...plan.close.map(({ entryId, reason }) => `entry ${entryId} closes: ${reason}`),
    ...(enqueue ? [`${enqueue.callbackId} enters, ${whose(enqueue)}`] : []),
    ...(move ? [`entry ${move.entryId} moves, ${whose(move)}`] : []),
    ...(cover ? [`entry ${cover.entryId} also covers ${cover.alsoCovers}`] : []),
    ...plan.changes.map(
      ({ callbackId, type, reason, returnToQueue }) =>
        `${callbackId} ${type}${returnToQueue ? " and not accepted any more" : ""}: ${sentenceOf(reason, utc)}`,
    ),
  ];
}

function whose({ agentId, alsoCovers }: { agentId: number | null; alsoCovers: number[] }): string {
  const where = agentId === null ? "without an agent" : `to agent ${agentId}`;
  return alsoCovers.length > 0 ? `${where}, also for ${alsoCovers}` : where;
}
