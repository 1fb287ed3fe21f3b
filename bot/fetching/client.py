"""One polite GET: conditional, bounded in time and size, guarded at every hop.

Validators (ETag, Last-Modified) belong to the address that gave them, which may stand behind
redirects: they are sent there and nowhere else, as another server's ETag or date could make this
one say "not modified" by accident.

Names are resolved in the running loop's default executor: give the loop one of 64 threads, so that
dead name servers do not hold up the others.
"""

import asyncio
import hashlib
import ssl
import zlib
from collections.abc import AsyncIterator, Container, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import BaseCookie
from types import MappingProxyType
from typing import Final, Self
from urllib.parse import unquote, urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDict
from yarl import URL

from bot.errors import (
    BadAddress,
    Challenged,
    FetchError,
    ForbiddenAddress,
    HttpError,
    PasswordRefused,
    TooLarge,
    TooManyRedirects,
    UnknownLogin,
    Unreachable,
)
from bot.fetching import headers
from bot.fetching.guard import AddressGuard
from bot.fetching.lenient import LenientConnector
from bot.fetching.recent import Recent
from bot.fetching.url import split
from bot.fetching.user_agent import ANYBODY, UserAgent, user_agent_header
from bot.model import NO_VALIDATORS, Fetched, NotModified, UserAgentStyle, Validators

FEEDS: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.6, text/html;q=0.5, */*;q=0.1"
)
PAGES: Final = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
PICTURES: Final = (
    "image/webp, image/jpeg, image/png, image/gif, image/*;q=0.8, video/*;q=0.5, */*;q=0.1"
)

