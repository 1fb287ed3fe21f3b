"""The tables, as an ordered list of migrations; one that has been released is never changed again.

Times are BIGINT milliseconds since 1970 UTC. JSON is opaque text. Only this module holds SQL of one
engine alone.
"""

from sqlite_utils import Database, Migrations
from sqlite_utils.migrations import Migrations as _Base


class _Known(Migrations):
    """Migrations that can say which they are."""

    def known(self) -> list[_Base._Migration]:
        """Every migration of this version, oldest first."""
        return list(self._migrations)


migrations = _Known("tidings")


@migrations(name="0001_first")
def _first(database: Database) -> None:
    _run(database, FIRST)


@migrations(name="0002_media")
def _media(database: Database) -> None:
    _run(database, MEDIA)


@migrations(name="0003_parts")
def _parts(database: Database) -> None:
    database.execute("ALTER TABLE outbox ADD COLUMN begun TEXT NOT NULL DEFAULT ''")


@migrations(name="0004_pages")
def _pages(database: Database) -> None:
    _run(database, PAGES)


@migrations(name="0005_manners")
def _manners(database: Database) -> None:
    _run(database, MANNERS)


@migrations(name="0006_marks")
def _marks(database: Database) -> None:
    _run(database, MARKS)


@migrations(name="0007_pushes")
def _pushes(database: Database) -> None:
    _run(database, PUSHES)


@migrations(name="0008_history")
def _history(database: Database) -> None:
    database.execute("ALTER TABLE feeds ADD COLUMN history TEXT NOT NULL DEFAULT ''")


@migrations(name="0009_notices")
def _notices(database: Database) -> None:
    _run(database, NOTICES)


@migrations(name="0010_readings")
def _readings(database: Database) -> None:
    _run(database, READINGS)


@migrations(name="0011_intervals")
def _intervals(database: Database) -> None:
    _run(database, INTERVALS)


@migrations(name="0012_first_release")
def _first_release(database: Database) -> None:
    """What 0.1.0 was released without, as 0001_first grew afterwards; a newer file has it all."""
    chat_columns = database.table("chats").columns_dict
    for name in ("style", "template"):
        if name not in chat_columns:
            database.execute(f"ALTER TABLE chats ADD COLUMN {name} TEXT")
    database.execute(
        """
        CREATE INDEX IF NOT EXISTS chats_away ON chats (suspended_since)
        WHERE suspended_since IS NOT NULL
        """
    )
    if "url" in database.table("choices").columns_dict:
        database.execute("ALTER TABLE choices RENAME COLUMN url TO text")


@migrations(name="0013_unanswered")
def _unanswered(database: Database) -> None:
    database.execute("ALTER TABLE outbox ADD COLUMN unanswered BIGINT NOT NULL DEFAULT 0")


@migrations(name="0014_places")
def _places(database: Database) -> None:
    _run(database, PLACES)


@migrations(name="0015_last_use")
def _last_use(database: Database) -> None:
    database.execute("CREATE TABLE last_use (id INTEGER PRIMARY KEY, moment BIGINT NOT NULL)")


@migrations(name="0016_many")
def _many(database: Database) -> None:
    _run(database, MANY)


@migrations(name="0017_passing")
def _passing(database: Database) -> None:
    _run(database, PASSING)


@migrations(name="0018_choices")
def _choices(database: Database) -> None:
    _run(database, CHOICES)


@migrations(name="0019_posts")
def _posts(database: Database) -> None:
    # By it the post is found that somebody replies to.
    database.execute(
        "CREATE INDEX outbox_posts ON outbox (chat_id, message_ids) WHERE message_ids <> ''"
    )


@migrations(name="0020_people")
def _people(database: Database) -> None:
    _run(database, PEOPLE)


@migrations(name="0021_managing")
def _managing(database: Database) -> None:
    _run(database, MANAGING)


@migrations(name="0022_imports")
def _imports(database: Database) -> None:
    _run(database, IMPORTS)


