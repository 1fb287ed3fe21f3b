### Tidings in English: the measure of all other languages.
### Messages are Telegram HTML. Arguments are escaped already; write <b>, <i>, <code> and <a href=""> freely around them.
### SIZE($bytes) writes a number of bytes as people read it: "10 MiB".

## Language

# The language in its own words, as its button shows it.
language-name = English

## Faults: what is wrong, then what to do

error-unknown =
    Something went wrong on my side, and it has been noted for the operator.
    Please try again in a minute.

# A command worked for too long without a word, and was ended.
error-too-long = That took too long, so I stopped. Please try again in a few minutes.
error-stopped = I was stopped before I could finish that. Please send it again in a minute.
error-config = My configuration has a fault, so I cannot do this. Please tell whoever runs this bot.

error-store =
    I cannot reach my database right now. Nothing is lost.
    Please try again in a minute.

error-unreadable-row =
    One entry of my database is damaged, so I cannot do this. Whoever runs this bot has been told.

error-fetch = I could not open that address. Please check it, or try again later.

# $url: the address as written
error-bad-address =
    <code>{ $url }</code> is no web address that I can open.
    Please send one such as <code>example.org</code> or <code>https://example.org/feed.xml</code>.

# $host: the name of a server
error-forbidden-address =
    <b>{ $host }</b> belongs to a private network, and I only visit the public web.
    Whoever runs this bot can allow it, under <code>allow_networks</code>.

# $reason: dns, connect, tls, timeout or protocol
error-unreachable = { $reason ->
    [dns]
        There is no site called <b>{ $host }</b>. Please check the address for a typing error.
    [connect]
        I cannot connect to <b>{ $host }</b>: it may be down, or keep bots out. Please try again later.
    [tls]
        The connection to <b>{ $host }</b> would not be safe: its certificate is not valid. The owner of the site has to renew it.
    [timeout]
        <b>{ $host }</b> took too long to answer. It may be busy; please try again later.
   *[protocol]
        <b>{ $host }</b> answered with something I do not understand. Please check that the address is right.
}

# $status: the HTTP status
error-http = { $status ->
    [401]
        <b>{ $host }</b> asks for a name and a password (401). Please send the address as <code>https://name:password@…</code>, in a private chat.
    [403]
        <b>{ $host }</b> does not let me in (403). Some sites keep bots out; the site may offer another feed address.
    [404]
        <b>{ $host }</b> has nothing at that address (404). Please check it for a typing error, or send the site's front page and I will look for the feed.
    [410]
        <b>{ $host }</b> says that this page is gone for good (410). Please send the site's front page, and I will look for a new feed.
    [429]
        <b>{ $host }</b> says that I ask too often (429). Please try again later.
   *[other]
        <b>{ $host }</b> answered with an error ({ NUMBER($status, useGrouping: 0) }). Please try again later.
}

error-challenged =
    <b>{ $host }</b> has a check that only browsers pass (403), so I cannot get in.
    The site may offer another feed address; its owner can let feed readers pass.

error-password-refused =
    <b>{ $host }</b> does not accept this name and password (401).
    Please check both for a typing error, and send the address again, in a private chat.

# $scheme: how a site wants a login, such as Negotiate
error-login-scheme =
    <b>{ $host }</b> asks for a login in a way that I do not know (<code>{ $scheme }</code>); I know HTTP Basic and HTTP Digest.
    Its owner may offer one of these, or an address with a key in it; whoever runs this bot can set headers for the site.

error-redirects =
    <b>{ $host }</b> keeps sending me in circles.
    Please send me another address of the site, such as its front page, and I will look for the feed there.

# $limit: bytes
error-too-large =
    What <b>{ $host }</b> sends is larger than { SIZE($limit) }, and I stop there.
    The site may offer a shorter feed; whoever runs this bot can raise <code>max_size</code>.

error-site-busy =
    Many people are asking for <b>{ $host }</b> at this moment, and I open a site only once at a time.
    Please try again in a minute.

error-parse =
    There is something at that address, but I cannot read it as a feed.
    Please send the site's front page, and I will look for the feed there.

error-not-a-feed =
    What I found at <b>{ $host }</b> is not a feed.
    Please send the site's front page, and I will look for the feed there.

error-parse-aborted =
    The feed of <b>{ $host }</b> is too large or too tangled for me to read, so I stopped.
    The site may offer a shorter feed.

# $tried: paths that were guessed
error-nothing-found =
    I found no feed on <b>{ $host }</b>. Not every site has one.
    The page names none that works, and there is none in the usual places: <code>{ $tried }</code>
    If you know the address of the feed itself, please send me that; a page with the word RSS or this sign 🛜 often has it.

# $name: a name in Telegram; $reason: why its posts cannot be read
error-no-public-channel = { $reason ->
    [private]
        That is a private chat: only its members can read it, so I cannot follow it.
        If you run it, add me there as an administrator and tell me there what to post.
    [hidden]
        The channel <b>{ $name }</b> does not show its posts to the public, so I cannot follow it.
        Its owner can change that; it may also have a site or a feed.
    [group]
        <b>{ $name }</b> is a group. I can follow public channels, sites and feeds, but no conversations.
    [person]
        <b>{ $name }</b> is a person or a bot, and no channel, so there is nothing to follow.
   *[nobody]
        There is no public channel called <b>{ $name }</b>. Please check the name for a typing error.
}

error-needs-bridge =
    <b>{ $host }</b> has no feeds of its own, so I cannot follow it directly.
    Whoever runs this bot can set up a bridge that makes them (<code>bridge</code> under <code>[discovery]</code>); or send me a feed address of a bridge that you know, such as an RSSHub.

# $limit: how many there may be
error-chat-full =
    This chat follows { $limit } feeds, and that is as many as I keep for one chat.
    Unsubscribe from some with /unsub; then there is room for others.
error-rules-full =
    This chat has { $limit } rules, and that is as many as I keep for one chat.
    Take some away in /filter; then there is room for others.
error-person-full =
    You follow { $limit } feeds with me, over all chats, and that is as many as I keep for one person.
    Unsubscribe from some with /unsub; then there is room for others.

# $line and $column: where; $words: what stands there; $hint: the field that was meant, those that there are, or a limit
error-template =
    Line { NUMBER($line, useGrouping: 0) }, column { NUMBER($column, useGrouping: 0) }: <code>{ $words }</code>
    { $reason ->
        [similar] There is no such field. Did you mean <code>{ "{" }{ $hint }{ "}" }</code>?
        [unknown] There is no such field. There are: { $hint }.
        [unclosed] This brace is never closed on its line. For a brace that stands for itself, write <code>{ "{{" }</code>.
        [stray] This brace closes nothing. For a brace that stands for itself, write <code>{ "}}" }</code>.
        [length] A length is a whole number from 1 to { $hint }, as in <code>{ "{summary:200}" }</code>.
        [twice] The summary stands further up already, and has one place.
        [image] <code>{ "{image}" }</code> stands for pictures: it takes neither a length nor a second field.
       *[long] A template holds { $hint } characters at the most, and this is where they end.
    }

# $hint: what was meant, what there is, or a limit; the text with an arrow under the place stands above
error-rule =
    { $reason ->
        [similar] I do not know this. Did you mean <code>{ $hint }</code>?
        [number] There is no such number. There are: { $hint }.
        [value] Something must follow here.
        [choice] There is no such thing. There are: { $hint }.
        [amount] A number must follow, as in <code>{ $hint }</code>.
        [language] A language must follow, as in <code>lang:en</code>.
        [quote] This quote is never closed.
        [expression] This expression is never closed: it ends with a <code>/</code>.
        [regex] The expression { $hint }
        [open] This bracket is never closed.
        [close] This bracket closes nothing.
        [words] There is no word in it.
        [joined] Something must stand on both sides of it. If it is a word that you look for, put it in quotes.
        [empty] A rule needs some words.
        [crowded] A rule asks for { $hint } things at the most.
        [deep] At most { $hint } brackets may stand inside one another.
       *[long] A rule holds { $hint } characters at the most, and this is where they end.
    }

## Failures: why a poll of a feed failed, in one short sentence; each error of a poll has one, by the same name