HOPS = 5
"""Redirects that a GET follows."""
POST_HOPS = 2
"""Redirects that a POST follows."""
POST_TIMEOUT = 10.0
"""Seconds for a POST, from the name lookup to the last byte."""
CONNECT = 10.0
"""Seconds for name, connection and TLS."""
READ_GAP = 15.0
"""Seconds without progress: until an answer begins, and for each ``LEAST_PROGRESS`` of its body."""
LEAST_PROGRESS = 8192
"""Bytes; a server that sends less in ``READ_GAP`` seconds, without an end, is given up."""
LONGEST_HEADER = 65536
MOST_UNPACKED, HARMLESS = 500, 1 << 20
"""A body is refused as a decompression bomb if it has more than the first number times its packed
size and more bytes than the second."""
AT_ONCE = 1 << 20
"""Bytes; larger bodies are hashed on a thread, as that would hold up the event loop."""
LOGIN_KEPT, MOST_LOGINS = 86_400.0, 1000
"""Seconds for which it is remembered that a server wants HTTP Digest, and of how many."""
KNOWN_SCHEMES = frozenset({"basic", "digest"})
_CHUNK = 65536
_TEMPORARY = (302, 303, 307)
_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class _Hop:
    """One request of a chain."""

    url: URL
    userinfo: str = ""
    """``user:password``, percent-encoded, as it stood in the address."""
    permanent: bool = True
    """Whether only permanent redirects led here."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """The headers for the requests of one fetch, redirects included."""

    headers: dict[str, str]
    conditions: dict[str, str]
    conditions_url: str
    """The only address to which the conditions are sent."""
    user_agent_style: UserAgentStyle

    def of(self, hop: _Hop) -> dict[str, str]:
        """The headers for one hop."""
        return (
            self.headers | self.conditions if str(hop.url) == self.conditions_url else self.headers
        )


@dataclass(frozen=True, slots=True)
class _Limits:
    """What a body may cost."""

    size: int
    """Bytes, decompressed."""
    read_gap: float
    """Seconds without progress."""


class Fetcher:
    """Fetches feeds, pages and pictures: an async context manager, or ``open`` and ``close``.

    Args:
        guard: judges every address, also of every redirect.
        user_agent: sent with every request; name and version.
        contact: an address for server operators with questions; sent with every request.
        timeout: seconds for a fetch from the first look-up to the last byte, redirects included.
        max_size: bytes of a body at the most, decompressed.
        concurrency: requests in flight at the most; others wait, and their time is not counted.
        ssl_context: for another trust store than the system's.
        resolver: for other names than DNS knows.
        unverified: hosts whose certificates are not checked, as they are called in addresses.
        read_gap: seconds without progress (``READ_GAP``) after which a request is given up.
        host_headers: headers for the requests to a host, by its name as it is called in addresses;
            they go nowhere else.
    """

    def __init__(  # noqa: PLR0913 - all that requests need, from the composition root
        self,
        guard: AddressGuard,
        *,
        user_agent: str,
        timeout: float,
        max_size: int,
        contact: str = "",
        concurrency: int = 64,
        ssl_context: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
        unverified: Container[str] = (),
        read_gap: float = READ_GAP,
        host_headers: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        self._guard = guard
        self._product = user_agent
        self._contact = contact
        self._resolver = resolver
        self._unverified = unverified
        self._timeout = timeout
        self._max_size = max_size
        self._read_gap = read_gap
        self._slots = asyncio.Semaphore(concurrency)
        self._ssl = ssl_context
        self._host_headers = host_headers
        # One remembers the last challenge of a server, so that a poll need not be refused first.
        self._digests: Recent[aiohttp.DigestAuthMiddleware] = Recent(LOGIN_KEPT, MOST_LOGINS)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the session, inside the running loop."""
        # No limit of its own: ``_slots`` is one, and does not count the wait as the request's time.
        connector = LenientConnector(
            limit=0,
            ssl=self._ssl or ssl.create_default_context(),
            resolver=self._resolver,
            ttl_dns_cache=300,
            socket_factory=self._guard.socket_factory,
        )
        # No cookies: what one fetch brought must not change what the next one is answered. Those of
        # a chain of redirects live as long as it (``_follow``).
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": user_agent_header(self._product, self._contact),
                "Accept-Encoding": "gzip, deflate, br",
            },
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_read=self._read_gap),
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def fetch(
        self,
        url: str,
        validators: Validators = NO_VALIDATORS,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 (waiting for a slot does not count)
        accept: str = FEEDS,
        max_size: int | None = None,
        referer: str | None = None,
        validators_url: str = "",
        user_agent: UserAgent = ANYBODY,
    ) -> Fetched | NotModified:
        """GET one address.

        Args:
            url: an http(s) address; ``user:password@`` becomes Basic authentication (RFC 7617), or
                Digest (RFC 7616) where the server asks for it.
            validators: what this address gave last time, or the one that it led to.
            timeout: seconds, instead of the fetcher's own.
            accept: the ``Accept`` header: ``FEEDS``, ``PAGES`` or ``PICTURES``.
            max_size: bytes, instead of the fetcher's own.
            referer: the ``Referer`` header, for hosts that ask for one.
            validators_url: the address after redirects that gave the validators; empty: ``url``
                itself.
            user_agent: what the ``User-Agent`` says of us.

        Raises:
            FetchError: one of its subclasses, for everything that can go wrong.
        """
        hop = _hop(self._guard.check(url))
        asking = _Asking(
            _plain_headers(
                accept, referer, user_agent_header(self._product, self._contact, user_agent)
            ),
            _conditions(validators),
            validators_url or str(hop.url),
            user_agent.style,
        )
        async with self._slots:
            try:
                async with asyncio.timeout(timeout or self._timeout):
                    return await self._follow(hop, asking, max_size or self._max_size)
            except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
                # Nothing is chained: the texts of aiohttp's errors may hold addresses with secrets.
                raise _translated(error, hop.url.raw_host or "") from None

    async def post(self, url: str, form: Mapping[str, str]) -> int:
        """POST a form; the status of the answer, whose body is not read.

        Raises:
            FetchError: no answer, or no address to ask.
        """
        hop = _hop(self._guard.check(url))
        async with self._posting(hop):
            for _ in range(POST_HOPS + 1):
                async with self._submit(hop, form) as response:
                    location = response.headers.get("Location")
                    # Only these two repeat a POST as a POST (RFC 9110, 15.4); 301 to 303 would make
                    # it a GET.
                    if response.status not in (307, 308) or location is None:
                        return response.status
                    hop = _hop(self._guard.check(urljoin(str(hop.url), location)))
        raise TooManyRedirects(f"{_host(hop)}: more than {POST_HOPS} redirects", host=_host(hop))

    async def post_for_body(self, url: str, form: Mapping[str, str], *, max_size: int) -> bytes:
        """POST a form that may hold a secret; the body of the answer, whatever its status.

        Redirects are not followed, so the secret goes nowhere else.

        Raises:
            FetchError: no answer, one of more than ``max_size`` bytes, or no address to ask.
        """
        hop = _hop(self._guard.check(url))
        async with self._posting(hop), self._submit(hop, form) as response:
            return await _body(response, _host(hop), _Limits(max_size, self._read_gap))

    @asynccontextmanager
    async def _posting(self, hop: _Hop) -> AsyncIterator[None]:
        """A slot and the time for a POST; what goes wrong meanwhile is raised as a FetchError."""
        async with self._slots:
            try:
                async with asyncio.timeout(POST_TIMEOUT):
                    yield
            # As in ``fetch``, nothing is chained: the texts may hold secrets.
            except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
                raise _translated(error, hop.url.raw_host or "") from None

    def _submit(
        self, hop: _Hop, form: Mapping[str, str]
    ) -> "aiohttp.client._RequestContextManager":
        if self._session is None:
            raise RuntimeError("the fetcher is not open")
        return self._session.post(
            hop.url, data=form, allow_redirects=False, ssl=self._is_verified(hop)
        )

    async def _follow(self, hop: _Hop, asking: _Asking, max_size: int) -> Fetched | NotModified:
        limits = _Limits(max_size, self._read_gap)
        visited: set[tuple[URL, str, str]] = set()
        origin = hop
        # Some sites set a cookie, and send whoever comes without it in a circle.
        cookies = aiohttp.CookieJar(unsafe=True)
        for _ in range(HOPS + 1):
            sent = cookies.filter_cookies(hop.url)
            # The same address with other credentials or cookies is no loop.
            request = hop.url, hop.userinfo, sent.output()
            if request in visited:
                raise TooManyRedirects(f"{_host(hop)}: a loop of redirects", host=_host(hop))
            visited.add(request)
            request_headers = self._headers(hop, origin, asking, sent)
            async with await self._get(hop, request_headers) as response:
                following = self._redirect(hop, response)
                cookies.update_cookies(response.cookies, response.url)
                if following is None:
                    return await _answer(
                        response,
                        hop,
                        asking,
                        moved=hop is not origin,
                        limits=limits,
                    )
            hop = following
        raise TooManyRedirects(f"{_host(origin)}: more than {HOPS} redirects", host=_host(origin))

    def _headers(
        self, hop: _Hop, origin: _Hop, asking: _Asking, cookies: "BaseCookie[str]"
    ) -> CIMultiDict[str]:
        """What is sent with one request of a chain: the operator's headers for its host, too."""
        sent = CIMultiDict(asking.of(hop))
        # What was meant to go encrypted does not go in the clear because of a redirect.
        if hop.url.scheme == "https" or origin.url.scheme == "http":
            sent.update(self._host_headers.get(hop.url.raw_host or "", {}))
        pairs = [f"{cookie.key}={cookie.coded_value}" for cookie in cookies.values()]
        if pairs:
            sent["Cookie"] = "; ".join([*filter(None, [sent.get("Cookie")]), *pairs])
        return sent

    async def _get(self, hop: _Hop, request_headers: CIMultiDict[str]) -> aiohttp.ClientResponse:
        """The beginning of the answer; at the second try where the login is wanted otherwise."""
        if not hop.userinfo:
            return await self._send(hop, request_headers)
        key = f"{hop.url.origin()} {hop.userinfo}"
        digest = self._digests.get(key)
        response = await self._send(hop, request_headers, digest)
        if response.status != 401 or headers.wants_digest(response.headers) == bool(digest):
            return response
        response.release()
        digest = None if digest else _digest_login(hop.userinfo)
        try:
            response = await self._send(hop, request_headers, digest)
        except aiohttp.ClientError as error:
            # The middleware's own, for a challenge that it cannot answer, is of no subclass.
            if type(error) is not aiohttp.ClientError:
                raise
            raise _unknown_login(hop, "Digest?") from None
        # A wrong password is not worth remembering.
        if digest and response.status != 401:
            self._digests.put(key, digest)
        return response

    async def _send(
        self,
        hop: _Hop,
        request_headers: CIMultiDict[str],
        digest: aiohttp.DigestAuthMiddleware | None = None,
    ) -> aiohttp.ClientResponse:
        """One request; the headers of its answer may not drip for ever."""
        if self._session is None:
            raise RuntimeError("the fetcher is not open")
        sent = request_headers.copy()
        if digest:
            # The middleware writes its own.
            sent.popall("Authorization", None)
        elif hop.userinfo:
            sent["Authorization"] = _basic(hop.userinfo)
        async with asyncio.timeout(CONNECT + self._read_gap):
            return await self._session.get(
                hop.url,
                headers=sent,
                allow_redirects=False,
                ssl=self._is_verified(hop),
                middlewares=(digest,) if digest else (),
            )

    def _is_verified(self, hop: _Hop) -> bool:
        """Whether the host's certificate is checked."""
        return hop.url.raw_host not in self._unverified

    def _redirect(self, hop: _Hop, response: aiohttp.ClientResponse) -> _Hop | None:
        location = response.headers.get("Location")
        if response.status not in _TEMPORARY + _PERMANENT or location is None:
            return None
        try:
            target = self._guard.check(urljoin(str(hop.url), location.strip().replace(" ", "%20")))
        except ValueError:
            raise BadAddress(f"{_host(hop)} redirects to no address", url=_host(hop)) from None
        if hop.userinfo and hop.url.scheme == "https" and target.scheme == "http":
            raise ForbiddenAddress(
                f"{_host(hop)} redirects a password from https to http", host=_host(hop)
            )
        kept = hop.userinfo if _same_site(hop.url, target) else ""
        return _hop(target, kept, permanent=hop.permanent and response.status in _PERMANENT)