@migrations(name="0023_predecessors")
def _predecessors(database: Database) -> None:
    _run(database, PREDECESSORS)


@migrations(name="0024_folders")
def _folders(database: Database) -> None:
    _run(database, FOLDERS)


@migrations(name="0025_deliveries")
def _deliveries(database: Database) -> None:
    _run(database, DELIVERIES)


@migrations(name="0026_rules")
def _rules(database: Database) -> None:
    _run(database, RULES)


@migrations(name="0027_stories")
def _stories(database: Database) -> None:
    _run(database, STORIES)


@migrations(name="0028_digests")
def _digests(database: Database) -> None:
    _run(database, DIGESTS)


@migrations(name="0029_search")
def _search(database: Database) -> None:
    for part in range(SEARCH_PARTS):
        # Contentless, as the texts are in ``items``. The words come ready (``bot.search.words``):
        # what ``ascii`` takes for a word is whatever stands between blanks.
        database.execute(
            f"""
            CREATE VIRTUAL TABLE search_{part} USING fts5(
                title, text, author, tags, feed, content='', detail=column, tokenize='ascii'
            )
            """
        )
    _run(database, SEARCH)


@migrations(name="0030_leanings")
def _leanings(database: Database) -> None:
    _run(database, LEANINGS)


@migrations(name="0031_catching_up")
def _catching_up(database: Database) -> None:
    # When somebody last said something there, and when before that.
    database.execute("ALTER TABLE chats ADD COLUMN spoke BIGINT")
    database.execute("ALTER TABLE chats ADD COLUMN spoke_before BIGINT")


SEARCH_PARTS = 4
"""Tables among which the index of items is divided by time. SQLite before 3.43 deletes nothing
from a contentless table but all of it, so the oldest part is emptied and becomes the newest."""

FIRST = """
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    link TEXT,
    etag BLOB,
    last_modified BLOB,
    digest BLOB NOT NULL DEFAULT x'',
    identity TEXT NOT NULL DEFAULT '',
    primed BIGINT NOT NULL DEFAULT 0,
    interval_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT,
    last_error TEXT NOT NULL DEFAULT '',
    last_ok BIGINT,
    last_parsed BIGINT,
    next_due BIGINT,
    leased_until BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL
);
CREATE INDEX feeds_due ON feeds (next_due) WHERE next_due IS NOT NULL;

CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    feed_id BIGINT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    link TEXT,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    published BIGINT,
    first_seen BIGINT NOT NULL,
    content TEXT
);
CREATE INDEX items_of_feed ON items (feed_id, id);
CREATE INDEX items_with_content ON items (first_seen) WHERE content IS NOT NULL;

CREATE TABLE item_keys (
    feed_id BIGINT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    key BLOB NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (feed_id, key)
) WITHOUT ROWID;

CREATE TABLE chats (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    style TEXT,
    template TEXT,
    suspended TEXT NOT NULL DEFAULT '',
    suspended_since BIGINT,
    created BIGINT NOT NULL,
    ready BIGINT,
    paced_until BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX chats_ready ON chats (ready) WHERE ready IS NOT NULL;
CREATE INDEX chats_away ON chats (suspended_since) WHERE suspended_since IS NOT NULL;

CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic_id BIGINT NOT NULL DEFAULT 0,
    feed_id BIGINT NOT NULL REFERENCES feeds (id),
    paused TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    UNIQUE (chat_id, topic_id, feed_id)
);
CREATE INDEX subscriptions_of_feed ON subscriptions (feed_id);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'waiting',
    form TEXT NOT NULL DEFAULT 'full',
    attempts BIGINT NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    message_ids TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    settled BIGINT,
    UNIQUE (item_id, chat_id, topic_id)
);
CREATE INDEX outbox_waiting ON outbox (chat_id, id) WHERE state = 'waiting';
CREATE INDEX outbox_held ON outbox (chat_id, topic_id) WHERE state = 'held';
CREATE INDEX outbox_settled ON outbox (settled) WHERE settled IS NOT NULL;

CREATE TABLE choices (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    text TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE files (
    url TEXT NOT NULL PRIMARY KEY,
    file_id TEXT NOT NULL,
    used BIGINT NOT NULL
);
CREATE INDEX files_used ON files (used)
"""

