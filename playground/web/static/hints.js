/** What stands behind the messages: a welcome where there are none, a hint where the bot is silent. */

import { h } from "./dom.js";
import { pill } from "./render.js";

/** Shown when the bot has not answered in time. */
export const SILENCE = pill("The bot has not answered yet. Is it running? Look at the terminal where you started it.", {
  class: "pill hint",
});

/** A place without messages, with something to try where one may write (`open`). */
export function welcome(chat, bot, open) {
  const alone = chat.type === "private";
  const where = alone
    ? `This is your private chat with ${bot.first_name}.`
    : `${bot.first_name} is in “${chat.title}”.`;
  const title = h("b", { dir: "auto" }, where);
  if (!open) return h("div", { class: "welcome" }, title);
  const sample = `/sub ${location.origin}/feeds/sample.xml`;
  const tries = alone ? ["/start", sample, "/help"] : [sample, "/help"];
  const buttons = tries.map((text) => h("button", { type: "button", class: "try", dataset: { command: text } }, text));
  const hint = "Nothing here yet. Write something, or tap one of these to try it:";
  return h("div", { class: "welcome" }, title, h("p", {}, hint), ...buttons);
}
