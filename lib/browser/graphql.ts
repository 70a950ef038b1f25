import { ask, Problem } from "#lib/browser/api";

type Answer<D> = {
  data?: D | null;
  errors?: readonly { message: string; extensions?: { code?: string } }[];
};

/** Requests `data` from the GraphQL endpoint. Throws a Problem with the sentence of the first error. */
export async function askGraphql<D>(query: string, variables: Record<string, unknown> = {}): Promise<D> {
  const { data, errors } = await ask<Answer<D>>("POST /graphql", { query, variables });
  const [refused] = errors ?? [];
  if (refused) throw new Problem({ code: refused.extensions?.code ?? "internal", detail: refused.message });
  if (!data) throw new Problem({ code: "unreadable", detail: "The answer could not be read. Try again in a moment." });
  return data;
}