MEDIA = """
CREATE TABLE files_by_kind (
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    file_id TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (url, kind)
);
INSERT INTO files_by_kind (url, kind, file_id, used) SELECT url, 'photo', file_id, used FROM files;
DROP TABLE files;
ALTER TABLE files_by_kind RENAME TO files;
CREATE INDEX files_used ON files (used);

CREATE TABLE media_faults (
    url TEXT NOT NULL,
    party TEXT NOT NULL,
    reason TEXT NOT NULL,
    failures BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (url, party)
);
CREATE INDEX media_faults_until ON media_faults (until)
"""

PAGES = """
CREATE TABLE pages (
    item_id BIGINT NOT NULL PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX pages_created ON pages (created);
CREATE TABLE page_accounts (server TEXT NOT NULL PRIMARY KEY, token TEXT NOT NULL)
"""

MANNERS = """
ALTER TABLE feeds ADD COLUMN validators_url TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN pause_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN not_before BIGINT;
ALTER TABLE feeds ADD COLUMN promised BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN gone_since BIGINT;
ALTER TABLE feeds ADD COLUMN last_full BIGINT;
ALTER TABLE feeds ADD COLUMN arrivals TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN ttl_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN skip_hours BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN skip_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN moved_since BIGINT;
ALTER TABLE feeds ADD COLUMN moved_times BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN moved_same BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN keys_pruned BIGINT NOT NULL DEFAULT 0;
UPDATE feeds SET pause_ms = interval_ms, arrivals = (
    SELECT json_group_array(first_seen) FROM (
        SELECT first_seen FROM (
            SELECT DISTINCT first_seen FROM items WHERE items.feed_id = feeds.id
            ORDER BY first_seen DESC LIMIT 11
        ) AS newest ORDER BY first_seen
    ) AS ordered
);

ALTER TABLE items ADD COLUMN key BLOB;
ALTER TABLE items ADD COLUMN fingerprint BLOB NOT NULL DEFAULT x'';
ALTER TABLE items ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN changed BIGINT;
CREATE INDEX items_by_key ON items (feed_id, key) WHERE key IS NOT NULL;

CREATE TABLE hosts (
    domain TEXT NOT NULL PRIMARY KEY,
    closed_until BIGINT NOT NULL,
    refusals BIGINT NOT NULL
);

CREATE TABLE moves (
    id INTEGER PRIMARY KEY,
    feed_id BIGINT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    old_url TEXT NOT NULL,
    new_url TEXT NOT NULL,
    merged_into BIGINT,
    subscriptions TEXT NOT NULL DEFAULT '[]',
    moved BIGINT NOT NULL,
    undone BIGINT
);
CREATE INDEX moves_of_feed ON moves (feed_id, id)
"""

MARKS = """
CREATE TABLE marks (
    feed_id BIGINT NOT NULL PRIMARY KEY REFERENCES feeds (id) ON DELETE CASCADE,
    packed BLOB NOT NULL
)
"""

PUSHES = """
CREATE TABLE pushes (
    feed_id BIGINT NOT NULL PRIMARY KEY REFERENCES feeds (id) ON DELETE CASCADE,
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL,
    due BIGINT NOT NULL,
    expires BIGINT,
    pushed BIGINT,
    trusted BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX pushes_due ON pushes (due)
"""

