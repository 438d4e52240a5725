"""The public page of emails, without a token: looking at it never unsubscribes; its button does, and does again."""

from html import escape
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from opendoors_desktop.api.auth import context_of
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.public_link import OPT_OUT
from opendoors_desktop.engine.commands import opt_outs

router = APIRouter(include_in_schema=False)

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title>
<style>:root {{ color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }}
body {{ margin: 12vh auto; max-width: 28rem; padding: 0 1.5rem }}
button {{ font: inherit; padding: .5rem 1.25rem }}</style>
</head><body><h1>{title}</h1><p>{told}</p>{more}</body></html>
"""
_BUTTON: Final = '<form method="post"><button type="submit">Unsubscribe</button></form>'


@router.api_route(f"/{OPT_OUT}/{{token}}", methods=["GET", "HEAD"])
async def show_opt_out(request: Request, token: str) -> Response:
    """Ask whether to unsubscribe; a scanner that follows every link changes nothing."""
    try:
        is_ours = await run_in_threadpool(opt_outs.is_opt_out_link, context_of(request), token)
    except StoreError:
        return away()
    if not is_ours:
        return unknown()
    return _page(200, "Unsubscribe?", "No more email will be sent to the address this link was sent to.", _BUTTON)


@router.post(f"/{OPT_OUT}/{{token}}")
async def do_opt_out(request: Request, token: str) -> Response:
    """Unsubscribe: by the page's button, and by a mail program's one click (RFC 8058), whatever form it sends."""
    try:
        is_ours = await run_in_threadpool(opt_outs.opt_out, context_of(request), token)
    except StoreError:
        return away()
    if not is_ours:
        return unknown()
    return _page(200, "You are unsubscribed", "No more email will be sent to you from here.")


def unknown() -> Response:
    """No email of ours has such a link."""
    return _page(404, "This link isn’t known", "Answer the email with the word “unsubscribe” instead.")


def away() -> Response:
    """The store can't be reached: nothing is called done."""
    return _page(503, "Not done yet", "Please try again in a few minutes.", headers={"Retry-After": "60"})


def _page(status: int, title: str, told: str, more: str = "", headers: dict[str, str] | None = None) -> Response:
    content = _PAGE.format(title=escape(title), told=escape(told), more=more)
    own = {"Content-Security-Policy": POLICY, "X-Robots-Tag": "noindex"} | (headers or {})
    return Response(content, status, own, "text/html; charset=utf-8")
