import { expect, test } from "vitest";
import { takeNext } from "#modules/call-queue";
import { recordOutcome } from "#modules/calls";
import { tellStory } from "#modules/desk";
import type { Actor } from "#lib/context";
import { aCallback, anAgent, aUser } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance } from "#tests/setup/database";

const agent = (agentId: number): Actor => ({ kind: "agent", agentId, accountId: "a" });

test("the story holds what happened with a user, the newest first, with names, reasons and notes", async () => {
  const ann = await anAgent({ name: "Ann" });
  const userId = await aUser();
  await aCallback({ userId, acceptedBy: ann });
  await advance({ minutes: 1 });
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  await advance({ minutes: 2 });
  await recordOutcome(await aCtx(), {
    callSessionId: BigInt(next!.callSessionId),
    outcomeType: "answered",
    notes: "has the letter",
  });
  const { user, story } = await tellStory(await aCtx(), { userId });
  expect(user).toMatchObject({ id: String(userId), name: "Uma User", doNotCall: false });
  expect(story.map(({ kind }) => kind)).toEqual(["completed", "call", "call_started", "accepted", "created"]);
  expect(story[1]).toMatchObject({ who: "Ann Able", text: "Was called: answered.", notes: "has the letter" });
});

test("an agent is told of users they have to do with, and of no others", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const userId = await aUser();
  await aCallback({ userId, preferredAgentId: ann });
  expect((await tellStory(await aCtx({ actor: agent(ann) }), { userId })).story).toHaveLength(1);
  const foreign = tellStory(await aCtx({ actor: agent(ben) }), { userId });
  await expect(foreign).rejects.toMatchObject({ code: "not_found", message: `There is no user ${userId}.` });
  const missing = tellStory(await aCtx({ actor: agent(ben) }), { userId: 99n });
  await expect(missing).rejects.toMatchObject({ code: "not_found", message: "There is no user 99." });
});