failure-unreadable-row = My record of this feed is damaged; whoever runs this bot has been told.
failure-fetch = The feed could not be opened.
failure-bad-address = The address, or the one that it leads to, is none that I can open.
failure-forbidden-address = The address leads into a private network.
failure-unreachable = { $reason ->
    [dns] There is no site of this name.
    [connect] The site cannot be connected to.
    [tls] The certificate of the site is not valid.
    [timeout] The site took too long to answer.
   *[protocol] The site answered with something I do not understand.
}
failure-http = { $status ->
    [401] The site asks for a name and a password (401).
    [403] The site does not let me in (403).
    [404] There is nothing at this address any more (404).
    [410] The site says that the feed is gone for good (410).
    [429] The site says that I ask too often (429).
   *[other] The site answered with an error ({ NUMBER($status, useGrouping: 0) }).
}
failure-challenged = The site has a check that only browsers pass (403).
failure-password-refused = The site does not accept the name and the password any more (401).
failure-login-scheme = The site asks for a login in a way that I do not know (401).
failure-redirects = The site keeps sending me in circles.
failure-too-large = The feed is larger than { SIZE($limit) }.
failure-parse = What is there cannot be read as a feed.
failure-not-a-feed = What is there is not a feed.
failure-no-public-channel = { $reason ->
    [hidden] The channel does not show its posts to the public any more.
   *[gone] There is no public channel of this name any more.
}
failure-parse-aborted = The feed is too large or too tangled to read.

# Of files that somebody sends, to be imported
error-not-a-feed-list =
    That is no list of feeds that I can read.
    Please send the file that your reader calls “export” or OPML; /import says more.
error-too-many-feeds =
    That list is too long: I take files of up to { $limit } feeds.
    Please send it in parts.
error-file-too-large =
    That file is too large: I take files of up to { SIZE($limit) }.
    A list of feeds is usually much smaller. Please send it in parts.
error-import = This file of another bot cannot be used.
error-file-unavailable = Telegram did not give me that file. Please send it again.

## Commands: one line each, in Telegram's menu and in /help; no markup

command-sub = follow a feed or a site
command-list = your feeds; /list word searches them
command-preview = see how the newest posts of a feed look
command-style = choose what posts look like
command-template = lay posts out your way
command-interval = choose how often a feed is checked
command-settings = all settings: for this chat, a topic, a feed
command-set = set several things at once
command-pause = pause a feed, or all of them
command-resume = resume a paused feed
command-unsub = unsubscribe from a feed
command-less = less like a post: reply to it
command-more = more like a post: reply to it
command-import = take over feeds from another reader (OPML)
command-find = search what came here; quotes for a phrase, feed: or tag: to narrow
command-catchup = what happened while you were away; /catchup 3d, /catchup since mon
command-export = your feeds as a file
command-lang = choose the language
command-tz = choose the time zone
command-digest = posts together, at times of your choice
command-quiet = when I leave you in peace
command-privacy = what I keep about you; have it, or erase it
command-help = what I can do
command-stats = for operators: how much there is of everything
command-broadcast = for operators: tell every chat something
command-user = for operators: a person's feeds and limits; ban, export

## Buttons and toasts: short, no markup

button-help = What can you do?
button-open = Open
# $count: so many of the newest posts
button-newest = Newest { $count }
button-preview = Show newest
button-pause = ⏸ Pause
button-resume = ▶ Resume
button-pause-all = ⏸ All feeds
button-resume-all = ▶ All feeds
button-unsubscribe = Unsubscribe
button-unsubscribe-all = Yes, all of them
button-keep = No, keep them
button-template-save = Save
button-template-keep = Keep the old one
button-back = ‹ All feeds
button-polls = History
# Of a feed whose address holds a secret: shown to whoever taps, who is an administrator
button-address = 🔑 Full address
button-move-back = ↩ Back to the old address
button-try = Check now
button-back-to-feed = ‹ Back
button-undo = Undo
button-import-stop = ✋ Stop
button-import-undo = ↩ Undo the import
# $count: feeds that cannot be read
button-import-drop = { $count ->
    [one] Drop the one that fails
   *[other] Drop the { $count } that fail
}
button-send-again = ↻ Send again
button-ban = 🚫 Ban
button-unban = Unban
button-export = ⬇ Export
# $count: chats
button-broadcast = 📣 Send to { $count ->
        [one] one chat
       *[other] { $count } chats
    }
button-broadcast-all = All languages
button-broadcast-drop = Do not send
button-broadcast-stop = ⏹ Stop
button-my-data = ⬇ Export my data
button-erase = 🗑 Erase everything
button-erase-all = Yes, erase everything
button-erase-not = No, keep it
button-expired = This button is out of date. Send /list to see how things are now.
preview-empty-toast = This feed has no posts yet.
not-allowed = This bot is private. Its operator decides who may use it.
banned = Whoever runs this bot does not want me to answer you any more. Please turn to them if that is a mistake.
a-lot-at-once =
    That is a lot at once, and I could not do all of it.
    Please send what is missing again in a minute.
rights-unknown =
    Telegram did not tell me whether you are an administrator here, so I changed nothing.
    Please try again in a minute.
only-admins = Only administrators of this chat can change its feeds.
only-operators = Only whoever runs this bot can do that, in a private chat with me.
only-in-private = That concerns you alone: please send it in our private chat.
only-admins-channel = These buttons are for the administrators of this channel.
only-admins-preview = Here, only administrators can have posts shown. In our private chat you can preview any feed you like.

## What is kept of people

# $days: how long it is remembered what was sent
privacy =
    🔒 <b>What I keep</b>

    • <b>Of this chat</b>: its number and name as Telegram shows them, its language and settings, the feeds it follows, and when something was last said in it.
    • <b>Of you</b>: your number, beside the feeds that you had followed and the chats that you brought me into. It tells me whom to write to when a feed breaks.
    • <b>What you want more or less of</b>: the last 500 posts of a chat under which somebody tapped 👍 or 👎, and who it was.
    • <b>What I posted</b>: which post went where and when, for { $days ->
        [one] one day
       *[other] { $days } days
    }.
    • <b>For a week</b>: what buttons and "Undo" need, such as what you searched for or ended; and the names of lists that you imported.

    I keep no messages of yours and no list of members. Sites that I read see how many follow a feed, never who. Whoever runs this bot can read my database and my log.
privacy-elsewhere = Send me /privacy in our private chat to have all that I keep about you, or to erase it.
privacy-file = All that I keep about you. Passwords in addresses are left out.
# $count: feeds
privacy-ask =
    Erase everything that I keep about you?

    { $count ->
        [0] This chat follows no feeds.
        [one] The feed that this chat follows ends.
       *[other] The { $count } feeds that this chat follows end.
    } All settings here and the record of what I posted go, and so does your number beside feeds and chats elsewhere. Groups and channels keep their feeds; nobody can tell any more that you added them.

    <b>This cannot be undone.</b> If you only want silence, use /pause or /unsub.
privacy-erased =
    Done: I have erased what I kept about you.
    My messages stay here until you delete this chat. If you write to me again, we begin anew.

## For operators

# $uptime: "3 hours"
stats =
    📊 <b>Tidings { $version }</b>, up for { $uptime }

    Chats: { $chats } (cannot be written to: { $away })
    Subscriptions: { $subscriptions }
    Feeds that are checked: { $feeds } (failing: { $failing })
    Messages waiting: { $waiting }
    Sent in the last 24 hours: { $sent }
    Banned people: { $banned }
    Database: { SIZE($size) }
broadcast-usage =
    <code>/broadcast TEXT</code> tells every private chat and group something, or reply with /broadcast to a message of yours. You see it first.
    Channels are left out: their readers came for news.
# $language: its name, or "all"
broadcast-preview = 📣 { $count ->
        [0] Nobody would get this
        [one] One chat gets this
       *[other] { $count } chats get this
    }{ $language ->
        [all] , in every language
       *[some] , those in { $language }
    }; it looks like this:
broadcast-sending =
    📣 On its way: { $queued } of { $total } chats.
    Sent: { $sent }; refused: { $refused }; cannot be written to now: { $held }
broadcast-sent =
    ✅ Sent to { $sent } of { $total } chats.
    Refused: { $refused }; cannot be written to now: { $held }
broadcast-stopped =
    ⏹ Stopped. It was sent to { $sent } of { $total } chats, and goes to nobody else.
broadcast-dropped = Not sent.
broadcast-gone = There is no such message any more. Send /broadcast with the text again.
user-usage =
    <code>/user 1001</code> shows a person: what they follow, and their limits.
    <code>/user 1001 ban</code>, <code>unban</code>, <code>export</code>
    <code>/user 1001 feeds 50</code>: how many feeds they may follow
    <code>/user 1001 commands 20</code>: commands a minute; <code>looks 5</code>: those of them that ask a site for something
    <code>/user 1001 feeds default</code>: as for everybody

    Who writes how much stands with its number in my log.
user-nameless = Without a name
user-unknown = They have never written to me in private.
user-chat = Private chat: { $count ->
        [one] one feed
       *[other] { $count } feeds
    }; first seen { $since }; language: { $language }
user-away = Cannot be written to: { $reason }
user-elsewhere = Elsewhere: asked for { $count ->
        [one] one feed
       *[other] { $count } feeds
    }; brought me into { $chats ->
        [one] one chat
       *[other] { $chats } chats
    }
