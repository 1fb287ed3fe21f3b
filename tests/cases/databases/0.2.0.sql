-- Written by Tidings 0.2 itself; never to be changed.
PRAGMA application_id = 1414087751;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'tidings','0001_first','2026-11-30 19:48:05.351484+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'tidings','0002_media','2026-11-30 19:48:05.369574+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'tidings','0003_parts','2026-11-30 19:48:05.376695+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'tidings','0004_pages','2026-11-30 19:48:05.391157+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'tidings','0005_manners','2026-11-30 19:48:05.407545+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'tidings','0006_marks','2026-11-30 19:48:05.424434+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'tidings','0007_pushes','2026-11-30 19:48:05.429017+00:00');
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
INSERT INTO "chats" VALUES(1,'private','Chat 1','en',NULL,NULL,'',NULL,1795521600000,1795521600000,1795521600000,0);
INSERT INTO "chats" VALUES(2,'private','Chat 2','en',NULL,NULL,'',NULL,1795521600000,1795521600000,1795521600000,0);
INSERT INTO "chats" VALUES(3,'private','Chat 3','en',NULL,NULL,'Forbidden: bot was blocked by the user',1795521600000,1795521600000,NULL,1795521600000,0);
INSERT INTO "chats" VALUES(4,'private','Chat 4','en',NULL,'{title}','',NULL,1795521600000,1795521600000,1795521600000,0);
INSERT INTO "chats" VALUES(5,'private','Chat 5','en','rich',NULL,'',NULL,1795521600000,1795521600000,1795521600000,0);
INSERT INTO "chats" VALUES(6,'private','Chat 6','en',NULL,NULL,'',NULL,1795521600000,NULL,0,0);
INSERT INTO "chats" VALUES(7,'private','Chat 7','en',NULL,NULL,'',NULL,1795521600000,1795521600000,0,0);
INSERT INTO "chats" VALUES(8,'private','Chat 8','en',NULL,NULL,'',NULL,1795521600000,NULL,0,0);
INSERT INTO "chats" VALUES(-100,'supergroup','Group','de',NULL,NULL,'',NULL,1795521600000,NULL,0,0);
CREATE TABLE choices (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    text TEXT NOT NULL,
    created BIGINT NOT NULL
);
INSERT INTO "choices" VALUES(1,1,'https://example.org/other.xml',1795521600000);
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
, validators_url TEXT NOT NULL DEFAULT '', pause_ms BIGINT NOT NULL DEFAULT 0, not_before BIGINT, promised BIGINT NOT NULL DEFAULT 0, gone BIGINT NOT NULL DEFAULT 0, gone_since BIGINT, last_full BIGINT, arrivals TEXT NOT NULL DEFAULT '', ttl_ms BIGINT NOT NULL DEFAULT 0, skip_hours BIGINT NOT NULL DEFAULT 0, skip_days BIGINT NOT NULL DEFAULT 0, moved_to TEXT NOT NULL DEFAULT '', moved_since BIGINT, moved_times BIGINT NOT NULL DEFAULT 0, moved_same BIGINT NOT NULL DEFAULT 0, keys_pruned BIGINT NOT NULL DEFAULT 0);
INSERT INTO "feeds" VALUES(1,'https://example.org/news.xml','News','https://example.org/',X'226522',NULL,X'646967657374','id',1,600000,0,NULL,'',1795521600000,1795521600000,1795522200000,0,1795521600000,'',600000,NULL,0,0,NULL,NULL,'',0,0,0,'',NULL,0,0,1795521600000);
INSERT INTO "feeds" VALUES(2,'https://example.net/loud.xml','Quiet',NULL,NULL,NULL,X'','',0,600000,3,1795521540000,'example.net answered 503',NULL,NULL,1795521600000,0,1795521600000,'',600000,NULL,0,0,NULL,NULL,'',0,0,0,'',NULL,0,0,0);
INSERT INTO "feeds" VALUES(3,'https://old.example/feed','',NULL,NULL,NULL,X'','',0,600000,0,NULL,'',1795518000000,NULL,NULL,0,1795521600000,'',600000,NULL,0,0,NULL,NULL,'',0,0,0,'',NULL,0,0,0);
CREATE TABLE "files" (
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    file_id TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (url, kind)
);
INSERT INTO "files" VALUES('https://example.org/p.jpg','photo','file-1',1795521600000);
CREATE TABLE hosts (
    domain TEXT NOT NULL PRIMARY KEY,
    closed_until BIGINT NOT NULL,
    refusals BIGINT NOT NULL
);
INSERT INTO "hosts" VALUES('slow.example',1795525200000,2);
CREATE TABLE item_keys (
    feed_id BIGINT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    key BLOB NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (feed_id, key)
) WITHOUT ROWID;
INSERT INTO "item_keys" VALUES(1,X'27C35E6E9373877F29E562464E46497E',1795521600000);
INSERT INTO "item_keys" VALUES(1,X'96172B4C53372CD10FADDC821BFE0318',1795521600000);
INSERT INTO "item_keys" VALUES(1,X'B602B1D58103AAA23299E7ACBC3A0382',1795521600000);
INSERT INTO "item_keys" VALUES(1,X'CAEC17F4B8159D486CA352209A0FC2D5',1795521600000);
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    feed_id BIGINT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    link TEXT,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    published BIGINT,
    first_seen BIGINT NOT NULL,
    content TEXT
