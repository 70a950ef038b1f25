/**
 * What a refusal answers: its status, and what it means wherever it is given, in a sentence for people who write programs. One
 * that is audited is written down when somebody we know is refused with it.
 */
type CodeEntry = Readonly<{ status: number; meaning: string; isAudited?: true }>;

/** Refusal codes of one owner, by the word that programs read. */
export type Codes = Readonly<Record<string, CodeEntry>>;
