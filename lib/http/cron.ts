import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import type { Code } from "#lib/base/errors";
import type { ActorOf } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";

type Cron<A extends z.ZodType> = {
  /** The last part of the address: `/api/cron/<name>`. */
  name: string;
  summary: string;
  answer: A;
  refuses?: readonly Code[];
  run: (ctx: Ctx<ActorOf<["cron"]>>) => Promise<z.input<A>>;
};

/** The exports of a cron's route file: a GET with the cron secret, without a deadline, on a patient database handle. */
export function cronRoute<A extends z.ZodType>({ name, run, ...described }: Cron<A>): ReturnType<typeof methods> {
  return methods(`/cron/${name}`, {
    GET: route({ ...described, who: ["cron"], input: z.strictObject({}), timeouts: "batch", run: (ctx) => run(ctx) }),
  });
}
