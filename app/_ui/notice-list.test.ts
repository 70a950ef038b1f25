/** The notices in sight, and the actions that can still be taken back. */
import { expect, test } from "vitest";
import { lastOffered, type Notice, withNotice, withoutOffer } from "./notice-list.ts";

const takeBack = () => undefined;
let made = 0;
const notice = (text: string, about?: string): Notice => {
  made += 1;
  return { id: made, text, kind: "kept", offer: about === undefined ? null : { about, takeBack } };
};
const after = (...said: Notice[]) => said.reduce<Notice[]>(withNotice, []);
const texts = (notices: readonly Notice[]) => notices.map(({ text }) => text);

test("an Undo stays on offer however many notices come after it", () => {
  const many = Array.from({ length: 6 }, (_, n) => notice(`sentence ${n}`));
  const offers = Array.from({ length: 6 }, (_, n) => notice(`snoozed ${n}`, `callback ${n}`));
  const shown = after(notice("accepted", "callback 9"), ...many, ...offers);
  expect(texts(shown)).toEqual(["accepted", "sentence 4", "sentence 5", ...texts(offers)]);
});

test("an Undo ends when something newer is done to the same thing, and no other", () => {
  const shown = after(
    notice("accepted", "callback 1"),
    notice("snoozed", "callback 2"),
    notice("released", "callback 1"),
  );
  expect(texts(shown)).toEqual(["snoozed", "released"]);
  expect(texts(withoutOffer(shown, "callback 2"))).toEqual(["released"]);
});

test("the same sentence again is read once, but each of two actions has its own Undo", () => {
  const shown = after(notice("not allowed"), notice("snoozed", "callback 1"), notice("not allowed"));
  expect(texts(shown)).toEqual(["snoozed", "not allowed"]);
  expect(after(notice("accepted", "callback 1"), notice("accepted", "callback 2"))).toHaveLength(2);
});

test("the key takes back what was done last, never something older in its place", () => {
  const accepted = notice("accepted", "callback 1");
  expect(lastOffered([])).toBeNull();
  expect(lastOffered(after(accepted))).toBe(accepted);
  expect(lastOffered(after(accepted, notice("do not call: saved")))).toBeNull();
});