async def _answer(
    response: aiohttp.ClientResponse, hop: _Hop, asking: _Asking, *, moved: bool, limits: _Limits
) -> Fetched | NotModified:
    now = datetime.now(UTC)
    validators = headers.validators(response.raw_headers, now)
    target = _with_credentials(hop) if moved and hop.permanent else None
    hint = headers.cache_hint(response.headers, now)
    # A 304 that nobody asked for is an error like any other status.
    if response.status == 304 and _was_conditional(response):
        return NotModified(validators, hint, str(hop.url), target, asking.user_agent_style)
    if not 200 <= response.status < 300:
        wait = headers.retry_after(response.headers, now)
        raise _http_error(response, hop, wait, hint)
    body = await _body(response, _host(hop), limits)
    return Fetched(
        url=str(hop.url),
        body=body,
        content_type=response.headers.get("Content-Type", "").lower(),
        validators=validators,
        body_hash=await asyncio.to_thread(_digest, body) if len(body) > AT_ONCE else _digest(body),
        fresh_for=hint,
        links=headers.links(response.headers.getall("Link", ()), str(hop.url)),
        moved=target,
        generator_hints=headers.generator_hints(response.headers),
        user_agent_style=asking.user_agent_style,
    )


def _http_error(
    response: aiohttp.ClientResponse,
    hop: _Hop,
    retry_after: timedelta | None,
    fresh_for: timedelta | None,
) -> HttpError:
    """What a status that is none means for people: a login and a check have their own words."""
    kind = HttpError
    if response.status == 403 and headers.is_challenge(response.headers):
        kind = Challenged
    if response.status == 401:
        scheme = _unknown_scheme(response, hop)
        if scheme:
            return _unknown_login(hop, scheme)
        if hop.userinfo:
            kind = PasswordRefused
    return kind(
        f"{_host(hop)} answered {response.status}",
        host=_host(hop),
        status=response.status,
        retry_after=retry_after,
        fresh_for=fresh_for,
    )


