/** "read callbacks" of `callbacks:read`. */
export function scopeWords(scope: string): string {
  return scope.replace(/(.+):(.+)/, "$2 $1");
}
