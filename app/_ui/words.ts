/** 1 day, 3 days; `several` where the plural is not made with an s. */
export function counted(count: number, thing: string, several = `${thing}s`): string {
  return `${count} ${count === 1 ? thing : several}`;
}

/** "Late parcel, mock/warm, repetition 2": the name of a conversation among those of the same scenario. */
export function conversationName(scenario: string, { modelId, repetition }: Conversation): string {
  return [scenario, modelId, ...(repetition > 1 ? [`repetition ${repetition}`] : [])].join(", ");
}
type Conversation = { modelId: string; repetition: number };

/** "invalid output, HTTP 503": what failed a conversation, by its class and its code. */
export function faultText(what: string, code: string | null = null): string {
  return [what, ...(code === null ? [] : [code.replace(/^http_/i, "HTTP ")])].join(", ").replaceAll("_", " ");
}