NOTICES = """
ALTER TABLE feeds ADD COLUMN trouble TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN silent_since BIGINT;
ALTER TABLE subscriptions ADD COLUMN user_id BIGINT;
ALTER TABLE chats ADD COLUMN added_by BIGINT;

CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    feed_id BIGINT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    stage TEXT NOT NULL DEFAULT '',
    facts TEXT NOT NULL DEFAULT '{}',
    since BIGINT,
    created BIGINT NOT NULL,
    ended BIGINT
);
CREATE UNIQUE INDEX notices_open ON notices (feed_id, kind) WHERE ended IS NULL;
CREATE INDEX moves_into ON moves (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX notices_ended ON notices (ended) WHERE ended IS NOT NULL;

CREATE TABLE outbox_with_notices (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic_id BIGINT NOT NULL,
    feed_id BIGINT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    item_id BIGINT REFERENCES items (id) ON DELETE CASCADE,
    notice_id BIGINT REFERENCES notices (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'waiting',
    form TEXT NOT NULL DEFAULT 'full',
    attempts BIGINT NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    message_ids TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    settled BIGINT,
    begun TEXT NOT NULL DEFAULT '',
    CHECK ((item_id IS NULL) <> (notice_id IS NULL)),
    UNIQUE (item_id, chat_id, topic_id)
);
INSERT INTO outbox_with_notices (id, chat_id, topic_id, feed_id, item_id, state, form, attempts,
    reason, message_ids, created, settled, begun)
SELECT o.id, o.chat_id, o.topic_id, i.feed_id, o.item_id, o.state, o.form, o.attempts, o.reason,
    o.message_ids,
    o.created, o.settled, o.begun FROM outbox o JOIN items i ON i.id = o.item_id;
DROP TABLE outbox;
ALTER TABLE outbox_with_notices RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (chat_id, id) WHERE state = 'waiting';
CREATE INDEX outbox_held ON outbox (chat_id, topic_id) WHERE state = 'held';
CREATE INDEX outbox_settled ON outbox (settled) WHERE settled IS NOT NULL;
CREATE UNIQUE INDEX outbox_of_notice ON outbox (notice_id, chat_id) WHERE notice_id IS NOT NULL
"""

READINGS = """
ALTER TABLE feeds ADD COLUMN introduction TEXT NOT NULL DEFAULT 'plain';
ALTER TABLE feeds ADD COLUMN reading TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN reread_from BIGINT
"""

INTERVALS = """
ALTER TABLE feeds ADD COLUMN default_ms BIGINT NOT NULL DEFAULT 0;
UPDATE feeds SET default_ms = interval_ms;
ALTER TABLE subscriptions ADD COLUMN interval_ms BIGINT;
CREATE INDEX subscriptions_wishes ON subscriptions (feed_id, interval_ms)
    WHERE interval_ms IS NOT NULL
"""

PLACES = """
ALTER TABLE chats ADD COLUMN probe_at BIGINT;
ALTER TABLE chats ADD COLUMN probes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN closing_told BIGINT;
ALTER TABLE chats ADD COLUMN refused_since BIGINT;
CREATE INDEX chats_probed ON chats (probe_at) WHERE probe_at IS NOT NULL;
ALTER TABLE outbox ADD COLUMN refusals BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outbox_refused ON outbox (chat_id, feed_id) WHERE state = 'refused';

CREATE TABLE topics (
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic_id BIGINT NOT NULL,
    closed TEXT NOT NULL DEFAULT '',
    closed_since BIGINT,
    probe_at BIGINT,
    probes BIGINT NOT NULL DEFAULT 0,
    closing_told BIGINT,
    missing_since BIGINT,
    PRIMARY KEY (chat_id, topic_id)
);
CREATE INDEX topics_probed ON topics (probe_at) WHERE probe_at IS NOT NULL;
CREATE INDEX topics_closed ON topics (closed_since) WHERE closed_since IS NOT NULL;
INSERT INTO topics (chat_id, topic_id, closed, closed_since, probe_at)
SELECT chat_id, topic_id, MAX(paused), unixepoch() * 1000, 0 FROM subscriptions
    WHERE paused NOT IN ('', 'user') GROUP BY chat_id, topic_id;
UPDATE feeds SET next_due = unixepoch() * 1000 WHERE next_due IS NULL AND trouble <> 'gone'
    AND id IN (SELECT feed_id FROM subscriptions WHERE paused NOT IN ('', 'user'));
UPDATE subscriptions SET paused = '' WHERE paused NOT IN ('', 'user');
UPDATE chats SET probe_at = 0 WHERE suspended_since IS NOT NULL
    AND suspended NOT LIKE 'Forbidden%'
    AND suspended NOT IN ('left', 'kicked', 'restricted', 'member', 'administrator')
"""

