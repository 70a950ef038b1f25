/** `npm run user`: invites, changes and disables the people who sign in, on DATABASE_URL or the embedded database. */
import { changeStaffInput, inviteInput } from "#schema/access";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { faultOf, firstFaults } from "#lib/base/input-words";
import { readEnvironment } from "./environment.ts";
import { endWith, main } from "./main.ts";
import { openDatabase } from "./open-database.ts";

const USAGE = `Say what to do:
  npm run -s user -- invite <email> supervisor <name>          a supervisor; prints the link that sets the password
  npm run -s user -- invite <email> agent <agentId> <name>     the person of an agent
  npm run -s user -- invite <email>                            a new link for an account that is there
  npm run -s user -- role <email> supervisor
  npm run -s user -- role <email> agent <agentId>
  npm run -s user -- disable <email>
  npm run -s user -- enable <email>`;

// The app is loaded only when needed: wrong usage and a missing database are reported at once.
const access = () => import("#modules/access");

const ACTIONS: Record<string, (ctx: Ctx, email: string, more: string[]) => Promise<string>> = {
  invite: async (ctx, email, more) => linkOf(email, await invitation(ctx, email, more)),
  role: async (ctx, email, [role, agentId]) => {
    await change(ctx, email, { role, ...(agentId !== undefined && { agentId }) });
    return `${email} is ${role === "agent" ? `agent ${agentId}` : "a supervisor"} now, and has to sign in again.`;
  },
  disable: async (ctx, email) => {
    await change(ctx, email, { isDisabled: true });
    return `${email} cannot sign in any more; what an agent still had goes to others.`;
  },
  enable: async (ctx, email) => {
    await change(ctx, email, { isDisabled: false });
    return `${email} can sign in again.`;
  },
};

await main(async () => {
  const [action = "", email, ...more] = process.argv.slice(2);
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!act || !email) return endWith(2, USAGE);
  const database = await openDatabase();
  try {
    const { openCtx } = await import("./script-context.ts");
    const { ctx, close } = await openCtx(database.url);
    try {
      console.log(await act(ctx, email, more));
    } finally {
      await close();
    }
  } finally {
    await database.close();
  }
});

async function invitation(ctx: Ctx, email: string, [role, ...rest]: string[]): Promise<string> {
  const { accountByEmail, inviteAgain, inviteStaff } = await access();
  if (role === undefined) return (await inviteAgain(ctx, { accountId: await accountByEmail(ctx, email) })).invitation;
  const [agentId, ...name] = role === "agent" ? rest : [undefined, ...rest];
  const input = inviteInput.safeParse({ email, role, name: name.join(" "), ...(agentId !== undefined && { agentId }) });
  if (!input.success) return endWith(2, `${firstFaults(input.error.issues).map(faultOf).join("\n")}\n\n${USAGE}`);
  return (await inviteStaff(ctx, input.data)).invitation;
}

async function change(ctx: Ctx, email: string, wanted: object): Promise<void> {
  const { accountByEmail, changeStaff } = await access();
  const input = changeStaffInput.safeParse({ accountId: await accountByEmail(ctx, email), ...wanted });
  if (!input.success)
    throw new Refusal("invalid_input", `${firstFaults(input.error.issues).map(faultOf).join("\n")}\n\n${USAGE}`);
  await changeStaff(ctx, input.data);
}

/** The invitation is behind the #, which browsers send to no server and no log. */
function linkOf(email: string, invitation: string): string {
  const { RINGBACK_URL, PORT } = readEnvironment();
  const address = RINGBACK_URL || `http://localhost:${PORT || 3000}`;
  return `${email} sets the password within three days at:\n${address.replace(/\/$/, "")}/welcome#${invitation}`;
}