user-limits = Limits: { $feeds } feeds; { $commands } commands a minute, { $looks } of them to sites
user-banned = 🚫 Banned { $since }
user-banned-toast = Banned: what they send is passed over, and what waits for them is held.
user-unbanned-toast = No longer banned.
user-not-banned = Operators cannot be banned.

## Greetings

welcome =
    👋 <b>Send me a link</b> to any site, and I will post here what is new there: with pictures, a summary and the link.

    In a group or a channel, make me an administrator and send <code>/sub</code> with the link there.
# $released: held messages that follow now; $skipped: older ones that do not
welcome-back = { $skipped ->
    [0] 👋 Good to see you again. { $released ->
            [one] One post came while I could not write here; here it is.
           *[other] { $released } posts came while I could not write here; here they are.
        }
   *[other] 👋 Good to see you again. While I could not write here, a lot came: the newest { $released } follow now, { $skipped } older ones do not.
}
# Said in private to whoever added the bot; $chat: the title of the chat; $may_write: yes or no
added-group =
    👋 I am in <b>{ $chat }</b> now.
    { $may_write ->
        [no] I may not write there yet: please let me.
       *[yes] Its administrators tell me there what to follow: <code>/sub https://example.org</code>. In a forum, say it in the topic that shall get the news.
    }
added-channel =
    👋 I am in <b>{ $chat }</b> now.
    { $may_write ->
        [no] I may not post there yet: please make me an administrator who may.
       *[yes] To follow a site, post <code>/sub https://example.org</code> there. My answers go away by themselves; your post does, too, where I may delete messages.
    }
help-head = <b>What I can do</b>
help-foot =
    In our private chat a link alone is enough. Reply to a post with /unsub, /pause, /interval or /preview, and I know which feed you mean.
    In groups, administrators decide; in a group with topics, I post in the topic where you send /sub.
# $command: what was typed
unknown-command = I do not know <code>{ $command }</code>. /help lists what I can do.
# $meant: the name of the command that was probably meant
unknown-command-near = I do not know <code>{ $command }</code>. Did you mean /{ $meant }? /help lists everything I can do.
# A command stands in the middle of a text, or has no slash; $meant: its name
command-first = Did you mean /{ $meant }? A command comes first, with its slash: <code>/{ $meant }</code>. All of them are in /help.
send-a-link = Send me a link to a site, such as <code>example.org</code>, and I will follow it. /help lists what else I can do.
# Somebody forwarded what no public channel posted; $kind: channel or person
forwarded = { $kind ->
    [channel]
        That post is from a private channel: only its members can read it, so I cannot follow it.
        If you run it, add me there as an administrator and tell me there what to post.
   *[person]
        That is not from a public channel, so there is nothing that I could follow.
        Forward me a post of a public channel, or send me a link.
}
# Somebody sent something without words; $kind: what, in Telegram's words
no-words = { $kind ->
    [document] I can read only lists of feeds (OPML, <code>.opml</code> or <code>.xml</code>). Please send me links as text; several in one message are fine.
    [photo] I cannot read pictures. Please send me the link as text.
    [voice] I cannot listen to voice messages. Please write to me, or send me a link.
    [location] I have no use for places. Please send me a link to a site that I shall follow.
    [contact] I have no use for contacts. Please send me a link to a site that I shall follow.
   *[something] I understand text only. Please send me a link to a site that I shall follow.
} /help lists what I can do.
# $words: what was typed, which is no address
sub-no-address =
    <code>{ $words }</code> is no web address, and I know no feed of this name.
    Please send the address of the site, such as <code>example.org</code>; by their names I know only some. To find a feed that you follow already, send /list and a word of its name.

## Subscribing

sub-usage =
    Tell me what to follow, for example:
    <code>/sub https://example.org</code>

    A site will do; I will look for its feed. Several addresses at once are fine.
# $word: what was typed beside an address, such as @channel
sub-elsewhere =
    I do not know what <code>{ $word }</code> means here, so nothing has changed.
    I post where you send the command: for a channel or a group, send <code>/sub</code> and the address there, as its administrator; for this chat, send the address alone.
# $url: an address
sub-looking = 🔎 Looking at <code>{ $url }</code> …
# $number of $count: how many addresses have been checked
sub-progress = 🔎 { $number } of { $count } …
# $count: how many results there is no room for now; above those of the addresses done last
sub-progress-more = … and { $count } more before these
# $feed: its title, linked; $minutes: how often it is looked at
subscribed =
    ✅ Following <b>{ $feed }</b>.
    What is new there comes here { $minutes ->
        [one] within a minute or so
       *[other] within { $minutes } minutes or so
    }. This is its newest post:
subscribed-empty =
    ✅ Following <b>{ $feed }</b>.
    It has no posts yet; the first one comes here { $minutes ->
        [one] within a minute or so
       *[other] within { $minutes } minutes or so
    } after it appears.
# Where no item is shown: in channels
subscribed-unshown =
    ✅ Following <b>{ $feed }</b>.
    What is new there comes here { $minutes ->
        [one] within a minute or so.
       *[other] within { $minutes } minutes or so.
    }
subscribed-again =
    ✅ Following { $count ->
        [one] this
       *[other] these { $count }
    } again, as if nothing had been:
    { $feeds }
already-subscribed = ☑️ You follow <b>{ $feed }</b> here already.
# A followed feed was sent with another name and password
login-ask = You follow <b>{ $feed }</b> here already, by another login. The new one works. Shall I use it from now on?
button-login = Yes, use the new one
button-login-keep = No, keep the old one
login-changed = 🔑 <b>{ $feed }</b> is read by the new login from now on. Nothing is lost, and nothing comes twice.
login-kept = All right, nothing has changed.
line-login = ❔ { $feed }: followed already by another login; send it alone to change that
# $count: how many older posts were asked for, beside the one that was shown
newest-follow = ✅ Following <b>{ $feed }</b>. { $count ->
    [one] One post follows, as if it had just come.
   *[other] { $count } posts follow, oldest first.
}
newest-there = These posts are in this chat already.
# $host: where the feeds were found
choose-feed = <b>{ $host }</b> offers { $count } feeds. Which one?
# $query: what was typed; below: feeds that go by that name
found-by-name = 🔎 <b>{ $query }</b>: which one do you mean?
choose-count = { $count ->
    [0] No posts yet
    [one] One post
   *[other] { $count } posts
}
# What of a site a feed holds; a button
feed-kind = { $kind ->
    [videos] Videos
    [shorts] Shorts
    [live] Live
    [releases] Releases
    [tags] Tags
    [commits] Commits
    [discussions] Discussions
    [posts] Posts
    [comments] Comments
   *[all] Everything
}
line-subscribed = ✅ { $feed }
line-already = ☑️ { $feed }: followed already
line-no-room = ⏹ <code>{ $url }</code>: no room for it
line-choose = ❔ <code>{ $url }</code>: has several feeds; send it alone to choose
# Some feeds of the list, which a search found; $query: what was typed
list-found = <b>{ $count ->
    [one] One feed
   *[other] { $count } feeds
}</b> with <code>{ $query }</code> · tap a number to open it
# Below a list of several pages
# /find. $narrowed: whether to some feeds ($feeds). $page: of the results.
find-head =
    🔎 <b>{ $query }</b>{ $narrowed ->
        [no] { "" }
       *[yes] { " " }in { $feeds }
    }{ $page ->
        [1] { "" }
       *[other] { " " }· page { $page }
    }
find-nothing =
    🔎 I found nothing with <b>{ $query }</b> { $narrowed ->
        [no] among what came here
       *[yes] among what came here from { $feeds }
    }.
find-try = With these words I do:
find-no-suggestion = Try fewer words, or a part of one: <code>elect</code> finds “elections”, too.
find-ask = What shall I look for? Send me a few words; the newest items with all of them come first.
find-how = Write what to look for behind it: <code>/find harbour bridge</code>. Quotes find words in a row, <code>feed:name</code> searches one feed.
find-untitled = Untitled
find-post = post
find-kept-back = { $is_named ->
    [no] kept back by a rule
   *[yes] kept back by “{ $rule }”
  }
find-state = { $state ->
    [gathered] comes with the next digest
    [digested] in a digest
   *[merged] told with the same story
  }
# /catchup. $since: a moment.
catchup-head = Since { $since }: { $count ->
    [one] one post
   *[other] { $count } posts
  }
