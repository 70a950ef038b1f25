import nlp from "compromise/two";

/** A clause with its tags, which are made at the first use: tagging is most of the cost of reading. */
export type Parsed = { has: (pattern: string) => boolean };

export function parse(clause: string): Parsed {
  let tagged: ReturnType<typeof nlp> | undefined;
  return {
    has(pattern) {
      tagged ??= nlp(clause);
      return tagged.has(compiled(pattern));
    },
  };
}

/** An expression on the words of a clause, or a pattern of tags where an expression says that it may match: tagging is slow. */
export type Match = RegExp | { tags: string; where: RegExp };

/** Whether a rule, or a reason for no promise, matches a clause. */
export function matches(parsed: Parsed, clause: string, patterns: Match[]): boolean {
  return patterns.some((pattern) =>
    pattern instanceof RegExp ? pattern.test(clause) : pattern.where.test(clause) && parsed.has(pattern.tags),
  );
}

const compiledPatterns = new Map<string, ReturnType<typeof nlp.parseMatch>>();

/** Reading a pattern costs more than matching it. */
function compiled(pattern: string): string {
  let found = compiledPatterns.get(pattern);
  if (!found) {
    found = nlp.parseMatch(pattern);
    compiledPatterns.set(pattern, found);
  }
  // `has` takes a parsed pattern as well; the library's types know only the text.
  return found as unknown as string;
}

/** An expression that matches whole words. */
export function words(pattern: string): RegExp {
  return new RegExp(`\\b${pattern}\\b`);
}
