"""The methods that send: sendMessage to sendMediaGroup, sendChatAction."""

from playground.api.context import ApiContext
from playground.api.method_call import MethodCall
from playground.errors import bad_request
from playground.files.store import MediaError, StoredFile, fault_of_thumbnail
from playground.state.chats import Chat, Json, as_bot_sees

_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
_ALONE = {
    "audio": "Audio can't be mixed with other media types",
    "document": "Document can't be mixed with other media types",
}


async def send_message(api: ApiContext, call: MethodCall) -> object:
    """A text message."""
    chat, topic = api.world.check_target(
        call.text("chat_id"), call.number("message_thread_id"), "text"
    )
    content = api.message_text(call) | api.markup(call) | _protection(call)
    reply = api.reply(call, chat)
    await api.pace(call, chat)
    return as_bot_sees(api.world.send(api.now, call.method, chat, topic, content, reply))


async def send_file(api: ApiContext, call: MethodCall) -> object:
    """A photo, video, animation, audio or document with a caption."""
    kind = call.method.removeprefix("send").lower()
    chat, topic = api.world.check_target(
        call.text("chat_id"), call.number("message_thread_id"), kind
    )
    source = dict(call.parameters) | {"caption_entities": call.json("caption_entities")}
    content = api.caption(call, source) | api.markup(call) | _protection(call)
    reply = api.reply(call, chat)
    try:
        file = await resolve(api, call, call.text(kind), kind, kind)
    except MediaError as error:
        raise error.as_error() from error
    thumbnail = thumbnail_fields(api, call, file, source)
    await api.pace(call, chat)
    fields = media_fields(file, source, thumbnail)
    return as_bot_sees(api.world.send(api.now, call.method, chat, topic, fields | content, reply))


async def send_media_group(api: ApiContext, call: MethodCall) -> object:
    """An album of 2 to 10."""
    items = call.json("media")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_request("can't parse media JSON object")
    chat, topic = _album_target(api, call, items)
    reply = api.reply(call, chat)
    captions = [api.caption(call, item) for item in items]
    files = [await _album_file(api, call, item, number) for number, item in enumerate(items, 1)]
    thumbnails = [
        thumbnail_fields(api, call, file, item) for file, item in zip(files, items, strict=True)
    ]
    await api.pace(call, chat, len(items))
    album = {"media_group_id": api.world.next_album()} | _protection(call)
    now = api.now
    return [
        api.world.send(
            now,
            call.method,
            chat,
            topic,
            media_fields(file, item, thumbnail) | album | caption,
            reply,
        )
        for file, item, caption, thumbnail in zip(files, items, captions, thumbnails, strict=True)
    ]


async def send_chat_action(api: ApiContext, call: MethodCall) -> object:
    """Say "typing" and the like; everybody in the chat sees it for five seconds."""
    chat = api.world.check_present(call.text("chat_id"))
    if call.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    api.world.on_event({"kind": "action", "chat": chat.id, "action": call.text("action")}, chat)
    return True


def _protection(call: MethodCall) -> Json:
    return {"has_protected_content": True} if call.flag("protect_content") else {}


def _album_target(api: ApiContext, call: MethodCall, items: list[Json]) -> tuple[Chat, int | None]:
    kinds = {str(item.get("type", "")) for item in items}
    if len(items) > 10:
        raise bad_request("Too many messages to send as an album")
    if not items:
        raise bad_request("There are no messages to send")
    if len(items) < 2:
        raise bad_request("Too few messages to send as an album")
    if not kinds <= {"photo", "video", "audio", "document"}:
        raise bad_request("Can't use the media of the specified type in the album")
    for kind, words in _ALONE.items():
        if kind in kinds and len(kinds) > 1:
            raise bad_request(words)
    target = api.world.check_target(
        call.text("chat_id"), call.number("message_thread_id"), kinds.pop()
    )
    for kind in kinds:
        api.world.check_target(call.text("chat_id"), call.number("message_thread_id"), kind)
    return target


async def _album_file(api: ApiContext, call: MethodCall, item: Json, number: int) -> StoredFile:
    try:
        return await resolve(api, call, str(item.get("media", "")), str(item["type"]), "")
    except MediaError as error:
        raise bad_request(
            f'failed to send message #{number} with the error message "{error.code}"'
        ) from error


async def resolve(
    api: ApiContext, call: MethodCall, value: str, kind: str, part: str
) -> StoredFile:
    """The file that a parameter names: an upload, an address or a ``file_id``.

    Raises:
        MediaError: Telegram would not take it.
        ApiError: it names nothing.
    """
    if part and part in call.uploads:
        return api.files.upload(call.uploads[part], kind)
    if value.startswith("attach://"):
        upload = call.uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise MediaError("MEDIA_EMPTY")
        return api.files.upload(upload, kind)
    if value.lower().startswith(("http://", "https://")):
        return await api.files.fetch(value, kind)
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    if "://" in value:
        raise bad_request("invalid file HTTP URL specified: Unsupported URL protocol")
    return api.files.reuse(value, kind)


def thumbnail_fields(api: ApiContext, call: MethodCall, file: StoredFile, source: Json) -> Json:
    """``thumbnail``, where one was uploaded with a new file that may have one.

    What Telegram would ignore is noted as a violation.
    """
    named = source.get("thumbnail")
    upload = call.uploads.get(str(named or "thumbnail").removeprefix("attach://"))
    if named is None and upload is None:
        return {}
    if upload is None:
        return _ignored(api, call, "a thumbnail must be uploaded")
    reason = fault_of_thumbnail(upload)
    if reason or file.kind == "photo":
        return _ignored(api, call, reason or "photos have no thumbnail")
    kept = api.files.upload(upload, "photo")
    thumbnail: Json = {"file_id": kept.id, "file_unique_id": kept.unique_id}
    if kept.picture:
        thumbnail |= {"width": kept.picture.width, "height": kept.picture.height}
    return {"thumbnail": thumbnail}


def _ignored(api: ApiContext, call: MethodCall, rule: str) -> Json:
    api.world.journal.violated(api.now, call.method, call.chat_id() or 0, rule)
    return {}


def media_fields(file: StoredFile, source: Json, thumbnail: Json | None = None) -> Json:
    """The fields of a message with this file (Bot API, PhotoSize, Video and their siblings)."""
    about: Json = {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.body),
    }
    spoiler: Json = {}
    if str(source.get("has_spoiler", "")).lower() == "true":
        spoiler = {"has_media_spoiler": True}
    # Nothing here looks into a video; its size is one that the web chat can show.
    width, height = 640, 360
    if file.picture:
        width, height = file.picture.width, file.picture.height
    if file.kind == "photo":
        return spoiler | {"photo": [about | {"width": width, "height": height}]}
    duration = int(source.get("duration") or 0)
    about |= {"mime_type": file.content_type, "file_name": file.name} | (thumbnail or {})
    match file.kind:
        case "video":
            return spoiler | {
                "video": about | {"width": width, "height": height} | {"duration": duration}
            }
        case "animation":
            about |= {"width": width, "height": height, "duration": duration}
            # Telegram repeats an animation as a document, for bots older than animations.
            return spoiler | {"animation": about, "document": about}
        case "audio":
            named = {key: str(source[key]) for key in ("title", "performer") if source.get(key)}
            return {"audio": about | {"duration": duration} | named}
        case _:
            return {file.kind: about}