catchup-offer = Welcome back! You last wrote { $when }. All that came meanwhile fits into one message:
catchup-nothing = Nothing came since { $since }.
catchup-stories = Most told
catchup-newest = The newest of each feed
catchup-rest = The rest
catchup-also = also
catchup-more = and { $count } more
catchup-and-more = { $feed } (+{ $count })
catchup-how = I do not know when <b>{ $words }</b> is. Say <code>/catchup 3d</code>, <code>/catchup since mon</code> or <code>/catchup yesterday</code>; alone it goes back to when something was last said here.
catchup-seen = { $count ->
    [0] Nothing waits any more.
    [one] The post that still waited counts as seen; it will not come.
   *[other] The { $count } posts that still waited count as seen; they will not come.
}
catchup-undone = { $count ->
    [one] The post comes after all.
   *[other] The { $count } posts come after all.
}
button-catch-up = 📰 Catch up
button-mark-seen = ✓ Mark the rest as seen ({ $count })
button-undo-seen = ↩︎ Send them after all
# A button above the results of @bot, at most 64 characters.
inline-how = Type words to search what came to you
inline-nothing = Nothing found among what came to you
list-search-hint = <i>/list and a word searches.</i>

## Importing and exporting

import-usage =
    📥 <b>Send me the file</b> that your reader exports (OPML, <code>.opml</code> or <code>.xml</code>), and I follow everything in it. Folders become hashtags, and what you set here before you exported comes back.

    Also: reply to such a file with /import, or send <code>/import https://example.org/feeds.opml</code>.
    Nothing old is posted: you get what is new from now on. The other way round, /export gives you a file.
import-busy = Several imports go on here already. Please wait until one is done, or stop it.
# $name: of the file; $number of $count: feeds
import-adding = 📥 <b>{ $name }</b>: { $number } of { $count } …
import-checking =
    📥 <b>{ $name }</b>: following { $count ->
        [one] one new feed
       *[other] { $count } new feeds
    }, { $number } of them checked so far. What is in them already is not posted.
import-stopping = Stopping …
import-done = { $count ->
    [0] 📥 <b>{ $name }</b> is done: there was nothing new to follow.
    [one] ✅ <b>{ $name }</b> is done: following one new feed.
   *[other] ✅ <b>{ $name }</b> is done: following { $count } new feeds.
}
import-known = { $count ->
    [one] ☑️ One was followed here already, and stays as it is.
   *[other] ☑️ { $count } were followed here already, and stay as they are.
}
import-repeats = { $count ->
    [one] ☑️ One stood in the file twice.
   *[other] ☑️ { $count } stood in the file more than once.
}
import-unpolled = { $count ->
    [one] 🕓 One could not be checked yet; I go on with it.
   *[other] 🕓 { $count } could not be checked yet; I go on with them.
}
import-misread = { $count ->
    [one] ℹ️ One setting in the file does not hold here and was left out.
   *[other] ℹ️ { $count } settings in the file do not hold here and were left out.
}
import-over = { $count ->
    [one] ⏹ One more did not fit: there are as many feeds here now as there may be. Unsubscribe from some with /unsub, then there is room.
   *[other] ⏹ { $count } more did not fit: there are as many feeds here now as there may be. Unsubscribe from some with /unsub, then there is room.
}
import-stopped = { $count ->
    [one] ✋ One was not tried, as it was stopped.
   *[other] ✋ { $count } were not tried, as it was stopped.
}
import-failing = { $count ->
    [one] ⚠️ One is followed, but cannot be read right now; I keep trying:
   *[other] ⚠️ { $count } are followed, but cannot be read right now; I keep trying:
}
import-unusable = { $count ->
    [one] ❌ One line names no feed:
   *[other] ❌ { $count } lines name no feed:
}
# $count: lines that there is no room for here
import-more = … and { $count } more, all in the file below
import-again = 📄 The file below holds what is missing, to try it again some other time.
# Why a line of a file names no feed; $reason: bad-address, or import-scraped for a page
import-line = { $reason ->
    [import-scraped] a page from which your reader made a feed itself; send me its link, and I look for a feed
   *[bad-address] no web address that I can open
}
import-undone = { $count ->
    [one] Not following that one any more.
   *[other] Not following those { $count } any more.
}
export-caption = { $count ->
    [one] 📤 One feed. Every reader takes this file (OPML); sent back to me, it restores your settings, too.
   *[other] 📤 { $count } feeds. Every reader takes this file (OPML); sent back to me, it restores your settings, too.
}
export-without = { $count ->
    [one] 🔑 The name and password of one address were left out; <code>/export passwords</code> keeps them.
   *[other] 🔑 The names and passwords of { $count } addresses were left out; <code>/export passwords</code> keeps them.
}
export-hidden = { $count ->
    [one] 🔑 One private address is not in the file, as everybody here can read it.
   *[other] 🔑 { $count } private addresses are not in the file, as everybody here can read it.
}
export-all-working = 📦 Packing everything of this chat: its feeds, its settings, and what it received in 90 days …
export-all-caption = { $count ->
    [0] 📦 Feeds (OPML) and settings; nothing was received in the last 90 days, or nothing of it is kept any more.
    [one] 📦 Feeds (OPML), settings, and the one post of the last 90 days that is kept (HTML and JSON).
   *[other] 📦 Feeds (OPML), settings, and the { $count } posts of the last 90 days that are kept (HTML and JSON).
}
export-passwords-private = Passwords are for your eyes only: please send <code>/export passwords</code> in our private chat.

## Lists and pages

list-head = <b>{ $count ->
    [one] One feed
   *[other] { $count } feeds
}</b> · tap a number to open it
list-empty =
    No feeds here yet.
    Send me a link, or <code>/sub https://example.org</code>
# In a line of the list; $when: a time such as "in 5 minutes"
list-next = next check { $when }
list-next-now = next check any moment
list-unseen = not checked yet
# A feed's place in a group with topics
topic-general = General
# A topic whose name is not known; $number: Telegram's number of it
topic-unnamed = topic { NUMBER($number, useGrouping: 0) }
# $topic: the name of a topic, linked
feed-topic = 🧵 In the topic { $topic }
feed-unseen = 🕐 Not checked yet
feed-ok = ✅ Running
# $when: "in 3 days"
feed-paused-until = ⏸ Paused, goes on { $when }; what is published meanwhile is kept
feed-paused = ⏸ Paused; what is published meanwhile is not posted
held-topic = 📪 The topic is closed. New posts are kept for a week, and come when it is reopened.
# $reason: one of the refusals below
held-chat =
    📪 I cannot post here: <i>{ $reason }</i>
    New posts are kept for a week. I try again by myself, and at once after /resume.
# In a line of the list
list-held-topic = 📪 waits: the topic is closed
list-held-chat = 📪 waits: { $reason }
# Why Telegram did not take a message, in one short sentence; no markup
refusal = { $reason ->
    [blocked] The chat with me was stopped or deleted.
    [away] I am not a member of the chat any more. Please add me again.
    [no-chat] Telegram finds no such chat.
    [no-right] I am not allowed to send messages there. Please make me an administrator who may.
    [no-media-right] I am not allowed to send pictures and files there. Please allow it in the chat's permissions.
    [topic-closed] The topic is closed. Please reopen it.
    [topic-gone] The topic is gone.
    [media] Telegram did not accept one of its pictures or files.
    [text] Telegram did not accept its text.
    [too-large] It is larger than Telegram accepts.
    [busy] Telegram asks me to slow down.
    [silent] Telegram did not answer.
    [unreadable] My record of it is damaged.
   *[unknown] Telegram did not accept it; it says: “{ $words }”.
}
# $reason: one of the refusals above
feed-refused =
    🛑 { $count ->
        [one] One post could not be sent here.
       *[other] { $count } posts could not be sent here.
    } The last reason: <i>{ $reason }</i>
send-again-toast = { $count ->
    [0] There is nothing left to send again.
    [one] One post is sent once more.
   *[other] { $count } posts are sent once more.
}
# $count polls in a row failed; $reason: one of the failures above
feed-faltering =
    🔁 { $count ->
        [one] The last check failed;
       *[other] The last { $count } checks failed;
    } I keep trying.
    <i>{ $reason }</i>
# $since: a time such as "3 hours ago"
feed-failing =
    ⚠️ In trouble (it began { $since }); I keep trying.
    <i>{ $reason }</i>
feed-gone =
    🚫 Gone: its site says so (410), the first time { $since }. I do not check it any more, unless you tap <b>Check now</b>.