def _unknown_login(hop: _Hop, scheme: str) -> UnknownLogin:
    error = UnknownLogin(f"{_host(hop)} answered 401 ({scheme})", host=_host(hop), status=401)
    error.args_["scheme"] = scheme
    return error


def _unknown_scheme(response: aiohttp.ClientResponse, hop: _Hop) -> str:
    """What a 401 wants a login by, if it is nothing that we know; empty where it is."""
    schemes = headers.login_schemes(response.headers)
    if not schemes or KNOWN_SCHEMES.isdisjoint(map(str.lower, schemes)):
        return schemes[0] if schemes else ""
    sent = response.request_info.headers.get("Authorization", "")
    # Digest stands behind something else, where the middleware does not look for it.
    is_answered = not hop.userinfo or sent.startswith("Digest ")
    return schemes[0] if headers.wants_digest(response.headers) and not is_answered else ""


async def _body(response: aiohttp.ClientResponse, host: str, limits: _Limits) -> bytes:
    """The body, decompressed chunk by chunk, so that a bomb costs no more than the limit."""
    limit = limits.size
    too_large = TooLarge(f"{host}: more than {limit} bytes", host=host, limit=limit)
    packed = response.content_length
    # Not worth reading: the packed body alone is too large.
    if (packed or 0) > limit:
        raise too_large
    most = limit if packed is None else min(limit, max(HARMLESS, packed * MOST_UNPACKED))
    body = bytearray()
    clock = asyncio.get_running_loop().time
    async with asyncio.timeout(limits.read_gap) as patience:
        expected = LEAST_PROGRESS
        # Nothing may be awaited between two chunks: what is not unpacked yet when a server hangs up
        # is lost (aiohttp 3.14).
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > most:
                raise too_large
            if len(body) >= expected:
                expected = len(body) + LEAST_PROGRESS
                patience.reschedule(clock() + limits.read_gap)
    # Gzip that no header names: a ``.gz`` file served as it lies on the disk.
    if body[:3] == b"\x1f\x8b\x08":
        return _gunzip(bytes(body), limit, too_large)
    return bytes(body)


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()


