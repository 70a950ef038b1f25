import { z } from "zod";
import { sentencesOf } from "./sentences.ts";
import type { Unit } from "./schema.ts";
import { inFull } from "./shorthand.ts";

export const GOALS = ["signature", "documents", "callback_kept"] as const;
export type GoalName = (typeof GOALS)[number];

/** How far a person is on the way to a goal, in per cent, with the sentence of each step reached. */
export const progressOfGoal = z.object({
  goalId: z.string(),
  percent: z.int().min(0).max(100),
  evidence: z.array(z.object({ percent: z.int(), unitId: z.string(), text: z.string(), at: z.string() })),
});
export type GoalProgress = z.infer<typeof progressOfGoal>;

/** The steps of a goal, each with the words for having reached it. */
const STEPS: Record<GoalName, [percent: number, words: RegExp][]> = {
  signature: [
    [25, /\b(?:sent|emailed|posted) (?:the |a |her the |him the )?(?:contract|agreement|policy)\b/],
    [50, /\b(?:will|agreed to|promised to|is going to|to) sign\b/],
    [
      100,
      /\b(?:has signed|have signed|signed (?:the )?(?:contract|agreement|form|policy)(?! by)|signed (?:contract|copy|form) (?:received|arrived|is here|is back|in)|contract is signed)\b/,
    ],
  ],
  documents: [
    [25, /\b(?:asked|requested|needs?|need)\b.*\b(?:documents?|papers?|proof|photos?|id|forms?)\b/],
    [
      50,
      /\b(?:will|agreed to|promised to|is going to|to|sending)\b.*\b(?:send|return|upload|bring|provide|email|post|sending)\b.*\b(?:documents?|papers?|proof|photos?|id|forms?|details)\b/,
    ],
    [
      100,
      /\b(?:documents?|papers?|proof|photos?|id|forms?)\b.*\b(?:received|arrived|uploaded|complete|are here|is here|came)\b|\b(?:received|got) (?:all |the |her |his |their )*(?:documents?|papers?|proof|photos?|id|forms?)\b/,
    ],
  ],
  callback_kept: [
    [50, /\bcall back\b|\bwill (?:call|ring|phone)\b/],
    [
      100,
      /\b(?:called|rang|phoned) (?:her |him |them |customer )?back\b|\bcalled as (?:agreed|promised)\b|\bcall back (?:done|kept|made)\b/,
    ],
  ],
};

export function goalIdOf(userId: string, goal: GoalName): string {
  return `${userId}:${goal}`;
}

/** The steps that the notes of one call say were reached. Questions and negations reach nothing. */
export function stepsIn(unit: Unit, goal: GoalName): GoalProgress["evidence"] {
  return sentencesOf(unit.notes).flatMap(({ text, isQuestion }) => {
    const sentence = inFull(text);
    if (isQuestion || /\b(?:not|never|no|if|unless)\b/.test(sentence)) return [];
    const step = STEPS[goal].findLast(([, words]) => words.test(sentence));
    return step ? [{ percent: step[0], unitId: unit.id, text, at: unit.at }] : [];
  });
}

/** The progress of a goal: the highest step that was reached. */
export function goalProgress(userId: string, goal: GoalName, steps: GoalProgress["evidence"]): GoalProgress {
  const evidence = steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.unitId.localeCompare(b.unitId));
  return { goalId: goalIdOf(userId, goal), percent: Math.max(0, ...evidence.map((one) => one.percent)), evidence };
}