feed-silent = 🤫 Running, but quiet for unusually long; the last post came { $since }
feed-last-poll = Last check: { $ago }
feed-last-ok = Last successful check: { $ago }
feed-never-ok = No check has succeeded yet
feed-last-item = Newest post: { $ago }
# $interval: a stretch of time such as "30 minutes"
feed-interval = Interval: { $interval }, as you chose
feed-next-poll = Next check: { $when } { $why ->
    [asked] (the site asks me to wait so long)
    [failures] (I wait longer after each failure)
    [turn] (the site wants time between requests)
    [hub] (new posts are reported to me before that)
    [hours] (the feed asks to be left alone until then)
   *[interval] (as usual)
}
# $url: an address
feed-moved = Moved here { $ago }, from <code>{ $url }</code>
feed-next-poll-now = Next check: any moment
# $marks: a coloured mark for each check; the button "History" explains them
feed-polls = History: { $marks }
move-back-taken = The old address belongs to another feed by now.
# $when: a time such as "in 5 minutes"
try-later = The site needs a rest between two checks: please tap again { $when }
polls-head = <b>History</b> of { $feed }
# What a poll came to; $count: new items
poll = { $result ->
    [first] First check: { $count ->
        [0] no posts yet
        [one] one post was there
       *[other] { $count } posts were there
    }
    [new] { $count ->
        [one] One new post
       *[other] { $count } new posts
    }
    [same] Nothing new
    [not-modified] Nothing new (unchanged)
    [moved] Moved to another address
   *[skipped] Skipped: my own connection was down
}
# $query: what was typed
no-such-feed =
    I find no feed here that fits <code>{ $query }</code>.
    /list shows them all, with their numbers.
# Above several pages of feeds to choose from; $count: of all pages
pick-more = There are { $count }; turn the pages below, or name the feed behind the command: by its number in /list, or by a word of its name.
# A feed to choose, where feeds are in several topics; $here: yes where the topic is this one
button-in-topic = { $feed } · { $topic }{ $here ->
    [yes] { " " }(here)
   *[no] { "" }
}
# Below the feeds that are named; how many more there are
and-more-feeds = … and { $count ->
    [one] one more
   *[other] { $count } more
}
# Several feeds fit; their buttons follow
which-match = { $count } feeds here fit <code>{ $query }</code>. Which one do you mean?

## Alerts: what is told of a feed beside its items
## $since: a time such as "3 days ago"; $lasted: a stretch of time such as "3 days"; $reason: one of the failures above

alert-failing =
    ⚠️ <b>{ $feed }</b> cannot be read; that began { $since }.
    <i>{ $reason }</i>
    I keep trying. When it is back, this message will say so.
alert-dormant =
    ⚠️ <b>{ $feed }</b> cannot be read; that began { $since }.
    <i>{ $reason }</i>
    From now on I try once a week. When it is back, this message will say so.
alert-gone =
    🚫 <b>{ $feed }</b> is gone: its site says so again and again (410). I do not check it any more.
    If you know better, tap <b>Check now</b>; perhaps its site has a new address.
alert-back = ✅ <b>{ $feed }</b> is back again, after { $lasted }.
alert-silent =
    🤫 <b>{ $feed }</b> has published nothing for { $lasted }, which is unusual for it.
    I can still read it, and keep checking. When something comes, this message will say so.
alert-publishing = ✅ <b>{ $feed }</b> publishes again, after { $lasted }.
# $where: here, or there, in the chat called $chat
alert-flood =
    🌊 <b>{ $feed }</b> publishes more than I can post { $where ->
        [there] in <b>{ $chat }</b>
       *[here] here
    }. I posted the newest; { $count ->
        [one] this older one I did not post:
       *[other] these { $count } older ones I did not post:
    }
alert-backlog =
    📚 I could not read <b>{ $feed }</b> for { $lasted }, and a lot came meanwhile. I posted the newest; { $count ->
        [one] this older one I did not post:
       *[other] these { $count } older ones I did not post:
    }
# $where: here, or there, in the chat called $chat; $stopped: whether nothing was collected after that time
alert-missed =
    📪 For { $lasted } I could not write { $where ->
        [here] here
       *[there] in <b>{ $chat }</b>
    }{ $stopped ->
        [yes] , and then I stopped collecting; what comes from now on is posted again
       *[no] { "" }
    }{ $count ->
        [0] .
        [one] . This post of <b>{ $feed }</b> from that time I did not post:
       *[other] . These { $count } posts of <b>{ $feed }</b> from that time I did not post:
    }
# $chat: its title; $reason: one of the refusals
alert-chat-closed =
    📪 I cannot post in <b>{ $chat }</b> any more. <i>{ $reason }</i>
    I keep new posts for a week, and try again by myself. Please check that I am a member there who may send messages.
alert-topic-closed =
    📪 A topic in <b>{ $chat }</b> where I post is closed. I keep new posts for a week; they come when the topic is reopened.
alert-topic-gone =
    🧵 A topic where I posted is gone, so its feeds come here, outside of topics.
    To have them in another topic, send /sub there, and /unsub here.
alert-more = … and { $count } more
alert-renumbered =
    🔢 <b>{ $feed }</b> has renamed its posts. { $count ->
        [one] One of them I recognised, and did not post it again.
       *[other] I recognised { $count } of them, and did not post them again.
    }
# $old and $new: hosts
alert-moved = ➡️ <b>{ $feed }</b> has moved for good, from <code>{ $old }</code> to <code>{ $new }</code>. It has the same posts; I follow it there.
# $channels: their titles
alert-channels = Followed in: { $channels }

## Preview

preview-usage =
    Which feed? For example:
    <code>/preview https://example.org 3</code>
    The number says how many posts you want to see.
preview-which = Of which feed shall I show the newest post?
# A message, and a toast: no markup
preview-channel = In a channel I show no samples: its readers would take them for news. Send me /preview and the address in our private chat.
preview-of = This is how <b>{ $feed }</b> would look here:
preview-empty = <b>{ $feed }</b> has no posts yet.
preview-refused = Telegram did not accept this post as it is. When it comes, it comes as plain text.

## Messages: below the text, where it was cut (more: behind "… "), and before what plays

article-original = Read original
article-rest = Read the rest
article-more = more
article-listen = Listen
article-watch = Watch
article-picture = Picture
article-file = File
article-comments = Comments
# On buttons
article-read = Read
article-share = Share
article-also = Also in
article-sources = 🗞 All sources

## Templates

# $style: the name of the chat's style; $classic: of the one for which templates are
template-other-style =
    ⚠️ Posts here have the style “{ $style }”, and templates are for the style “{ $classic }”.
    Saving a template changes the style to that; /style shows all of them.
template-usage =
    <b>Fields:</b> { "{title}" } { "{link}" } { "{summary}" } { "{author}" } { "{date}" } { "{tags}" } { "{feed}" }
    <b>The first one that is known:</b> { "{author|feed}" }
    <b>At most so many characters:</b> { "{summary:200}" }
    <b>Pictures, even where they are off:</b> { "{image}" } (they come above the text)
    <b>Text:</b> *bold*, _italic_, [text]({ "{link}" })
    Line breaks stay; a line with nothing to say disappears. Send for example:

    <pre>/template { "{title}" }
    { "{summary:200}" }

    _{ "{author|feed}" }_ · { "{date}" }</pre>
    <code>/template default</code> goes back to the usual layout.
template-try = This is how it would look here. Save it?
template-unseen = The template is fine. There is no post here yet to show it with. Save it?
template-unshown = The template is fine. In a channel I show no sample: its readers would take it for news. Save it?
template-saved = Saved: from now on posts look like this.
template-kept = All right, nothing changes.

## Settings: what each is called (a button, a line of a menu, a word behind /set), and what it is

setting-style = Style
setting-summary = Summary
setting-template = Template
setting-images = Pictures
setting-spoilers = Hidden pictures
setting-preview = Link preview
setting-buttons = Buttons
setting-title = Title
setting-hashtags = Hashtags
setting-tags = Tags of the feed
setting-source = Source
setting-author = Author
setting-date = Date
setting-full_text = Full text
setting-translation = Translation
setting-sound = Sound
setting-interval = Interval
setting-edits = Corrections
setting-digest = Digest
setting-quiet = Quiet hours
setting-cap = At most
setting-stories = Same story
setting-time_zone = Time zone
setting-language = Language
about-style =
    What shall posts look like here?
    <i>The whole article</i> needs a Telegram app of 2026 or later. <i>A page</i> is public, at telegra.ph.
