"""``python -m playground``: the playground alone, for a bot that is started elsewhere."""

import argparse
import asyncio
import contextlib
import sys

from playground.server import Playground


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument(
        "--token", default="42:playground", help="what the bot shall use as its token"
    )
    parser.add_argument(
        "--sample-every", type=float, default=5.0, help="seconds between items of the sample feed"
    )
    parser.add_argument("--no-flood", action="store_true", help="switch the flood limits off")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    playground = Playground(
        token=options.token,
        host=options.host,
        port=options.port,
        sample_every=options.sample_every,
        flood=not options.no_flood,
    )
    await playground.start()
    sys.stdout.write(
        f"web chat      {playground.url}/\nBot API       {playground.url}/bot{playground.token}/\n"
    )
    sys.stdout.write(f"sample feeds  {playground.url}/feeds/\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await playground.stop()


if __name__ == "__main__":
    main()
