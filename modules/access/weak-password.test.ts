import { expect, test } from "vitest";
import { refuseWeakPassword } from "./weak-password.ts";

const WHO = { email: "ada.byrne@example.test", name: "Ada Byrne-Lovelace" };

test.each([
  ["aaaaaaaaaaaa", "too few different"],
  ["abababababab", "too few different"],
  ["112211221122", "too few different"],
  ["abcdefghijkl", "a row of letters"],
  ["ZYXWVUTSRQPO", "a row of letters"],
  ["123456789012", "a row of letters"],
  ["qwertyuiopas", "a row of letters"],
  ["abcdef123456", "a row of letters"],
  ["ringbackringback", "this product"],
  ["Ringback-2026!", "this product"],
  ["ada.byrne@example.test", "your e-mail address"],
  ["Ada.Byrne@Example.TEST1", "your e-mail address"],
  ["Byrne-Lovelace", "your name"],
  ["lovelace-2026", "your name"],
  ["password1234", "many people use"],
  ["passwordpassword", "many people use"],
  ["!!Dragon2026!!", "many people use"],
  ["1qaz2wsx3edc", "many people use"],
  ["leavemealone", "many people use"],
  ["Administrator", "many people use"],
])("A7: %s is refused as a password, and the sentence says why", async (password, why) => {
  const refusal = refuseWeakPassword(password, WHO);
  await expect(refusal).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining(why) });
});

test.each([
  "the right horse battery",
  "another right horse",
  "a password of her own",
  "a right new horse",
  "correct horse battery staple",
  "grüne Wolken am Morgen",
  "Lovelace sails to Kyoto",
  "our ringback sings at dawn",
  "kX9#mQ2$vL7!pR4z",
  "長い合言葉を自分で選ぶのが良い",
])("A7: %s is taken as a password", async (password) => {
  await expect(refuseWeakPassword(password, WHO)).resolves.toBeUndefined();
});
