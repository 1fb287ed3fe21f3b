/** The playground's server: a few JSON calls and one stream of events. */

/** What the server refused, in its own words. */
export class Refused extends Error {}

async function call(path, options) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? body.description ?? `The playground answered ${response.status}.`);
  return body;
}

const get = (path, query) => call(`/api/${path}?${new URLSearchParams(query)}`);

const post = (path, body) =>
  call(`/api/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Everything that one person can see and do. */
export class Api {
  constructor(user) {
    this.user = user;
  }

  state() {
    return get("state", { user: this.user });
  }

  async messages(chat) {
    return (await get("messages", { chat, user: this.user })).messages;
  }

  /** `place`: `{chat, topic}`; answers the said message. */
  async say({ chat, topic }, text, replyTo) {
    const body = { user: this.user, chat, text };
    if (topic) body.topic = topic;
    if (replyTo) body.reply_to = replyTo;
    return (await post("say", body)).message;
  }

  /** Sends a file with a caption; `place` as for `say`. */
  async upload({ chat, topic }, file, caption, replyTo) {
    const form = new FormData();
    form.append("user", this.user);
    form.append("chat", chat);
    if (caption) form.append("caption", caption);
    if (topic) form.append("topic", topic);
    if (replyTo) form.append("reply_to", replyTo);
    form.append("file", file, file.name);
    return (await call("/api/document", { method: "POST", body: form })).message;
  }

  /** Waits up to 15 s for the bot; `null` when it did not answer. */
  async tap(chat, message, data) {
    return (await post("tap", { user: this.user, chat, message, data })).answer;
  }

  /** Chooses a chat for the bot by a button of its keyboard. */
  async share(message, requestId, chosen) {
    return (await post("share", { user: this.user, message, request_id: requestId, chosen })).message;
  }

  /** A new item of the sample feed; answers its title. */
  async publish() {
    return (await post("publish", {})).title;
  }

  block() {
    return post("block", { user: this.user });
  }

  unblock() {
    return post("unblock", { user: this.user });
  }

  language(code) {
    return post("language", { user: this.user, language_code: code });
  }

  /**
   * Follows the events for ever. `opened` runs at each (re)connection, so that it can catch up on what was missed
   * meanwhile; `lost` at each break.
   */
  follow({ opened, lost, event }) {
    let pause = 500;
    const connect = () => {
      const source = new EventSource(`/api/events?${new URLSearchParams({ user: this.user })}`);
      source.onopen = () => {
        pause = 500;
        opened();
      };
      source.onmessage = ({ data }) => event(JSON.parse(data));
      // The browser's own way of reconnecting gives up on some answers: one way for all of them.
      source.onerror = () => {
        source.close();
        lost();
        setTimeout(connect, pause);
        pause = Math.min(pause * 2, 5000);
      };
    };
    connect();
  }
}

/** Where a file's bytes are. */
export const fileAddress = (fileId) => `/api/file/${encodeURIComponent(fileId)}`;
