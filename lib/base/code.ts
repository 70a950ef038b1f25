/**
 * The status of a refusal, and its meaning wherever it is given, as a sentence for programmers. An audited refusal of a known
 * caller is written into the audit.
 */
type CodeEntry = Readonly<{ status: number; meaning: string; isAudited?: true }>;

/** The refusal codes of one owner, by the word that programs read. */
export type Codes = Readonly<Record<string, CodeEntry>>;
