import { useStaff } from "#client/access";

const ACCOUNT = /(supervisor|agent) ([\w-]{20,})/g;

/** Puts people's names where a stored sentence has the numbers of their accounts. */
export function useNames(): (sentence: string) => string {
  const { data } = useStaff();
  const names = new Map(data?.pages.flatMap(({ staff }) => staff.map(({ accountId, name }) => [accountId, name])));
  return (sentence) =>
    sentence.replace(ACCOUNT, (_, role: string, account: string) => names.get(account) ?? `a ${role}`);
}
