/** The mutations of runs and their queues, and the previews of those that change many items. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { askGraphql } from "#lib/browser/graphql";
import { usePress } from "#lib/browser/use-press";
import type { Bulk, Priority } from "./answers.ts";

export type StartWish = {
  definitionId: string;
  models: string[];
  samplePercentage: number;
  priority: Priority;
  repetitions: number;
  maxTokens?: string | undefined;
  /** The key of this form: a form that is sent twice starts one run. */
  idempotencyKey: string;
};
export const useStartRun = () =>
  useChange((input: StartWish) =>
    askGraphql<{ startRun: { jobCount: number; run: { id: string } } }>(
      "mutation Start($input: StartRunInput!) { startRun(input: $input) { jobCount run { id } } }",
      { input },
    ),
  );

export type PauseTarget = { scope: "run" | "model"; target: string } | { scope: "queue"; target: "*" };
export type PauseWish = PauseTarget & { isHard: boolean; why?: string | undefined; until?: string | undefined };

const VERBS = {
  run: { pause: "pauseRun", resume: "resumeRun", argument: "id", type: "ID!", returns: "{ id }" },
  model: { pause: "pauseModel", resume: "resumeModel", argument: "modelId", type: "String!", returns: "" },
} as const;

/** Pauses a run, a model, or everything. */
export const usePause = () =>
  useChange(({ scope, target, ...input }: PauseWish) => {
    if (scope === "queue") {
      return askGraphql("mutation Pause($input: PauseInput) { pauseQueue(input: $input) { id } }", { input });
    }
    const { pause, argument, type } = VERBS[scope];
    return askGraphql(
      `mutation Pause($of: ${type}, $input: PauseInput) { ${pause}(${argument}: $of, input: $input) { id } }`,
      { of: target, input },
    );
  });

/** Ends the pauses of a run, a model, or everything. */
export const useResume = () =>
  useChange(({ scope, target }: PauseTarget) => {
    if (scope === "queue") return askGraphql("mutation { resumeQueue }");
    const { resume, argument, type, returns } = VERBS[scope];
    return askGraphql(`mutation Resume($of: ${type}) { ${resume}(${argument}: $of) ${returns} }`, { of: target });
  });

export const useCancelRun = () =>
  useChange((id: string) => askGraphql("mutation Cancel($id: ID!) { cancelRun(id: $id) { id } }", { id }));

export type RetryWish = { runId: string; filter: { class?: string; code?: string; modelId?: string } };

const BULK = "count sample hasMore dryRun";

async function retry(wish: RetryWish, dryRun: boolean): Promise<Bulk> {
  const { retryFailed } = await askGraphql<{ retryFailed: Bulk }>(
    `mutation Retry($runId: ID!, $filter: RetryInput, $dryRun: Boolean!) {
      retryFailed(runId: $runId, filter: $filter, dryRun: $dryRun) { ${BULK} } }`,
    { ...wish, dryRun },
  );
  return retryFailed;
}

async function redrive(runId: string | undefined, dryRun: boolean): Promise<Bulk> {
  const { redriveDeadLetters } = await askGraphql<{ redriveDeadLetters: Bulk }>(
    `mutation Redrive($runId: ID, $dryRun: Boolean!) { redriveDeadLetters(runId: $runId, dryRun: $dryRun) { ${BULK} } }`,
    { runId, dryRun },
  );
  return redriveDeadLetters;
}

/** A preview is loaded anew whenever its dialog opens. */
const onOpening = { gcTime: 0, networkMode: "always" } as const;

/** Tries failed items of a run again; `useRetryPreview` previews that. */
export const useRetry = () => useChange((wish: RetryWish) => retry(wish, false));
export const useRetryPreview = (wish: RetryWish) =>
  useQuery({ queryKey: ["preview", "retry", wish], queryFn: () => retry(wish, true), ...onOpening });

/** Tries dead jobs again, of one run or of all; `useRedrivePreview` previews that. */
export const useRedrive = () => useChange((runId: string | undefined) => redrive(runId, false));
export const useRedrivePreview = (runId: string | undefined) =>
  useQuery({ queryKey: ["preview", "redrive", runId], queryFn: () => redrive(runId, true), ...onOpening });

export const useAnalyzeAgain = () =>
  useChange((runId: string) => askGraphql("mutation Analyze($runId: ID!) { analyzeAgain(runId: $runId) }", { runId }));

/** A mutation that refetches everything about runs. */
function useChange<I, A>(mutationFn: (input: I) => Promise<A>) {
  const queries = useQueryClient();
  const readAgain = () => void queries.invalidateQueries({ queryKey: ["runs"] });
  return usePress({ mutationFn, onSettled: readAgain });
}
