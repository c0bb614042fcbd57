// A small app on Bolt for JavaScript, with listeners of each kind, over HTTP or Socket Mode; it knows no sandbox.
const { App } = require("@slack/bolt");
const blocks = require("./blocks.json");

const { SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_APP_TOKEN, SLACK_API_URL, PORT } = process.env;
const app = new App({
  token: SLACK_BOT_TOKEN,
  clientOptions: { slackApiUrl: SLACK_API_URL },
  ...(SLACK_APP_TOKEN ? { socketMode: true, appToken: SLACK_APP_TOKEN } : { signingSecret: SLACK_SIGNING_SECRET }),
});

app.command("/modelarts", async ({ ack, command, client }) => {
  if (command.text === "form") {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: blocks.form });
  } else if (command.text === "card") {
    await ack();
    await client.chat.postMessage({ channel: command.user_id, text: "card", blocks: blocks.card });
  } else {
    await ack(`you said ${command.text}`);
  }
});

app.action("approve", async ({ ack, respond }) => {
  await ack();
  await respond({ text: "approved", replace_original: true });
});

app.options("flavor", async ({ ack, payload }) => {
  const names = ["p1", "c1"].filter((name) => name.includes(payload.value));
  await ack({ options: names.map((name) => ({ text: { type: "plain_text", text: name }, value: name })) });
});

app.view("ask", async ({ ack, view }) => {
  const bad = view.state.values.name.name.value === "bad";
  await ack(bad ? { response_action: "errors", errors: { name: "not like this" } } : undefined);
});

app.view({ callback_id: "ask", type: "view_closed" }, async ({ ack, body, client }) => {
  await ack();
  await client.chat.postMessage({ channel: body.user.id, text: "you closed it" });
});

app.shortcut("modelarts", async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: blocks.form });
});

app.shortcut({ callback_id: "diagnose", type: "message_action" }, async ({ ack, shortcut, respond }) => {
  await ack();
  await respond(`I saw ${shortcut.message.text}`);
});

app.event("app_mention", async ({ event, say }) => {
  await say({ text: "yes?", thread_ts: event.ts });
});

app.message(async ({ message, say }) => {
  if (!message.bot_id && !message.subtype) await say("hello");
});

app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: blocks.home });
});

app.start(Number(PORT ?? 0));
