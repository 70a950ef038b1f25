/** Whether a refusal has the form of GraphQL; its code is one of those that every route has. */
export function isGraphqlRefusal(answer: string): boolean {
  return /^\{"errors":\[\{"message":.*"code":"[a-z_]+"/s.test(answer);
}