def _gunzip(body: bytes, limit: int, too_large: TooLarge) -> bytes:
    try:
        # One byte more than allowed is enough to tell that it is too large.
        plain = zlib.decompressobj(wbits=31).decompress(body, limit + 1)
    except zlib.error:
        return body
    if len(plain) > limit:
        raise too_large
    return plain


def _plain_headers(accept: str, referer: str | None, agent: str) -> dict[str, str]:
    return {"Accept": accept, "User-Agent": agent} | ({"Referer": referer} if referer else {})


def _conditions(validators: Validators) -> dict[str, str]:
    wanted = {
        "If-None-Match": (validators.etag or b"").decode("utf-8", "ignore"),
        "If-Modified-Since": (validators.last_modified or b"").decode("utf-8", "ignore"),
    }
    return {name: value for name, value in wanted.items() if value}


def _was_conditional(response: aiohttp.ClientResponse) -> bool:
    sent = response.request_info.headers
    return "If-None-Match" in sent or "If-Modified-Since" in sent


def _hop(checked: URL, userinfo: str = "", *, permanent: bool = True) -> _Hop:
    parts = split(str(checked))
    own, _, netloc = parts.netloc.rpartition("@")
    return _Hop(
        URL(parts._replace(netloc=netloc).geturl(), encoded=True), own or userinfo, permanent
    )


def _basic(userinfo: str) -> str:
    # Percent-encoding belongs to the address, not to the password (RFC 3986, 3.2.1).
    login, _, password = userinfo.partition(":")
    return aiohttp.encode_basic_auth(unquote(login), unquote(password), encoding="utf-8")


def _digest_login(userinfo: str) -> aiohttp.DigestAuthMiddleware:
    login, _, password = userinfo.partition(":")
    return aiohttp.DigestAuthMiddleware(unquote(login), unquote(password))


def _with_credentials(hop: _Hop) -> str:
    """The address to store for a moved feed: with the credentials that were accepted there."""
    return str(hop.url).replace("://", f"://{hop.userinfo}@", 1) if hop.userinfo else str(hop.url)


def _same_site(old: URL, new: URL) -> bool:
    """Whether credentials may go along: the same origin, or its step up from http to https."""
    if old.raw_host != new.raw_host:
        return False
    # A password that went in the clear may go encrypted to the same host, never the other way.
    upgrade = (old.scheme, old.port, new.scheme, new.port) == ("http", 80, "https", 443)
    return upgrade or (old.scheme, old.port) == (new.scheme, new.port)


def _host(hop: _Hop) -> str:
    return hop.url.raw_host or ""


def _translated(error: Exception, host: str) -> FetchError:
    reason = _reason(error)
    detail = (
        error.os_error.strerror
        if isinstance(error, aiohttp.ClientConnectorError)
        else type(error).__name__
    )
    return Unreachable(
        f"{host}: {reason}: {detail or type(error).__name__}", host=host, reason=reason
    )


def _reason(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "timeout"
        case aiohttp.ClientConnectorDNSError():
            return "dns"
        case aiohttp.ClientSSLError() | ssl.SSLError() | ssl.CertificateError():
            return "tls"
        case aiohttp.ClientPayloadError():
            return "protocol"
        case aiohttp.ClientConnectionError() | OSError():
            return "connect"
        case _:
            return "protocol"