, key BLOB, fingerprint BLOB NOT NULL DEFAULT x'', changes BIGINT NOT NULL DEFAULT 0, changed BIGINT);
INSERT INTO "items" VALUES(1,1,'https://example.org/a','Post a','Ann',1795521600000,1795521600000,'{"html": "<p>Text of a, ü</p>", "tags": ["tag"], "enclosures": []}',X'27C35E6E9373877F29E562464E46497E',X'',0,NULL);
INSERT INTO "items" VALUES(2,1,'https://example.org/b','Post b','Ann',1795521600000,1795521600000,'{"html": "<p>Text of b, ü</p>", "tags": ["tag"], "enclosures": []}',X'96172B4C53372CD10FADDC821BFE0318',X'',0,NULL);
INSERT INTO "items" VALUES(3,1,'https://example.org/c','Post c','Ann',1795521600000,1795521600000,'{"html": "<p>Text of c, ü</p>", "tags": ["tag"], "enclosures": [["https://example.org/song.mp3", "audio/mpeg", 1234, null, "", null]], "is_adult": true}',X'CAEC17F4B8159D486CA352209A0FC2D5',X'',0,NULL);
CREATE TABLE marks (
    feed_id BIGINT NOT NULL PRIMARY KEY REFERENCES feeds (id) ON DELETE CASCADE,
    packed BLOB NOT NULL
);
INSERT INTO "marks" VALUES(1,X'7061636B6564');
CREATE TABLE media_faults (
    url TEXT NOT NULL,
    party TEXT NOT NULL,
    reason TEXT NOT NULL,
    failures BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (url, party)
);
INSERT INTO "media_faults" VALUES('https://example.org/gone.jpg','us','404',1,1795522200000);
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
INSERT INTO "moves" VALUES(1,3,'https://old.example/feed','https://example.org/news.xml',1,'[]',1795521600000,NULL);
INSERT INTO "moves" VALUES(2,2,'https://example.net/quiet.xml','https://example.net/loud.xml',NULL,'[]',1795521600000,NULL);
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
    settled BIGINT, begun TEXT NOT NULL DEFAULT '',
    UNIQUE (item_id, chat_id, topic_id)
);
INSERT INTO "outbox" VALUES(1,1,0,1,'sent','full',1,'','101',1795521600000,1795521600000,'');
INSERT INTO "outbox" VALUES(2,2,0,1,'refused','full',1,'Bad Request: nonsense','',1795521600000,1795521600000,'');
INSERT INTO "outbox" VALUES(3,3,0,1,'held','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(4,4,0,1,'waiting','text',1,'Bad Request: photo','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(5,5,0,1,'waiting','full',0,'','501',1795521600000,NULL,'{"parts": 1, "message_ids": [501], "last": 501, "chat": {"id": 5, "kind": "private", "title": "Chat 5", "language": "en", "style": "rich", "template": null, "suspended": ""}, "form": "full", "digest": "digest-of-the-whole"}');
INSERT INTO "outbox" VALUES(6,6,0,1,'held','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(7,7,0,1,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(8,8,0,1,'cancelled','full',0,'unsubscribed','',1795521600000,1795521600000,'');
INSERT INTO "outbox" VALUES(9,1,0,2,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(10,2,0,2,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(11,3,0,2,'held','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(12,4,0,2,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(13,5,0,2,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(14,6,0,2,'held','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(15,7,0,2,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(16,8,0,2,'cancelled','full',0,'unsubscribed','',1795521600000,1795521600000,'');
INSERT INTO "outbox" VALUES(17,1,0,3,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(18,2,0,3,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(19,3,0,3,'held','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(20,4,0,3,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(21,5,0,3,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(22,6,0,3,'held','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(23,7,0,3,'waiting','full',0,'','',1795521600000,NULL,'');
INSERT INTO "outbox" VALUES(24,8,0,3,'cancelled','full',0,'unsubscribed','',1795521600000,1795521600000,'');
CREATE TABLE page_accounts (server TEXT NOT NULL PRIMARY KEY, token TEXT NOT NULL);
INSERT INTO "page_accounts" VALUES('https://api.telegra.ph','token');
CREATE TABLE pages (
    item_id BIGINT NOT NULL PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    created BIGINT NOT NULL
);
INSERT INTO "pages" VALUES(1,'https://telegra.ph/a',1795521600000);
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
INSERT INTO "pushes" VALUES(1,'https://hub.example','https://example.org/news.xml','path','secret',1795521600000,NULL,NULL,0,0);
ANALYZE "sqlite_master";
CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY,
    chat_id BIGINT NOT NULL REFERENCES chats (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic_id BIGINT NOT NULL DEFAULT 0,
    feed_id BIGINT NOT NULL REFERENCES feeds (id),
    paused TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    UNIQUE (chat_id, topic_id, feed_id)
);
INSERT INTO "subscriptions" VALUES(1,1,0,1,'',1795521600000);
INSERT INTO "subscriptions" VALUES(2,2,0,1,'',1795521600000);
INSERT INTO "subscriptions" VALUES(3,3,0,1,'',1795521600000);
INSERT INTO "subscriptions" VALUES(4,4,0,1,'',1795521600000);
INSERT INTO "subscriptions" VALUES(5,5,0,1,'',1795521600000);
INSERT INTO "subscriptions" VALUES(6,6,0,1,'user',1795521600000);
INSERT INTO "subscriptions" VALUES(7,7,0,1,'',1795521600000);
INSERT INTO "subscriptions" VALUES(9,-100,7,2,'',1795521600000);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX feeds_due ON feeds (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX items_of_feed ON items (feed_id, id);
CREATE INDEX items_with_content ON items (first_seen) WHERE content IS NOT NULL;
CREATE INDEX chats_ready ON chats (ready) WHERE ready IS NOT NULL;
CREATE INDEX chats_away ON chats (suspended_since) WHERE suspended_since IS NOT NULL;
CREATE INDEX subscriptions_of_feed ON subscriptions (feed_id);
CREATE INDEX outbox_waiting ON outbox (chat_id, id) WHERE state = 'waiting';
CREATE INDEX outbox_held ON outbox (chat_id, topic_id) WHERE state = 'held';
CREATE INDEX outbox_settled ON outbox (settled) WHERE settled IS NOT NULL;
CREATE INDEX files_used ON files (used);
CREATE INDEX media_faults_until ON media_faults (until)
;
CREATE INDEX pages_created ON pages (created);
CREATE INDEX items_by_key ON items (feed_id, key) WHERE key IS NOT NULL;
CREATE INDEX moves_of_feed ON moves (feed_id, id)
;
CREATE INDEX pushes_due ON pushes (due)
;
COMMIT;