MANY = """
CREATE INDEX subscriptions_of_chat ON subscriptions (chat_id, id);
CREATE INDEX subscriptions_of_user ON subscriptions (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX outbox_unsubscribed ON outbox (chat_id, feed_id)
    WHERE state = 'cancelled' AND reason = 'unsubscribed'
"""

PASSING = """
CREATE TABLE passing (
    chat_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    due BIGINT NOT NULL,
    PRIMARY KEY (chat_id, message_id)
);
CREATE INDEX passing_due ON passing (due)
"""

CHOICES = """
ALTER TABLE chats ADD COLUMN choices TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN interval_ms BIGINT;
UPDATE chats SET choices = json_patch('{"v":1}', json_object(
    'language', NULLIF(language, ''), 'style', style, 'template', NULLIF(template, '')
)) WHERE language <> '' OR style IS NOT NULL OR template IS NOT NULL;
ALTER TABLE chats DROP COLUMN language;
ALTER TABLE chats DROP COLUMN style;
ALTER TABLE chats DROP COLUMN template;

ALTER TABLE topics ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE topics ADD COLUMN choices TEXT NOT NULL DEFAULT '';

ALTER TABLE subscriptions ADD COLUMN choices TEXT NOT NULL DEFAULT '';
UPDATE subscriptions SET choices = json_object('v', 1, 'interval', (interval_ms / 60000) || 'm')
    WHERE interval_ms IS NOT NULL
"""

PEOPLE = """
CREATE TABLE people (
    id BIGINT NOT NULL PRIMARY KEY,
    banned BIGINT,
    told BIGINT NOT NULL DEFAULT 0,
    subscriptions BIGINT,
    commands_per_minute BIGINT,
    looks_per_minute BIGINT
);
CREATE INDEX chats_of_inviter ON chats (added_by) WHERE added_by IS NOT NULL;
CREATE INDEX feeds_failing ON feeds (failing_since) WHERE failing_since IS NOT NULL;
DROP INDEX outbox_settled;
CREATE INDEX outbox_settled ON outbox (settled, state) WHERE settled IS NOT NULL;

CREATE TABLE broadcasts (
    id INTEGER PRIMARY KEY,
    author BIGINT NOT NULL,
    html TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'draft',
    notice_id BIGINT,
    last_chat BIGINT,
    queued BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL DEFAULT 0,
    message_id BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL,
    ended BIGINT
);
CREATE INDEX broadcasts_open ON broadcasts (id) WHERE ended IS NULL
"""

MANAGING = """
CREATE TABLE managing (
    person BIGINT NOT NULL PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    title TEXT NOT NULL DEFAULT '',
    since BIGINT NOT NULL
);
CREATE INDEX managing_of_chat ON managing (chat_id)
"""

FOLDERS = """
CREATE TABLE folders (
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    topic_id BIGINT NOT NULL,
    lost BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (chat_id, tag)
);
CREATE INDEX folders_lost ON folders (chat_id) WHERE lost = 1;

CREATE TABLE links (
    token TEXT NOT NULL PRIMARY KEY,
    urls TEXT NOT NULL,
    used BIGINT NOT NULL
);
CREATE UNIQUE INDEX links_by_urls ON links (urls);
CREATE INDEX links_used ON links (used)
"""


