import { expect, test } from "vitest";
import { inboundText, meaningOf, statusReport } from "./twilio-schema.ts";

const SID = `SM${"0".repeat(32)}`;

test("a report names the message by our own address and by Twilio's name, with its status and code", () => {
  const message = "0198e0a0-0000-7000-8000-000000000001";
  const sent = { MessageSid: SID, MessageStatus: "undelivered", ErrorCode: "30003", To: "+442079460001", SmsSid: SID };
  expect(statusReport.parse({ ...sent, message, signature: "abc" })).toEqual({
    named: { messageId: message, signature: "abc" },
    providerId: SID,
    status: "undelivered",
    errorCode: "30003",
  });
  for (const none of [{}, { ErrorCode: "" }, { ErrorCode: "0" }])
    expect(statusReport.parse({ MessageSid: SID, MessageStatus: "delivered", ...none })).toMatchObject({
      named: null,
      errorCode: null,
    });
});

test.each([
  {},
  { MessageSid: "x", MessageStatus: "sent" },
  { MessageSid: SID },
  { MessageSid: SID, MessageStatus: "sent", ErrorCode: "x" },
  { MessageSid: SID, MessageStatus: "se\0nt" },
])("a body that is no report is refused: %j", (report) => {
  expect(statusReport.safeParse(report).success).toBe(false);
});

test.each([
  ["STOP", "stop"],
  [" stop. ", "stop"],
  ["“Stop!”", "stop"],
  ["Stop all", "stop"],
  ["STOPALL", "stop"],
  ["opt out", "stop"],
  ["un-subscribe", "stop"],
  ["إلغاء الاشتراك", "stop"],
  ["iptal et", "stop"],
  ["Dur!", "stop"],
  ["Unsubscribe", "stop"],
  ["ARRÊT", "stop"],
  ["Ｓｔｏｐ", "stop"],
  ["Start", "start"],
  ["UNSTOP", "start"],
  ["Help?", "help"],
  ["please do not stop", "text"],
  ["stop calling me stop", "text"],
  ["s top", "text"],
  ["S T O P", "stop"],
  ["S.t.o.p.", "stop"],
  ["\u200eST\u00adOP\u200b", "stop"],
  ["Стоп", "stop"],
  ["BAJA", "stop"],
  ["Parar", "stop"],
  ["DETENER", "stop"],
  ["İptal", "stop"],
  ["Avmeld!", "stop"],
  ["退订", "stop"],
  ["停止。", "stop"],
  ["توقف", "stop"],
  ["stop 12345", "stop"],
  ["stop stop STOP!", "stop"],
  ["Désabonner", "stop"],
  ["הסר", "stop"],
  ["إلغاء", "stop"],
  ["बंद", "stop"],
  ["수신거부", "stop"],
  ["退訂", "stop"],
  ["TD", "stop"],
  ["RET", "stop"],
  ["ΣΤΟΠ", "stop"],
  ["stop start", "text"],
  ["stopp it", "text"],
  ["STOP\n\nUma Ortiz\nSent from my phone", "stop"],
  ["  Stop all.\r\n-- \r\nOrtiz Roofing Ltd, 14 High Street", "stop"],
  ["Arrêt\nUma", "stop"],
  ["Cancel\nmy appointment on Friday please", "text"],
  ["Please stop\nUma", "text"],
  ["START\nUma Ortiz", "text"],
  ["Hello,\nSTOP", "text"],
  ["", "text"],
  ["👍", "text"],
])("a text of %j means %s", (body, meaning) => {
  expect(meaningOf(body)).toBe(meaning);
});

test("Twilio's own reading of a text counts before ours", () => {
  const text = { MessageSid: SID, From: "+442079460001", To: "+15005550006", Body: "leave me alone" };
  expect(inboundText.parse({ ...text, OptOutType: "STOP" }).meaning).toBe("stop");
  expect(inboundText.parse({ ...text, OptOutType: "LATER" }).meaning).toBe("text");
  expect(inboundText.parse({ ...text, Body: "stop\0" })).toMatchObject({ meaning: "stop", body: "stop\uFFFD" });
  expect(inboundText.safeParse({ ...text, From: "+44\0" }).success).toBe(false);
  expect(inboundText.parse(text)).toMatchObject({ providerId: SID, from: text.From, to: text.To, body: text.Body });
});

test("nothing turns the direction of a text that came in, and its keyword is read all the same", () => {
  const came = { MessageSid: SID, From: "+442079460001", To: "+14155550100" };
  expect(inboundText.parse({ ...came, Body: "call me: \u202e1000 6497 02 44+\u202c \u06cc\u200c\u0645" }).body).toBe(
    "call me: 1000 6497 02 44+ \u06cc\u200c\u0645",
  );
  expect(inboundText.parse({ ...came, Body: "\u200fSTOP" })).toMatchObject({ body: "STOP", meaning: "stop" });
});