about-summary = How many characters of a post are shown at the most.
about-template = How posts are laid out, in the style of pictures and a summary.
about-images = Which pictures come with a post. With <i>only posts with pictures</i>, others are not sent at all.
about-spoilers = Which pictures are hidden until somebody taps them.
about-preview = The card of a link, below posts without pictures.
about-buttons = What stands below each post as buttons. Below albums Telegram allows none.
about-title = What this feed is called here.
about-hashtags = Hashtags of your own below each post. They name groups of feeds, too: <code>/set #tag sound silent</code>
about-tags = Whether the categories that the feed gives its posts become hashtags.
about-source = Whether the name of the feed stands below its posts.
about-author = Whether the author stands below a post.
about-date = Whether the date stands below a post.
about-full_text = Whether I fetch the whole article from its page.
about-translation = Whether posts are translated into the language of this chat.
about-sound = Whether your phone makes a sound when a post comes.
about-interval = How often a feed is checked. One that publishes seldom is checked less often, and a site that asks for more time gets it.
about-stories = Whether a story that several of your feeds tell is sent once. The first message then names the others.
about-edits = What becomes of a message here when its article is corrected.
about-digest = Posts can come together, in one message at a time of your choice. Send when, such as <code>8:00</code>, <code>8:00 18:30</code>, <code>weekdays 9</code>, <code>mon 8:00</code> or <code>every 6h</code>.
about-quiet = When I leave you in peace. Send the hours, such as <code>23-7</code>, <code>22:30-8 weekdays</code> or <code>0-10 weekends</code>.
about-cap = How many posts come at the most: from this chat's feeds together, or from this topic or feed. What is over is not lost: it comes in one message, with the next digest or next morning at 8.
about-time_zone = In which time zone dates are told here. Once you choose one, posts tell the time of day, too.
about-language = In which language I speak here.

## Settings: their values, as short as buttons

value-on = On
value-off = Off
value-none = none
value-style-classic = Pictures and a summary
value-style-rich = The whole article
value-style-link = Only the link
value-style-telegraph = A page to open here (Telegraph)
value-style-auto = What suits the post
# $count: characters
value-summary = { $count ->
    [0] none
   *[other] { $count } characters
}
value-template-own = your own
value-images-all = All
value-images-first = Only the first
value-images-none = None
value-images-only = Only posts with pictures
value-spoilers-adult = Those not for children
value-spoilers-all = All
value-spoilers-none = None
value-preview-auto = As Telegram likes
value-preview-off = Off
value-preview-small = Small
value-preview-large = Large
value-preview-above = Large, above the text
value-buttons-read = Read
value-buttons-comments = Comments
value-buttons-share = Share
value-buttons-thumbs = 👍 👎
value-title-own = as the feed calls itself
value-source-auto = Where it says something new
value-source-on = Always
value-source-off = Never
value-author-auto = Where it says something new
value-author-on = Always
value-author-off = Never
value-date-auto = Where it is known
value-date-on = Always
value-date-off = Never
value-sound-loud = 🔔 Loud
value-sound-silent = 🔕 Silent
value-sound-highlighted = ✨ Only highlights
# $count: posts; $period: hour or day; $tag: a hashtag whose feeds count together, or none
value-cap = { $count ->
    [0] as many as come
   *[other] { $count } { $period ->
        [hour] an hour
       *[day] a day
    }{ $tag ->
        [none] {""}
       *[some] , all of #{ $tag } together
    }
}
value-digest-off = Always at once
value-digest-morning_and_evening = Morning and evening
value-digest-office_hours = Office hours
value-digest-weekends = Weekends
value-digest-weekly = Weekly
value-digest-every = { $hours ->
    [one] every hour
   *[other] every { $hours } hours
}
value-quiet-weekdays = weekdays
value-quiet-weekends = weekends
value-stories-off = Each feed tells it
value-stories-link = Once, by its link
value-stories-on = Once, also by its title
value-edits-off = Left as it is
value-edits-edit = Corrected
value-edits-mark = Corrected and marked

## The menu of settings; $where: this chat, a topic or a feed

settings-of = ⚙️ <b>{ $where }</b>
settings-chat = Everything in this chat
settings-several = 📰 { $count } feeds
settings-topic = 🧵 Topic { $name }
settings-where = What shall be set?
settings-group-look = Look
settings-group-content = Content
settings-group-delivery = Delivery
settings-group-place = Place
# Who chose the value of a line
from-operator = as usual
from-chat = as in this chat
from-topic = as in this topic
from-here = chosen here
settings-hint = Tap what you want to change. ⟳ changes at once.
# $setting: its name; $value: what holds; $from: who chose that
setting-line = { $setting }: { $value } <i>· { $from }</i>
setting-line-own = <b>{ $setting }: { $value }</b> <i>· { $from }</i>
setting-line-mixed = { $setting }: <i>not the same for all</i>
setting-line-locked = 🔒 { $setting } <i>· not here</i>
setting-locked = Whoever runs this bot does not offer that.
setting-type-private = Send me what it shall be, now. /cancel leaves it as it is.
setting-type-group = Reply to this message with what it shall be.
# $time: the present time there
time-zone-now = There it is { $time } now.
# $day, $time: when the next digest comes; $zone: by which clock
digest-next = The next one comes on { $day } at { $time }, by the clock of { $zone }; /tz chooses another.
digest-gathered = { $count ->
    [0] Nothing waits for a digest in this chat now.
    [one] One post waits for a digest in this chat.
   *[other] { $count } posts wait for digests in this chat.
}
button-digest-now = 📬 Send it now
digest-now-toast = { $count ->
    [0] Nothing waits.
    [one] One post is on its way.
   *[other] { $count } posts are on their way.
}
# Asked when a digest ends while posts wait for it
digest-left = { $count ->
    [one] One post waited for a digest. Until you say what shall become of it, it comes when that would have come.
   *[other] { $count } posts waited for a digest. Until you say what shall become of them, they come when that would have come.
}
button-digest-together = Together, now
button-digest-single = One by one
button-digest-drop = Drop them
digest-left-together = { $count ->
    [0] Nothing waits any more.
    [one] One post is on its way.
   *[other] { $count } posts are on their way, together.
}
digest-left-single = { $count ->
    [0] Nothing waits any more.
    [one] One post is on its way.
   *[other] { $count } posts are on their way, one by one.
}
digest-left-dropped = { $count ->
    [0] Nothing waits any more.
    [one] One post is not sent.
   *[other] { $count } posts are not sent.
}
digest-left-back = { $count ->
    [one] One post waits again.
   *[other] { $count } posts wait again.
}
# What a digest says
digest-heading = { $items ->
    [one] One item
   *[other] { $items } items
} of { $feeds ->
    [one] one feed
   *[other] { $feeds } feeds
}
digest-continued = { $items ->
    [one] One further item
   *[other] { $items } further items
}
digest-most-told = Most told
# In front of the names of other feeds that tell the same
digest-also = also
# What unfolds, or how many names are left out
digest-more = and { $count } more
digest-filtered = Hidden by rules this week: { $count }

quiet-way-hold = Posts that come meanwhile wait, and are sent when it is over.
quiet-way-digest = Posts that come meanwhile wait, and come in one message when it is over.
quiet-way-silent = Posts come meanwhile, too, but without a sound.
button-quiet-hold = Wait
button-quiet-digest = One message
button-quiet-silent = 🔕 Silent
# $zone: a time zone; $time: a time of day
quiet-zone = By the clock of { $zone }, where it is { $time } now; /tz chooses another.
# $time: when it ends; $count: posts that wait until then
quiet-now = It is quiet until { $time }{ $count ->
    [0] .
    [one] : one post waits.
   *[other] : { $count } posts wait.
}
button-setting-default-from = { $from ->
    [chat] As in this chat: { $value }
    [topic] As in this topic: { $value }
   *[operator] As usual: { $value }
}
button-settings = ⚙️ Settings
button-settings-where = 📰 Topics and feeds ›
button-settings-follow = ↺ All feeds as the chat has it
button-settings-chat = ‹ This chat
button-settings-this-topic = 🧵 This topic
button-settings-reset = ↺ All as usual
button-settings-back = ‹ Back
button-sample = 👁 Sample
sample-none = There is no post here yet to show it with.
settings-reset-toast = { $count ->
    [0] There is nothing to take back.
   *[other] All as usual again.
}
undone-toast = Undone.
cancelled = All right, nothing changes.

## What /set answers

set-usage =
    <b>So you set several things at once:</b>
    <code>/set style link</code> · for this chat (in a topic: for it)
    <code>/set 3 style rich summary 300</code> · for the third feed of /list
    <code>/set all sound silent</code> · for every feed
    <code>/set #news images none</code> · for the feeds with this hashtag
    <code>/set 3 style default</code> · back to what holds without it
    <b>There are:</b> { $names }