IMPORTS = """
CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic_id BIGINT NOT NULL,
    told_in BIGINT,
    user_id BIGINT,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    repeats BIGINT NOT NULL,
    misread BIGINT NOT NULL,
    stopped BIGINT NOT NULL DEFAULT 0,
    message_id BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL,
    ended BIGINT
);
CREATE INDEX imports_of_chat ON imports (chat_id);
CREATE INDEX imports_open ON imports (id) WHERE ended IS NULL;

CREATE TABLE import_lines (
    import_id BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    topic_id BIGINT NOT NULL,
    paused TEXT NOT NULL,
    choices TEXT NOT NULL,
    interval_ms BIGINT,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    feed_id BIGINT,
    subscription_id BIGINT,
    PRIMARY KEY (import_id, position)
);
CREATE INDEX import_lines_waiting ON import_lines (import_id, position) WHERE state = 'waiting'
"""

PREDECESSORS = """
CREATE TABLE predecessors (
    feed_id BIGINT NOT NULL PRIMARY KEY REFERENCES feeds (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    seen BLOB NOT NULL,
    since BIGINT
)
"""

DELIVERIES = """
ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'item';
ALTER TABLE outbox ADD COLUMN subscription_id BIGINT;
ALTER TABLE outbox ADD COLUMN rule_id BIGINT;
ALTER TABLE outbox ADD COLUMN is_highlight BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN merged_into BIGINT;
ALTER TABLE outbox ADD COLUMN digest_row BIGINT;
ALTER TABLE outbox ADD COLUMN due BIGINT;
UPDATE outbox SET kind = 'alert' WHERE notice_id IS NOT NULL;
UPDATE outbox SET subscription_id = (
    SELECT s.id FROM subscriptions s WHERE s.chat_id = outbox.chat_id
      AND s.topic_id = outbox.topic_id AND s.feed_id = outbox.feed_id
) WHERE state = 'waiting' AND notice_id IS NULL;
UPDATE outbox SET subscription_id = (
    SELECT s.id FROM subscriptions s WHERE s.chat_id = outbox.chat_id
      AND s.topic_id = outbox.topic_id AND s.feed_id = outbox.feed_id
) WHERE state = 'held' AND notice_id IS NULL;
UPDATE outbox SET subscription_id = (
    SELECT s.id FROM subscriptions s WHERE s.chat_id = outbox.chat_id
      AND s.topic_id = outbox.topic_id AND s.feed_id = outbox.feed_id
) WHERE state = 'refused' AND notice_id IS NULL;
CREATE INDEX outbox_quiet ON outbox (chat_id, due) WHERE state = 'quiet';
CREATE INDEX outbox_due ON outbox (due) WHERE due IS NOT NULL;
CREATE INDEX outbox_gathered ON outbox (chat_id, id) WHERE state = 'gathered';
CREATE INDEX outbox_digested ON outbox (digest_row) WHERE digest_row IS NOT NULL;
CREATE INDEX outbox_merged ON outbox (merged_into) WHERE merged_into IS NOT NULL;
ALTER TABLE subscriptions ADD COLUMN ruleset_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN digest_id BIGINT;
ALTER TABLE subscriptions ADD COLUMN story_mode BIGINT NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN paused_until BIGINT;
CREATE INDEX subscriptions_paused ON subscriptions (paused_until) WHERE paused_until IS NOT NULL;

CREATE TABLE cap_uses (
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    budget TEXT NOT NULL,
    moment BIGINT NOT NULL
);
CREATE INDEX cap_uses_of_budget ON cap_uses (chat_id, budget, moment)
"""
"""A row of kind digest has a notice, as an alert does: each row has either that or an item."""

