/** 1 day, 3 days; `several` where the plural is not made with an s. */
export function counted(count: number, thing: string, several = `${thing}s`): string {
  return `${count} ${count === 1 ? thing : several}`;
}