set-done = ✅ For { $where }:
set-done-feeds = ✅ For { $count ->
    [one] one feed
   *[other] { $count } feeds
}:
set-line = { $setting }: <b>{ $value }</b>
set-line-default = { $setting }: as usual again
set-reset = all as usual again
set-undone = { $count ->
    [0] It is too late to undo that.
   *[other] ↩ Undone: all is as it was before.
}
# $command: the command; $before, $words and $after: what was typed, the fault between the arrows
set-fault = <code>/{ $command } { $before } ▸{ $words }◂ { $after }</code>
set-unknown = { $similar ->
    [none] I know no setting of that name. There are: { $names }.
   *[some] I know no setting of that name. Did you mean { $similar }?
}
set-bad-value = <b>{ $setting }</b> cannot be that. { $hint }
set-values = It can be: { $values }.
set-hint-title = It can be 1 to 64 characters.
set-hint-hashtags = It can be up to five hashtags of letters and digits, such as <code>#news #city</code>, or <code>none</code>.
set-hint-summary = It can be a number of characters from 0 to 20000.
set-hint-digest = It can be times such as <code>8:00</code>, <code>8:00 18:30</code>, <code>weekdays 9</code>, <code>mon 8:00</code> or <code>every 6h</code>, or <code>off</code> for everything at once.
set-hint-quiet = It can be hours, such as <code>23-7</code>, <code>22:30-8 weekdays</code> or <code>0-10 sat,sun silent</code>, or <code>off</code>.
set-hint-cap = It can be a number up to 1000 a day or an hour, such as <code>5 a day</code> or <code>2 an hour</code>, or <code>off</code>.
set-hint-time_zone = It can be a city, such as <code>Berlin</code>, a zone, such as <code>Europe/Berlin</code>, or <code>UTC+3</code>.
set-hint-buttons = It can be any of read, comments, share and thumbs (more or less like this), or none.
# $shortest and $longest: stretches of time
set-hint-interval = The interval can be { $shortest } to { $longest }, such as 30m, 2h or 1d; or "default".
set-no-level = { $level ->
    [subscription] <b>{ $setting }</b> can only be chosen for the whole chat: leave out the feed.
   *[chat] <b>{ $setting }</b> belongs to a feed. Say which, for example <code>/set 3 { $name } …</code>
}
set-nothing-tagged = No feed here has the hashtag <code>{ $tag }</code>. You give it one so: <code>/set 3 hashtags { $tag }</code>
interval-which = Of which feed shall I change the interval? Or send it at once, for example <code>/interval 2 30m</code>.
# $interval: how often a feed is checked in the end
interval-keener = In effect: { $interval }, as others follow it who want it more often.
# For which of several feeds something typed is meant; their buttons follow
set-for-which = For which feed?

## Pausing and ending; $feeds: one per line

pause-which = Which feed shall I pause?
pause-nothing = Every feed here is paused already. /resume lets them go on.
pause-done =
    ⏸ Paused:
    { $feeds }
# $when: a day and a time
pause-until = Until { $when }. What comes meanwhile is kept, and you get it then, in one message if it is much.
pause-for-good = Until you come back and send /resume. What comes meanwhile is not kept.
# $words: what was typed
pause-until-fault =
    I do not understand until when that is: <code>{ $words }</code>
    Say it like this: <code>/pause 2 until mon</code>, <code>/pause 2 3d</code>, <code>/pause all until 24 Dec 9:00</code>
button-pause-day = For a day
button-pause-week = For a week
button-pause-good = Until I come back
resume-which = Which feed shall I resume?
resume-nothing = Nothing is paused here.
# Somebody resumed what was not paused
resume-running =
    ▶ Running already, nothing was paused:
    { $feeds }
resume-done =
    ▶ Running again:
    { $feeds }
unsub-which = From which feed shall I unsubscribe this chat? /unsub all ends every one.
# Below a file with the feeds that are about to end
unsub-all-caption = { $count ->
    [one] 📄 The feed until now. Send me this file, and I follow it again.
   *[other] 📄 The { $count } feeds until now. Send me this file, and I follow them again.
}
unsub-all-ask = Really unsubscribe from all { $count } feeds here?
unsub-done = { $count ->
    [one] Unsubscribed. Not following this any more:
   *[other] Unsubscribed. Not following these { $count } any more:
}
    { $feeds }

## Channels and groups from the private chat

command-channel = manage a channel or a group from here
# $chat: what the chat is called, or how it was named; a toast as well, so no markup
error-out-of-reach = { $reason ->
    [unknown] I do not know a channel or group { $chat }, so nothing has changed. Please check the name, and make me its administrator; /channel lets you choose it.
    [away] I am not an administrator of { $chat }, so nothing has changed. Please add me there as an administrator who may post.
    [mute] I may not post in { $chat }, so nothing has changed. Please allow me to post messages there.
    [stranger] Only administrators of { $chat } who may post there can do that, so nothing has changed.
    [nameless] I cannot tell who you are here, so I cannot look whether you manage { $chat }. Please do it in our private chat.
   *[silent] Telegram did not tell me who manages { $chat }, so nothing has changed. Please try again in a minute.
}
# Above every answer while another chat is managed; $chat: its title
managing = 🛠 You are managing <b>{ $chat }</b> · /cancel when done
# $former: what it was called before
managing-renamed = <i>It was called { $former } before.</i>
channel-in-private = Send /channel in our private chat: there you can manage your channels and groups without their readers seeing it.
channel-choose =
    Which channel or group do you want to manage from here? Choose it below; where I am not in it yet, Telegram asks whether to add me.
    Or send <code>/channel @name</code>.
# $chat: its title; $kind: channel or group
channel-managing =
    🛠 You are managing <b>{ $chat }</b> now.
    Whatever you send me here is about it: a link follows that site { $kind ->
        [channel] in the channel
       *[group] in the group
    }, /list shows its feeds. Only you see my answers.
    When you are done, send /cancel.
channel-left = You are not managing <b>{ $chat }</b> any more. What you send me here is for this chat again.
cancel-nothing = There is nothing to cancel.
button-feeds = Its feeds
button-done = Done
button-pick-channel = 📣 A channel
button-pick-group = 👥 A group

## Feeds that go elsewhere, topics of hashtags

command-move = move a feed to another topic or chat
command-topic = give a hashtag a topic of its own
move-which = Which feed shall move?
# $feed: its title, linked
move-where = Where shall <b>{ $feed }</b> go? What waits for it goes with it.
move-pick = Where shall <b>{ $feed }</b> go? Choose it below.
# Another chat is wanted, but this is no private chat
move-elsewhere = For another chat, send <code>/move 3 @channel</code> (the number is that of /list), or use this button in our private chat.
# $place: what was typed behind a feed
move-unknown = I know no topic <code>{ $place }</code> here. Topics are known to me once somebody writes to me there.
# $count: how many feeds; $place: a topic or a chat
move-done = 📦 { $count ->
    [one] This feed comes
   *[other] These { $count } feeds come
} from now on here: <b>{ $place }</b>. What was waiting comes there, too.
move-feeds = { $feeds }
move-merged = { $count ->
    [one] One of them was followed there already; nothing comes twice.
   *[other] { $count } of them were followed there already; nothing comes twice.
}
move-nothing = That is where it comes already.
move-undone =
    ↩ Back where { $count ->
        [one] it was
       *[other] they were
    }:
    { $feeds }
place-here = this chat
button-move = 📦 Move
button-move-here = To our private chat
button-move-chat = To a channel or a group …
topic-usage =
    A hashtag of your feeds can have a topic of its own: <code>/topic #news</code> makes it and moves the feeds with that hashtag there. <code>/sub https://example.org #news</code> follows a feed there.
# $tag: a hashtag without its sign; $count: its feeds
topic-line = 🧵 <b>#{ $tag }</b> · { $count ->
    [one] one feed
   *[other] { $count } feeds
}
topic-which = Which hashtag shall have a topic of its own?
topic-made = 🧵 The topic <b>{ $tag }</b> is there; feeds with the hashtag <b>#{ $tag }</b> come there.
topic-there = 🧵 <b>#{ $tag }</b> has its topic.
button-make-topic = #{ $tag } ({ $count })
# $reason: right, off, private, silent or refused
error-topic-refused = { $reason ->
    [right] I may not make topics here, so nothing has changed. Please give me the right <b>Manage Topics</b> among my administrator rights.
    [off] This group has no topics, so nothing has changed. They are turned on in the settings of the group (<b>Topics</b>).
    [private] Topics are not turned on in our private chat, so nothing has changed. Whoever runs this bot can turn them on at @BotFather (<b>Threaded mode</b>).
    [silent] Telegram did not answer, so I do not know whether the topic is there. Please try again in a minute.
   *[refused] Telegram did not let me make the topic, so nothing has changed. Topics are there in groups that have them turned on.
}

## Links that subscribe by a tap

command-share = a link by which others follow your feeds
share-which = Which feed do you want to share?
button-share = 🔗 Link
# $count: how many feeds; $start, $group: addresses
link-made =
    🔗 Whoever opens this link sees { $count ->
        [one] this feed
       *[other] these { $count } feeds
    } and follows with one tap, also in a channel:
    { $start }
    For a group: { $group }
