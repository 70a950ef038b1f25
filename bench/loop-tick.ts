import type { PrismaClient } from "../prisma/generated/client.ts";

/**
 * The rival: a callback cron as such crons are usually written, five Prisma queries for each due callback, one after
 * the other. It checks before it writes, so two of them together queue everything twice; here it runs alone.
 */
export async function loopTick(db: PrismaClient): Promise<void> {
  const now = new Date();
  const due = await db.callback.findMany({
    where: { status: "pending", scheduledFor: { lte: new Date(now.getTime() + 6 * 60_000) } },
    orderBy: { scheduledFor: "asc" },
  });
  for (const callback of due) {
    const user = await db.user.findUnique({ where: { id: callback.userId } });
    if (!user || user.doNotCall) continue;
    const session = await db.agentSession.findFirst({
      where: {
        status: "available",
        logoutAt: null,
        ...(callback.preferredAgentId ? { agentId: callback.preferredAgentId } : {}),
      },
    });
    const queued = await db.callQueue.findFirst({
      where: { callbackId: callback.id, status: { in: ["pending", "assigned"] } },
    });
    if (queued) continue;
    const entry = await db.callQueue.create({
      data: {
        userId: callback.userId,
        queueType: "outstanding_requests",
        priorityScore: -1000,
        status: session ? "assigned" : "pending",
        queueReason: "callback due",
        assignedToAgentId: session?.agentId ?? null,
        assignedAt: session ? now : null,
        callbackId: callback.id,
        availableFrom: callback.scheduledFor,
        createdAt: now,
      },
    });
    await db.callbackNotification.create({
      data: {
        callbackId: callback.id,
        queueEntryId: entry.id,
        agentId: session?.agentId ?? null,
        notifiedAt: now,
        why: "callback due",
      },
    });
  }
}
