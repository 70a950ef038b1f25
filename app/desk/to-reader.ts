/** What was written about the reader by name, said to the reader: "You were asked for and are available." */
export function toReader(sentence: string, name: string): string {
  if (!sentence.includes(name)) return sentence;
  const said = sentence
    .replace(`${name} was `, "you were ")
    .replace(`${name} is `, "you are ")
    .replace(`${name} has `, "you have ")
    .replace(`${name} does `, "you do ")
    .replaceAll(name, "you")
    .replace(/\b(you were .*?) and is /, "$1 and are ");
  return said.replace(/(^|[.!?] )you\b/g, "$1You");
}