# $count: feeds whose addresses hold a password or the like
link-left-out = { $count ->
    [one] One feed is not in it: there are more than a link holds, or its address holds a secret.
   *[other] { $count } feeds are not in it: there are more than a link holds, or their addresses hold secrets.
}
link-secret = The address of this feed holds a secret, such as a password, so I make no link to it.
link-opened = This link follows { $count ->
    [one] a feed
   *[other] { $count } feeds
}:
link-unknown = This link does not work any more. Ask for a new one, or send me the address of a site.
link-pick = Which channel or group shall have them? Choose it below.
# $chat: a title
link-in = In <b>{ $chat }</b>:
button-link-take = ✅ Follow here
button-link-take-there = ✅ Follow there what the link named
button-link-pick = In a channel or a group …

## The same story in several feeds

# $count: feeds, two at least
story-sources = 🗞 <b>{ $count } of your feeds tell this:</b>

## More or less like a post: buttons below it, and what is said over the chat after a tap (short: at most 200 characters)

button-more-like = 👍 more
button-less-like = 👎 less
# $name: who wrote it
button-thumb-author = 👤 { $name }
button-thumb-tag = 🏷 { $name }
button-thumb-word = “{ $name }”
button-thumb-cap = At most … a day
# $count: posts
button-thumb-cap-of = { $count } a day
button-thumb-mute = 🔕 For a week …
button-thumb-story = 📰 This story
button-thumb-just = Just this
button-thumb-back = ‹ Back
button-thumb-done = Done
button-thumb-decline = No, thanks
button-thumb-exclude = ✅ Hide these
button-thumb-highlight = ⭐ Highlight these
button-thumb-include = Only these
thumb-usage =
    Reply to a post with /less or /more: then I ask what there shall be less or more of, and make a rule of it.
    Buttons for it: /settings → Buttons → 👍 👎.
thumb-less = Noted: less like this. Less of what?
thumb-more = Noted: more like this. More of what?
# $direction: "more" or "less"; $kind: "author", "tag" or "word"; $name: of it; the numbers as below
thumb-proposal = 💡 { $direction ->
        [more] You liked several posts
       *[less] You wanted less of several posts
    } { $kind ->
        [author] by { $name }
        [tag] about { $name }
       *[word] with “{ $name }”
    }. { $direction ->
        [more] A rule would have marked { $matched } of the last { $total } posts, among them { $contrary } that you wanted less of.
       *[less] A rule would have hidden { $matched } of the last { $total } posts, among them { $contrary } that you liked.
    }
# $rule: as people write it; $matched of $total posts; $contrary: of them, those that were wanted otherwise
thumb-trial = { $direction ->
        [more] “{ $rule }” would have marked { $matched } of the last { $total } posts, among them { $contrary } that you wanted less of.
       *[less] “{ $rule }” would have hidden { $matched } of the last { $total } posts, among them { $contrary } that you liked.
    }
thumb-made = Done: { $kind ->
        [exclude] I hide “{ $rule }”
        [highlight] I highlight “{ $rule }”
        [mute] for a week I hide “{ $rule }”
       *[include] only “{ $rule }” comes
    }. You can change it: /filter
thumb-undone = The rule is gone again.
thumb-noted = Noted. When several agree, I propose a rule.
thumb-forgotten = Forgotten.
thumb-mute = What shall be quiet for a week?
thumb-no-story = This title has too few words to tell its story by.
thumb-cap = How many posts a day may { $feed } bring at the most?
thumb-capped = At most { $count } a day from { $feed }; the others come in a digest.
thumb-paused = ⏸ Paused: { $feed }
thumb-resumed = ▶ Goes on: { $feed }
thumb-unsubscribed = You do not follow { $feed } any more.
thumb-subscribed = Following { $feed } again.
thumb-gone-old = This post is too old: I do not keep what was in it any more. Newer ones will do.
thumb-gone-unfollowed = This chat does not follow the feed of this post any more.

## Rules

command-filter = rules: what shall come, stay away or stand out
button-cancel = Cancel
button-rules = 📋 All rules
filter-kind-exclude = Exclude
filter-kind-include = Only these
filter-kind-highlight = Highlight
filter-kind-mute = Mute for a time
# $count: how many rules
filter-head = { $count ->
    [one] One rule in this chat:
   *[other] { $count } rules in this chat:
}
filter-empty =
    There are no rules in this chat: everything comes.
    A rule says in words what shall stay away, what alone shall come, or what shall stand out. I try it on what I have stored before you save it.

    <code>/filter exclude football, golf</code> · either of them stays away
    <code>/filter include title:launch -rumour</code> · only such items come
    <code>/filter highlight "my town"</code> · with a sound, and marked
    <code>/filter mute elections until mon</code> · until then
    <code>/filter 3 exclude …</code>, <code>/filter #news exclude …</code> · for one feed, for a hashtag
    <code>/filter test some text</code> · what the rules say of it
    <code>/less</code> or <code>/more</code> in reply to a post · I ask of what, and write the rule
# $count: items of the last 30 days
filter-kept-back = kept back { $count } in 30 days
filter-off = switched off
filter-on = switched on
filter-order = What is excluded or muted stays away, even if it is highlighted; where some rules include, one of them must fit, unless the item is highlighted.
filter-nameless = without a name
# $kind: what it does; $words: what it says; $place: what it is for; $count: items of the last 30 days
filter-rule =
    { $mark } <b>{ $kind }</b> ({ $name })
    { $words }
    { $place }

    It kept back { $count ->
        [one] one item
       *[other] { $count } items
    } in the last 30 days. It is { $state }.
filter-place-chat = for the whole chat
filter-place-topic = for one topic
# $moment: a day and a time
filter-until = until { $moment }
# $kind: exclude, include, highlight or mute; $count: items for which the rule holds; $of: those it was tried on
filter-tried = { $of ->
    [0] There is nothing stored yet that I could try it on.
   *[other] { $count ->
        [0] { $kind ->
            [include] Of the last { $of } items, none would have come.
            [highlight] Of the last { $of } items, none would have stood out.
           *[exclude] Of the last { $of } items, all would have come.
        }
       *[other] { $kind ->
            [include] Of the last { $of } items, { $count } would have come, and nothing else:
            [highlight] Of the last { $of } items, { $count } would have stood out:
           *[exclude] Of the last { $of } items, { $count } would have stayed away:
        }
    }
}
filter-near = { $kind ->
    [include] Near misses, which would not have come:
    [highlight] Near misses, which would have come as usual:
   *[exclude] Near misses, which would have come:
}
filter-new-only = Once saved, it holds for what comes from then on.
button-rule-save = ✅ Save
button-rule-change = ✏️ Change
button-rule-topic = Only for this topic
button-rule-chat = For the whole chat
button-rule-on = ▶ Switch on
button-rule-off = ⏸ Switch off
button-rule-rename = 🏷 Rename
button-rule-delete = 🗑 Delete
# $count: messages that wait
button-rule-apply = Apply to { $count } that still wait
# $rule: a rule's name, or its words
filter-saved = ✅ Saved: <b>{ $rule }</b>. It holds for what comes from now on.
filter-dropped = Nothing was saved.
# $count: messages
filter-applied = { $count ->
    [one] One message that waited is kept back.
   *[other] { $count } messages that waited are kept back.
}
filter-deleted = The rule <b>{ $rule }</b> is gone.
# $kind: exclude, include, highlight or mute
filter-ask =
    { $kind ->
        [include] Write the words that an item must have to come.
        [highlight] Write the words of items that shall stand out.
        [mute] Write the words of items that shall stay away for a time, and until when, such as <code>elections until mon</code>.
       *[exclude] Write the words of items that shall stay away.
    }
    Several words must all be there; a comma means "or", a minus means "without". Elsewhere than in our private chat, reply to this message.
filter-again = Write it anew, or cancel. Elsewhere than in our private chat, reply to this message.
filter-ask-name = What shall the rule <b>{ $rule }</b> be called? Elsewhere than in our private chat, reply to this message.
filter-which-kind = What shall become of items with these words?
filter-test-usage = <code>/filter test some text</code> tells what the rules say of a text; <code>/filter test</code> in reply to a post tells what they say of that.
filter-test-none = There are no rules here that are switched on, so it would come.
filter-test-filter = It would stay away, by the rule <b>{ $rule }</b>.
filter-test-pass = It would come: no rule keeps it back.
filter-test-include = It would come, by the rule <b>{ $rule }</b>.
filter-test-highlight = It would stand out, by the rule <b>{ $rule }</b>.
filter-several-feeds =
    A rule is for one feed (<code>/filter 3 exclude …</code>), for those with a hashtag (<code>/filter #news exclude …</code>), or for the whole chat.
filter-test-legend = ● fits · ○ does not. Rules of a feed, a topic or a hashtag count as if it came from there.
