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
    I cannot reach my notebook (the database) right now. Nothing is lost.
    Please try again in a minute.

error-unreadable-row =
    One entry of my notebook (the database) is damaged. The operator has been told.

error-fetch = I could not fetch that address. Please try again later.

# $url: the address as written
error-bad-address =
    <code>{ $url }</code> is not an address I can fetch.
    Please send a web address, such as <code>https://example.org/feed.xml</code>.

# $host: the name of a server
error-forbidden-address =
    <b>{ $host }</b> belongs to a private network, and I only visit the public web.
    Whoever runs this bot can allow it, under <code>allow_networks</code>.

# $reason: dns, connect, tls, timeout or protocol
error-unreachable = { $reason ->
    [dns]
        There is no server called <b>{ $host }</b>. Please check the address for a typing error.
    [connect]
        <b>{ $host }</b> does not take my call: the server may be down, or keep bots out. Please try again later.
    [tls]
        I cannot speak safely with <b>{ $host }</b>: its certificate is not valid. The owner of the site has to renew it.
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

error-digest =
    <b>{ $host }</b> asks for a name and a password in a way that I do not speak (HTTP Digest).
    Its owner may offer HTTP Basic as well, or an address with a key in it.

error-redirects =
    <b>{ $host }</b> keeps sending me on in circles.
    Please send me another address of the site, such as its front page, and I will look for the feed there.

# $limit: bytes
error-too-large =
    What <b>{ $host }</b> sends is larger than { SIZE($limit) }, and I stop there.
    The site may offer a shorter feed; whoever runs this bot can raise <code>max_size</code>.

error-site-busy =
    Many people want something of <b>{ $host }</b> at this moment, and I ask a site only one thing at a time.
    Please try again in a minute.

error-parse = There is something at that address, but I cannot read it as a feed.

error-not-a-feed =
    What I found at <b>{ $host }</b> is not a feed.
    Please send the site's front page, and I will look for the feed there.

error-parse-aborted =
    The feed of <b>{ $host }</b> is too tangled to read: I gave up before it wore me out.
    Its owner would surely like to know.

# $tried: paths that were guessed
error-nothing-found =
    I found no feed on <b>{ $host }</b>. Not every site has one.
    The page names none that works, and there is none in the usual places: <code>{ $tried }</code>
    If you know the address of the feed itself, please send me that; a page with the word RSS or a 📶 sign often has it.

error-needs-bridge =
    <b>{ $host }</b> has no feeds of its own, so I cannot follow it directly.
    Whoever runs this bot can set up a bridge that makes them (<code>bridge</code> under <code>[discovery]</code>); or send me a feed address of a bridge that you know, such as an RSSHub.

# $limit: how many there may be
error-chat-full =
    This chat follows { $limit } feeds, and that is as many as I keep for one.
    With /unsub you can end some that are not needed any more; then there is room for others.
error-person-full =
    You have { $limit } feeds with me, over all chats, and that is as many as I keep for one person.
    With /unsub you can end some that are not needed any more; then there is room for others.

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

## Failures: why a poll of a feed failed, in one short sentence; each error of a poll has one, by the same name

failure-unreadable-row = What I noted of it is damaged; the operator has been told.
failure-fetch = The feed cannot be fetched.
failure-bad-address = The address, or the one that it leads to, is none that I fetch.
failure-forbidden-address = The address leads into a private network.
failure-unreachable = { $reason ->
    [dns] The server cannot be found by its name.
    [connect] The server takes no connections.
    [tls] The certificate of the server is not valid.
    [timeout] The server took too long to answer.
   *[protocol] The server answered with something I do not understand.
}
failure-http = { $status ->
    [401] The server asks for a name and a password (401).
    [403] The server does not let me in (403).
    [404] There is nothing at the address any more (404).
    [410] The server says that the feed is gone for good (410).
    [429] The server says that I ask too often (429).
   *[other] The server answered { NUMBER($status, useGrouping: 0) }.
}
failure-challenged = The site has a check that only browsers pass (403).
failure-digest = The server asks for a name and a password by HTTP Digest (401), which I do not speak.
failure-redirects = The server keeps sending me on in circles.
failure-too-large = The feed is larger than { SIZE($limit) }.
failure-parse = What is there cannot be read as a feed.
failure-not-a-feed = What is there is not a feed.
failure-parse-aborted = The feed is too tangled to read.

## Commands: one line each, in Telegram's menu and in /help; no markup

command-sub = follow a feed or a site
command-list = your feeds, with a page for each
command-preview = see how the newest items look
command-style = choose what items look like
command-template = lay items out as you like
command-interval = how often a feed is looked at
command-settings = all settings: for this chat, a topic, a feed
command-set = set several things at once
command-pause = pause a feed, or all
command-resume = let a paused feed go on
command-unsub = stop following a feed
command-lang = choose the language
command-tz = choose the time zone
command-help = what I can do

## Buttons and toasts: short, no markup

button-help = What can you do?
button-open = Open
button-preview = Show newest
button-pause = ⏸ Pause
button-resume = ▶ Resume
button-unsubscribe = Unsubscribe
button-unsubscribe-all = Yes, all of them
button-keep = No, keep them
button-template-save = Save
button-template-keep = Keep the old one
button-back = ‹ All feeds
button-polls = Last looks
# Of a feed whose address holds a secret: shown to whoever taps, who is an administrator
button-address = 🔑 The whole address
button-move-back = ↩ Back to the old address
button-try = Try now
button-back-to-feed = ‹ Back
button-undo = Undo
button-send-again = ↻ Send again
button-expired = This button is out of date. /list shows how things are now.
preview-empty-toast = This feed has no items yet.
not-allowed = This bot is private. Its operator decides who may use it.
a-lot-at-once =
    That is a lot at once, and I could not take all of it.
    Please send what is missing again in a minute.
rights-unknown =
    Telegram did not tell me whether you are an administrator here, so I changed nothing.
    Please try again in a minute.
only-admins = Only administrators of this chat can change its feeds.
only-admins-channel = These buttons are for the administrators of this channel.
only-admins-preview = Here, only administrators can have items shown. In our private chat you can look at any feed you like.

## Greetings

welcome =
    👋 <b>Send me a link</b> to a site or a feed, and I will post here what is new there: with pictures, a summary and the link.

    In a group or a channel, make me an administrator and use /sub.
# $released: held messages that follow now; $skipped: older ones that do not
welcome-back = { $skipped ->
    [0] 👋 Good to see you again. { $released ->
            [one] One item came while I could not write here; it follows now.
           *[other] { $released } items came while I could not write here; they follow now.
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
    In a private chat a bare link is enough. In groups, administrators decide; in a forum, I post in the topic where you say /sub.
# $command: what was typed
unknown-command = I do not know <code>{ $command }</code>. /help lists what I can do.
send-a-link = Send me a link to a site or a feed, or look at /help.

## Subscribing

sub-usage =
    Tell me what to follow, for example:
    <code>/sub https://example.org</code>

    A site will do; I will look for its feed. Several addresses at once are fine.
# $word: what was typed beside an address, such as @channel
sub-elsewhere =
    I do not know what <code>{ $word }</code> means here, so nothing has changed.
    I follow feeds where you say so: for a channel or a group, send <code>/sub</code> and the address there, as its administrator; for this chat, send the address alone.
# $url: an address
sub-looking = 🔎 Looking at <code>{ $url }</code> …
# $number of $count: how many addresses have been looked at
sub-progress = 🔎 { $number } of { $count } …
# $count: how many results there is no room for now; above those of the addresses done last
sub-progress-more = … and { $count } more before these
# $feed: its title, linked; $minutes: how often it is looked at
subscribed =
    ✅ Following <b>{ $feed }</b>.
    What is new there comes here { $minutes ->
        [one] within a minute or so
       *[other] within { $minutes } minutes or so
    }. This is its newest item:
subscribed-empty =
    ✅ Following <b>{ $feed }</b>.
    It has no items yet; the first one comes here { $minutes ->
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
already-subscribed = You follow <b>{ $feed }</b> here already.
# $host: where the feeds were found
choose-feed = <b>{ $host }</b> offers { $count } feeds. Which one?
choose-count = { $count ->
    [0] No items yet
    [one] One item
   *[other] { $count } items
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
line-choose = ❔ <code>{ $url }</code>: several feeds; send it alone to choose

## Lists and pages

list-head = <b>{ $count ->
    [one] One feed
   *[other] { $count } feeds
}</b> · tap a number to open it
list-empty =
    No feeds here yet.
    Send me a link, or <code>/sub https://example.org</code>
# In a line of the list; $when: a time such as "in 5 minutes"
list-next = next { $when }
list-next-now = next any moment
list-unseen = not looked at yet
feed-unseen = 🕐 Not looked at yet
feed-ok = ✅ Running
feed-paused = ⏸ Paused; what comes meanwhile is not posted
held-topic = 📪 The topic is closed. What comes is kept for a week, and it resumes when the topic reopens.
# $reason: Telegram's words
held-chat =
    📪 Telegram does not let me write here: <i>{ $reason }</i>
    What comes is kept for a week. I try again by myself, and at once after /resume.
# In a line of the list
list-held-topic = 📪 the topic is closed; it resumes when it reopens
list-held-chat = 📪 held: I may not write here ({ $reason })
# $reason: Telegram's words, or ours
feed-refused =
    🛑 { $count ->
        [one] One item was refused and is not here.
       *[other] { $count } items were refused and are not here.
    } The last reason: <i>{ $reason }</i>
send-again-toast = { $count ->
    [0] There is nothing left to send again.
    [one] One item is sent once more.
   *[other] { $count } items are sent once more.
}
# $count polls in a row failed; $reason: one of the failures above
feed-faltering =
    🔁 { $count ->
        [one] The last look failed;
       *[other] The last { $count } looks failed;
    } I keep trying.
    <i>{ $reason }</i>
# $since: a time such as "3 hours ago"
feed-failing =
    ⚠️ In trouble (it began { $since }); I keep trying.
    <i>{ $reason }</i>
feed-gone =
    🚫 Gone: its server says so (410), the first time { $since }. I ask no more, unless you tap <b>Try now</b>.
feed-silent = 🤫 Running, but silent against its habit; the last news came { $since }
feed-last-poll = Last look: { $ago }
feed-last-ok = Last success: { $ago }
feed-never-ok = No look has succeeded yet
feed-last-item = Newest item: { $ago }
# $interval: a stretch of time such as "30 minutes"
feed-interval = Looked at every { $interval } at the most, as you chose
feed-next-poll = Next look: { $when } { $why ->
    [asked] (the server asks for this pause)
    [failures] (later after each failure)
    [turn] (its server wants time between requests)
    [hub] (its hub tells me of news before)
    [hours] (the feed asks to be left alone until then)
   *[interval] (as usual)
}
# $url: an address
feed-moved = Moved here { $ago }, from <code>{ $url }</code>
feed-next-poll-now = Next look: any moment
# $marks: a coloured mark for each poll; the button "Last looks" explains them
feed-polls = Last looks: { $marks }
move-back-taken = The old address belongs to another feed by now.
# $when: a time such as "in 5 minutes"
try-later = Its server needs a rest between two looks: please tap again { $when }
polls-head = <b>Last looks</b> at { $feed }
# What a poll came to; $count: new items
poll = { $result ->
    [first] first look, { $count ->
        [0] no items yet
        [one] one item was there
       *[other] { $count } items were there
    }
    [new] { $count ->
        [one] one new item
       *[other] { $count } new items
    }
    [same] nothing new
    [not-modified] nothing new (unchanged)
    [moved] moved to another address
   *[skipped] skipped: my own connection was down
}
# $query: what was typed
no-such-feed = I find no feed here that fits <code>{ $query }</code>. /list shows them all.
# Below the feeds that are named; how many more there are
and-more-feeds = … and { $count ->
    [one] one more
   *[other] { $count } more
}
# Several feeds fit; their buttons follow
which-match = { $count } feeds here fit <code>{ $query }</code>. Which one do you mean?
# Beside the name of a feed that is read in this very topic; a button
button-here = { $feed } · here

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
    🚫 <b>{ $feed }</b> is gone: its server says so again and again (410). I do not ask any more.
    If you know better, tap <b>Try now</b>; perhaps its site has a new address.
alert-back = ✅ <b>{ $feed }</b> is back again, after { $lasted }.
alert-silent =
    🤫 <b>{ $feed }</b> has brought nothing new for { $lasted }, which is not its habit.
    I can still read it, and keep looking. When something comes, this message will say so.
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
        [one] . This item of <b>{ $feed }</b> from that time I did not post:
       *[other] . These { $count } items of <b>{ $feed }</b> from that time I did not post:
    }
# $chat: its title; $reason: Telegram's words
alert-chat-closed =
    📪 I cannot write in <b>{ $chat }</b> any more. Telegram says: <i>{ $reason }</i>
    I keep what comes for a week, and try again by myself. Please look whether I am a member there who may send messages.
alert-topic-closed =
    📪 A topic in <b>{ $chat }</b> where I post is closed. I keep what comes for a week; it follows when the topic reopens.
alert-topic-gone =
    🧵 A topic where I post is gone (<i>{ $reason }</i>), so its feeds come here, outside of topics.
    To have them in another topic, say /sub there, and /unsub here.
alert-more = … and { $count } more
alert-renumbered =
    🔢 <b>{ $feed }</b> gave new ids to its items. { $count ->
        [one] One of them I recognised, and did not post it again.
       *[other] I recognised { $count } of them, and did not post them again.
    }
# $old and $new: hosts
alert-moved = ➡️ <b>{ $feed }</b> has moved for good, from <code>{ $old }</code> to <code>{ $new }</code>. It has the same items; I follow it there.
# $channels: their titles
alert-channels = Followed in: { $channels }

## Preview

preview-usage =
    Which feed? For example:
    <code>/preview https://example.org 3</code>
preview-which = Whose newest item?
# A message, and a toast: no markup
preview-channel = In a channel I show no samples: its readers would take them for news. Send me /preview and the address in our private chat.
preview-of = This is how <b>{ $feed }</b> would look here:
preview-empty = <b>{ $feed }</b> has no items yet.
preview-refused = Telegram did not take this item. It would come here as plain text.

## Messages: below the text, where it was cut (more: behind "… "), and before what plays

article-original = Read original
article-rest = Read the rest
article-more = more
article-listen = Listen
article-watch = Watch
article-picture = Picture
article-file = File
article-comments = Comments

## Templates

template-usage =
    <b>Fields:</b> { "{title}" } { "{link}" } { "{summary}" } { "{author}" } { "{date}" } { "{tags}" } { "{feed}" }
    <b>The first that is known:</b> { "{author|feed}" }
    <b>So many characters at the most:</b> { "{summary:200}" }
    <b>Pictures even where they are off:</b> { "{image}" } (they stand above the text)
    <b>Looks:</b> *bold*, _italic_, [text]({ "{link}" })
    Line breaks stay; a line without anything to say disappears. Send for example:

    <pre>/template { "{title}" }
    { "{summary:200}" }

    _{ "{author|feed}" }_ · { "{date}" }</pre>
    <code>/template default</code> goes back to how it was at first.
template-try = So it would look here. Shall it stay?
template-unseen = The template is sound. There is no item here yet to show it with. Shall it stay?
template-unshown = The template is sound. In a channel I show no sample: its readers would take it for news. Shall it stay?
template-saved = Saved: from now on items come so.
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
setting-interval = How often
setting-edits = Corrections
setting-time_zone = Time zone
setting-language = Language
about-style =
    What an item becomes.
    <i>The whole article</i> needs a Telegram app of 2026 or later. <i>A page</i> is public, at telegra.ph.
about-summary = How many characters of an item are shown at the most.
about-template = How items are laid out, in the style of pictures and a summary.
about-images = Which pictures come with an item. With <i>only items with pictures</i>, others are not sent at all.
about-spoilers = Which pictures are hidden until somebody taps them.
about-preview = The card of a link, below items without pictures.
about-buttons = What stands below each item as buttons. Below albums Telegram allows none.
about-title = What this feed is called here.
about-hashtags = Hashtags of your own below each item. They name groups of feeds, too: <code>/set #tag sound silent</code>
about-tags = Whether the categories that the feed gives its items become hashtags.
about-source = Whether the name of the feed stands below its items.
about-author = Whether the author stands below an item.
about-date = Whether the date stands below an item.
about-full_text = Whether I fetch the whole article from its page.
about-translation = Whether items are translated into the language of this chat.
about-sound = Whether your phone makes a sound when an item comes.
about-interval = How often I look at the most. Feeds that publish seldom are looked at more rarely, and servers that ask for more time get it.
about-edits = What becomes of a message here when its item is corrected.
about-time_zone = In which time zone dates are told here. Once you choose one, items tell the time of day, too.
about-language = In which language I speak here.

## Settings: their values, as short as buttons

value-on = On
value-off = Off
value-none = none
value-style-classic = Pictures and a summary
value-style-rich = The whole article
value-style-link = Only the link
value-style-telegraph = A page to open here (Telegraph)
value-style-auto = What suits the item
# $count: characters
value-summary = { $count ->
    [0] none
   *[other] { $count } characters
}
value-template-own = your own
value-images-all = All
value-images-first = Only the first
value-images-none = None
value-images-only = Only items with pictures
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
value-edits-off = Left as it is
value-edits-edit = Corrected
value-edits-mark = Corrected and marked

## The menu of settings; $where: this chat, a topic or a feed

settings-of = ⚙️ <b>{ $where }</b>
settings-chat = Everything in this chat
settings-topic = 🧵 Topic { $name }
settings-where = What shall be set?
settings-group-look = Look
settings-group-content = Content
settings-group-delivery = Delivery
settings-group-place = Place
# Who chose the value of a line
from-operator = as usual with me
from-chat = as in this chat
from-topic = as in this topic
from-here = chosen here
settings-hint = Tap what you want to change. ⟳ changes at once.
# $setting: its name; $value: what holds; $from: who chose that
setting-line = { $setting }: { $value } <i>· { $from }</i>
setting-line-own = <b>{ $setting }: { $value }</b> <i>· { $from }</i>
setting-line-locked = 🔒 { $setting } <i>· not here</i>
setting-locked = Whoever runs this bot does not offer that.
setting-type-private = Send me what it shall be, now. /cancel leaves it as it is.
setting-type-group = Reply to this message with what it shall be.
# $time: the present time there
time-zone-now = There it is { $time } now.
button-setting-default-from = { $from ->
    [chat] As in this chat: { $value }
    [topic] As in this topic: { $value }
   *[operator] As usual: { $value }
}
button-settings = ⚙️ Settings
button-settings-where = 📰 Topics and feeds ›
button-settings-chat = ‹ This chat
button-settings-this-topic = 🧵 This topic
button-settings-reset = ↺ All as usual
button-settings-back = ‹ Back
button-sample = 👁 Sample
sample-none = There is no item here yet to show it with.
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
# $before, $words and $after: what was typed, the fault between the arrows
set-fault = <code>/set { $before } ▸{ $words }◂ { $after }</code>
set-unknown = { $similar ->
    [none] I know no setting of that name. There are: { $names }.
   *[some] I know no setting of that name. Did you mean { $similar }?
}
set-bad-value = <b>{ $setting }</b> cannot be that. { $hint }
set-values = It can be: { $values }.
set-hint-title = It can be 1 to 64 characters.
set-hint-hashtags = It can be up to five hashtags of letters and digits, such as <code>#news #city</code>, or <code>none</code>.
set-hint-summary = It can be a number of characters from 0 to 20000.
set-hint-time_zone = It can be a city, such as <code>Berlin</code>, a zone, such as <code>Europe/Berlin</code>, or <code>UTC+3</code>.
set-hint-buttons = It can be any of read, comments and share, or none.
# $shortest and $longest: stretches of time
set-hint-interval = It can be { $shortest } to { $longest }, such as 30m, 2h or 1d; or "default".
set-no-level = { $level ->
    [subscription] <b>{ $setting }</b> can only be chosen for the whole chat: leave out the feed.
   *[chat] <b>{ $setting }</b> belongs to a feed. Say which, for example <code>/set 3 { $name } …</code>
}
set-nothing-tagged = No feed here has the hashtag <code>{ $tag }</code>. You give it one so: <code>/set 3 hashtags { $tag }</code>
set-many-usage = { $count ->
    [one] One feed is meant.
   *[other] { $count } feeds are meant.
} Now say what shall change, for example <code>/set { $words } sound silent</code>
# $effective: how often a feed is looked at in the end
interval-keener = In effect: every { $interval }, as others read it who want it more often.

## Pausing and ending; $feeds: one per line

pause-which = Which one shall pause? /pause all pauses everything.
pause-nothing = There is nothing to pause here.
pause-done =
    ⏸ Paused:
    { $feeds }
resume-which = Which one shall go on? /resume all resumes everything.
resume-nothing = Nothing is paused here.
resume-done =
    ▶ Running again:
    { $feeds }
unsub-which = Which one shall end?
unsub-all-ask = Really end all { $count } feeds here?
unsub-done = { $count ->
    [one] Not following this any more:
   *[other] Not following these { $count } any more:
}
    { $feeds }
