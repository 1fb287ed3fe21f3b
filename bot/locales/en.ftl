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

error-config = My configuration has a fault, so I cannot do this. Please tell whoever runs this bot.

error-store =
    I cannot reach my notebook (the database) right now. Nothing is lost.
    Please try again in a minute.

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
        <b>{ $host }</b> asks for a name and a password (401). Please send the address as
        <code>https://name:password@…</code>, in a private chat.
    [403]
        <b>{ $host }</b> does not let me in (403). Some sites keep bots out; the site may offer another feed address.
    [404]
        <b>{ $host }</b> has nothing at that address (404). Please check it for a typing error, or send the site's front page
        and I will look for the feed.
    [410]
        <b>{ $host }</b> says that this page is gone for good (410). Please send the site's front page, and I will look
        for a new feed.
    [429]
        <b>{ $host }</b> says that I ask too often (429). Please try again later.
   *[other]
        <b>{ $host }</b> answered with an error ({ NUMBER($status, useGrouping: 0) }). Please try again later.
}

error-redirects =
    <b>{ $host }</b> keeps sending me on in circles.
    Please open the address in a browser, and send me the one where you end up.

# $limit: bytes
error-too-large =
    What <b>{ $host }</b> sends is larger than { SIZE($limit) }, and I stop there.
    The site may offer a shorter feed; whoever runs this bot can raise <code>max_size</code>.

error-parse = There is something at that address, but I cannot read it as a feed.

error-not-a-feed =
    What I found at <b>{ $host }</b> is not a feed.
    Please send the site's front page, and I will look for the feed there.

error-parse-aborted =
    The feed of <b>{ $host }</b> is too tangled to read: I gave up before it wore me out.
    Its owner would surely like to know.

error-nothing-found =
    I found no feed on <b>{ $host }</b>. Not every site has one.
    If you know the address of the feed itself, please send me that.
