/** The GraphQL endpoint as a client asks it. */
import { api } from "./api.ts";

type Answer = {
  status: number;
  data: Part | null | undefined;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
};
type Way = { variables?: Record<string, unknown>; headers?: Record<string, string> };

/** Sends a query or mutation by POST, as a client that knows the media type of GraphQL. */
export async function graphql(query: string, { variables, headers = {} }: Way = {}): Promise<Answer> {
  const accept = "application/graphql-response+json";
  const sent = { query, ...(variables && { variables }) };
  const { status, body } = await api("POST /graphql", sent, { headers: { accept, ...headers } });
  const { data, errors = [] } = body as Pick<Answer, "data"> & Partial<Answer>;
  return { status, data, errors };
}

/** Some part of an answer; a test knows what it asked for. */
interface Part {
  [name: string]: Part;
}

/** The data of a query; throws when the answer has errors. */
export async function asked(query: string, way: Way = {}): Promise<Part> {
  const { data, errors } = await graphql(query, way);
  if (errors.length > 0 || !data) throw new Error(`GraphQL: ${JSON.stringify(errors)}`);
  return data;
}
