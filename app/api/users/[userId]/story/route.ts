import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { tellStory } from "#modules/desk";
import { storyAnswer, storyInput } from "#schema/desk";

const summary = "One user: name, numbers, open requirements and events, newest first.";
const poll = { input: storyInput, answer: storyAnswer, etag: true };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/users/:userId/story", {
  GET: query({ ...OWN_DESK, summary, ...poll, refuses: ["not_found"], read: tellStory }),
});
