/** Whether a refusal is one of GraphQL, which answers in its own form; the code is one of those that every route has. */
export function isGraphqlRefusal(answer: string): boolean {
  return /^\{"errors":\[\{"message":.*"code":"[a-z_]+"/s.test(answer);
}
