/** What the page knows: people, chats and messages. No DOM and no network here. */

const MOST = 1000; // messages of a chat that stay on the page

/** The topic of a message in a forum; 0 is General, and every message elsewhere. */
export function topicOf(message, chat) {
  const id = chat?.is_forum ? (message.message_thread_id ?? 0) : 0;
  return id === 1 ? 0 : id;
}

export class Store {
  constructor(me) {
    this.me = { id: me, first_name: "" };
    this.bot = { id: 0, first_name: "", username: "" };
    this.users = [];
    this.commands = [];
    this.chats = new Map();
    /** Chat id -> message id -> message, for the chats that were opened. */
    this.messages = new Map();
    /** Chat id -> topic -> how many messages nobody looked at. */
    this.unread = new Map();
  }

  /** Takes an answer of `/api/state`; answers the ids of the chats whose last message is another than known. */
  take(state) {
    const known = this.chats;
    this.me = state.me;
    this.bot = state.bot;
    this.users = state.users ?? this.users;
    this.commands = state.commands ?? [];
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    const moved = ({ id, last_message: last }) =>
      known.has(id) && last && last.message_id !== known.get(id).last_message?.message_id;
    return state.chats.filter(moved).map(({ id }) => id);
  }

  /** Takes every message of a chat. */
  fill(chatId, messages) {
    this.messages.set(chatId, new Map(messages.map((message) => [message.message_id, message])));
  }

  /** The messages of a place, oldest first. */
  at({ chat: id, topic }) {
    const chat = this.chats.get(id);
    return [...(this.messages.get(id)?.values() ?? [])].filter((message) => topicOf(message, chat) === topic);
  }

  find(chatId, messageId) {
    return this.messages.get(chatId)?.get(messageId);
  }

  /** A new or changed message; answers whether it is new. */
  put(chatId, message) {
    const messages = this.messages.get(chatId);
    const chat = this.chats.get(chatId);
    const last = chat?.last_message?.message_id ?? 0;
    const fresh = messages ? !messages.has(message.message_id) : message.message_id > last;
    messages?.set(message.message_id, message);
    if (messages?.size > MOST) messages.delete(messages.keys().next().value);
    if (chat && message.message_id >= last) chat.last_message = message;
    return fresh;
  }

  /** Forgets a message. */
  drop(chatId, messageId) {
    const messages = this.messages.get(chatId);
    messages?.delete(messageId);
    const chat = this.chats.get(chatId);
    if (chat?.last_message?.message_id !== messageId) return;
    chat.last_message = messages ? ([...messages.values()].at(-1) ?? null) : null;
  }

  count(chatId, topic) {
    const topics = this.unread.get(chatId) ?? new Map();
    this.unread.set(chatId, topics.set(topic, (topics.get(topic) ?? 0) + 1));
  }

  read({ chat, topic }) {
    this.unread.get(chat)?.delete(topic);
  }

  /** Unread messages of a chat, or of one of its topics. */
  waiting(chatId, topic) {
    const topics = this.unread.get(chatId) ?? new Map();
    return topic === undefined ? [...topics.values()].reduce((all, one) => all + one, 0) : (topics.get(topic) ?? 0);
  }

  /** Whether this person blocked the bot. */
  get blocked() {
    return Boolean(this.home?.blocked);
  }

  /** The private chat with the bot. */
  get home() {
    return [...this.chats.values()].find(({ type }) => type === "private") ?? [...this.chats.values()][0];
  }
}
