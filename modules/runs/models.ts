import type { Ctx } from "#lib/base/context";
import { knownModels, modelAccess, queueState } from "#modules/jobs";

type ModelShown = Readonly<{
  modelId: string;
  /** A description of the model. */
  what: string;
  /** The maximum and the present number of its conversations; null before its first run. */
  atOnce: number | null;
  running: number;
  /** When it last answered "too many requests". */
  cutAt: Date | null;
}>;

/** The models that a run may name, with their limits. */
export async function models(ctx: Pick<Ctx, "db">): Promise<ModelShown[]> {
  const limits = new Map((await queueState(ctx)).models.map((limit) => [limit.modelId, limit]));
  return knownModels({ access: modelAccess() }).map(({ modelId, what }) => {
    const { atOnce = null, running = 0, cutAt = null } = limits.get(modelId) ?? {};
    return { modelId, what, atOnce, running, cutAt };
  });
}
