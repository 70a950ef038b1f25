/** A promise from the first request to the last, at `origin`. The README has the same text, and a test compares them. */
export function walk(origin: string): string {
  return String.raw`. ./.env.local
api=${origin}/api
json="Content-Type: application/json"
key="Authorization: Bearer $SERVICE_API_KEY"
# a customer, and two agents who log in
curl -H "$key" -H "$json" $api/users -d '{"users":[{"id":1001,"firstName":"Uma","lastName":"Ortiz","phone":"+44 20 7946 0001","timeZone":"Europe/London"}]}'
ann=$(curl -s -H "$key" -H "$json" $api/agents -d '{"firstName":"Ann","lastName":"Able","email":"ann@example.com"}' | sed 's/{"id":\([0-9]*\).*/\1/')
ben=$(curl -s -H "$key" -H "$json" $api/agents -d '{"firstName":"Ben","lastName":"Bold","email":"ben@example.com"}' | sed 's/{"id":\([0-9]*\).*/\1/')
for agent in $ann $ben; do curl -X PUT -H "$key" -H "$json" $api/agents/$agent/session -d '{"status":"available"}'; done
# a promise that is due now; the tick queues it (it runs every minute by itself, too)
id=$(curl -s -H "$key" -H "$json" $api/callbacks -d "{\"userId\":1001,\"preferredAgentId\":$ann,\"callbackReason\":\"wants a price\",\"scheduledFor\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}" | sed 's/{"id":\([0-9]*\).*/\1/')
curl -H "Authorization: Bearer $CRON_SECRET" $api/cron/callback-notifications
curl -H "$key" "$api/queue?callbackId=$id"
# Ann accepts it, takes it as her next call and records the outcome
curl -H "$key" -H "$json" $api/callbacks/accept -d "{\"callbackId\":$id,\"agentId\":$ann}"
call=$(curl -s -H "$key" -H "$json" $api/queue/next -d "{\"agentId\":$ann}" | sed 's/.*"callSessionId":"\([0-9]*\)".*/\1/')
curl -H "$key" -H "$json" $api/calls/$call/outcome -d '{"outcomeType":"answered","notes":"sent the price"}'
# the whole story, and whether anything is wrong
curl -H "$key" "$api/debug/callback-investigation?callbackId=$id"`;
}
