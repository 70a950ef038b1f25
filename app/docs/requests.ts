type Fields = Readonly<Record<string, unknown>>;

const MESSAGE = "Your call is moved to Thursday, 15:00.";
const BROWSER = { browserId: "3f1c9a527c7e4b1e9d350d1f4c6b2a77" };
const NEW_PASSWORD = "four words are easy";
const INVITATION = { invitation: "the-part-after-the-number-sign" };

/** Fields of example requests of which a schema does not say enough: any text is no telephone number, and any two times no week. */
const REQUESTS: Readonly<Record<string, Fields>> = {
  "post /api/users": {
    users: [{ id: "1001", firstName: "Uma", lastName: "Ortiz", phone: "+44 20 7946 0001", timeZone: "Europe/London" }],
  },
  "post /api/users/lookup": { phone: "+44 20 7946 0001" },
  "get /api/callbacks/calendar": { from: "2026-12-01T00:00:00Z", to: "2026-12-08T00:00:00Z" },
  "post /api/callbacks/when": { text: "tomorrow 3pm" },
  "post /api/agents/{agentId}/move-callbacks": { toAgentId: 2 },
  "patch /api/agents/{agentId}": { team: "North" },
  "put /api/agents/{agentId}/unsent": BROWSER,
  "post /api/agents/{agentId}/unsent/explain": BROWSER,
  "post /api/messages/sms": { from: "+14155550100", to: "+442079460001", body: MESSAGE },
  "post /api/messages/email": {
    from: "desk@example.com",
    to: "uma@example.com",
    subject: "Your call",
    body: MESSAGE,
  },
  "post /api/messages/suppressions": { recipient: "+442079460001", why: "asked for it in a letter" },
  "post /api/messages/dead-letters/redrive": { all: true, preview: true },
  "post /api/cursor-tasks/{taskId}/launch": {
    prompt: "Correct the spelling in README.md.",
    repository: "https://github.com/example/shop",
  },
  "get /api/graphql": { query: "{ __typename }" },
  "post /api/graphql": { query: "{ __typename }" },
  "post /api/webhooks/twilio/inbound": { MessageSid: "SM3f1c9a527c7e4b1e9d350d1f4c6b2a77" },
  "post /api/webhooks/twilio/message-status": { MessageSid: "SM3f1c9a527c7e4b1e9d350d1f4c6b2a77" },
  "post /api/sign-in/second-factor": { code: "123456" },
  "put /api/me/password": { newPassword: NEW_PASSWORD },
  "post /api/me/second-factor/confirm": { code: "123456" },
  "post /api/welcome": { ...INVITATION, newPassword: NEW_PASSWORD },
  "post /api/welcome/invitation": INVITATION,
  "get /api/debug/callback-investigation": { callbackId: 1 },
};

/** The fields that an example request of this operation has in any case. */
export function fieldsOfRequest(method: string, path: string): Fields {
  return REQUESTS[`${method} ${path}`] ?? {};
}
