import type { Ctx } from "#lib/base/context";
import { knownModels, modelAccess, queueState } from "#modules/jobs";

type ModelShown = Readonly<{
  modelId: string;
  /** What it is like, or where it is. */
  what: string;
  /** How many conversations it takes at once, and has now; null before its first run. */
  atOnce: number | null;
  running: number;
  /** When it last said that it had too many. */
  cutAt: Date | null;
}>;

/** The models that a run may name here, with what each takes at once. */
export async function models(ctx: Pick<Ctx, "db">): Promise<ModelShown[]> {
  const limits = new Map((await queueState(ctx)).models.map((limit) => [limit.modelId, limit]));
  return knownModels({ access: modelAccess() }).map(({ modelId, what }) => {
    const { atOnce = null, running = 0, cutAt = null } = limits.get(modelId) ?? {};
    return { modelId, what, atOnce, running, cutAt };
  });
}