RULES = """
CREATE TABLE rules (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic_id BIGINT,
    hashtag TEXT NOT NULL DEFAULT '',
    subscription_id BIGINT REFERENCES subscriptions (id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    until BIGINT,
    is_on BIGINT NOT NULL DEFAULT 1,
    created BIGINT NOT NULL,
    removed BIGINT,
    ended_feed BIGINT,
    ended_topic BIGINT
);
CREATE INDEX rules_of_chat ON rules (chat_id);
CREATE INDEX rules_of_subscription ON rules (subscription_id) WHERE subscription_id IS NOT NULL;
CREATE INDEX rules_removed ON rules (removed) WHERE removed IS NOT NULL;
CREATE TABLE rule_contents (
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL UNIQUE
);
CREATE TABLE rulesets (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    content_id BIGINT NOT NULL REFERENCES rule_contents (id),
    rules TEXT NOT NULL,
    UNIQUE (chat_id, rules, content_id)
);
CREATE INDEX rulesets_of_content ON rulesets (content_id);
CREATE TABLE ruleset_rules (
    ruleset_id BIGINT NOT NULL REFERENCES rulesets (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    rule_id BIGINT NOT NULL,
    PRIMARY KEY (ruleset_id, position)
);
CREATE TABLE rulings (
    item_id BIGINT NOT NULL,
    content_id BIGINT NOT NULL,
    effect TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (item_id, content_id)
);
CREATE INDEX subscriptions_with_rules ON subscriptions (feed_id, ruleset_id) WHERE ruleset_id > 0;
CREATE INDEX outbox_filtered ON outbox (chat_id, rule_id) WHERE state = 'filtered'
"""
"""``rulings`` is empty between transactions."""

DIGESTS = """
CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic_id BIGINT NOT NULL,
    schedule TEXT NOT NULL,
    next_due BIGINT NOT NULL DEFAULT 0,
    filtered_told BIGINT NOT NULL DEFAULT 0,
    UNIQUE (chat_id, topic_id, schedule)
);
CREATE INDEX digests_due ON digests (next_due);
CREATE INDEX subscriptions_of_digest ON subscriptions (digest_id, feed_id)
    WHERE digest_id IS NOT NULL
"""
"""``next_due`` is 0 until it is computed, as for that the operator's time zone must be known."""

LEANINGS = """
CREATE TABLE leanings (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    item_id BIGINT NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    user_id BIGINT,
    direction TEXT NOT NULL,
    traits TEXT NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (chat_id, item_id)
);
CREATE INDEX leanings_of_item ON leanings (item_id);
CREATE INDEX leanings_of_person ON leanings (user_id) WHERE user_id IS NOT NULL;
CREATE TABLE proposals (
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    direction TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    quiet_until BIGINT NOT NULL,
    PRIMARY KEY (chat_id, direction, kind, value)
)
"""

SEARCH = """
CREATE TABLE search_parts (
    part BIGINT NOT NULL PRIMARY KEY,
    first_item BIGINT NOT NULL,
    since BIGINT NOT NULL
);
INSERT INTO search_parts (part, first_item, since) VALUES (0, 0, 0);
CREATE TABLE search_state (id INTEGER PRIMARY KEY, indexed BIGINT NOT NULL);
INSERT INTO search_state (id, indexed) VALUES (1, 0);
CREATE INDEX outbox_found ON outbox (chat_id, feed_id, item_id)
    WHERE state IN ('sent', 'unconfirmed', 'digested', 'merged', 'gathered', 'filtered')
"""


STORIES = """
CREATE TABLE stories (
    item_id BIGINT NOT NULL PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    feed_id BIGINT NOT NULL,
    headline TEXT NOT NULL,
    link BIGINT,
    is_link_telling BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX stories_created ON stories (created);
CREATE TABLE story_keys (
    story_key BIGINT NOT NULL,
    item_id BIGINT NOT NULL REFERENCES stories (item_id) ON DELETE CASCADE,
    PRIMARY KEY (story_key, item_id)
) WITHOUT ROWID;
CREATE INDEX story_keys_of_item ON story_keys (item_id);
CREATE INDEX outbox_merged_of_chat ON outbox (chat_id) WHERE state = 'merged';
UPDATE subscriptions SET story_mode = 1
"""
"""What the items of the last days are about. ``WITHOUT ROWID`` keeps the keys once, in order."""


def _run(database: Database, statements: str) -> None:
    # Not by ``executescript``: that commits first, and a migration is one transaction, so that a
    # kill leaves the file as it was before.
    for statement in statements.split(";\n"):
        if statement.strip():
            database.execute(statement)
