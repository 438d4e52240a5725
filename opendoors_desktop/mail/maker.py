"""From a render job to the message as it will leave, or to the reason why there is none; what the render child does."""

from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from opendoors_desktop.domain.reply_subject import reply_subject
from opendoors_desktop.mail.compose import Draft, compose, encoded_attachment
from opendoors_desktop.mail.errors import MessageProblem, RenderCode
from opendoors_desktop.mail.frames import Built, MessageHeaders, RenderFailed, RenderJob, TemplateSource
from opendoors_desktop.mail.template import Templates
from opendoors_desktop.mail.tracked_html import NOT_TRACKED, track

_REMEMBERED: Final = 4096


class Maker:
    """Knows templates by their id and makes messages of them; keeps a few hundred compiled."""

    def __init__(self, capacity: int = 256) -> None:
        self._sources: OrderedDict[str, TemplateSource] = OrderedDict()
        self._attachments: dict[str, list[bytes]] = {}
        self._templates = Templates(capacity)

    def define(self, source: TemplateSource) -> None:
        """Make a template known; the same id always means the same content."""
        self._sources[source.id] = source
        if len(self._sources) > _REMEMBERED:
            self.forget(next(iter(self._sources)))

    def forget(self, template_id: str) -> None:
        """The template won't be asked for again."""
        self._sources.pop(template_id, None)
        self._attachments.pop(template_id, None)

    def make(self, job: RenderJob) -> Built | RenderFailed:
        """The message for one contact, or why there is none; never raises for anything in the job or template."""
        try:
            return self._make(job)
        except MessageProblem as problem:
            return RenderFailed(job.id, problem.code.value, problem.title, problem.detail, problem.fields)
        except MemoryError:
            return RenderFailed(job.id, RenderCode.TEMPLATE_TOO_LARGE.value, "The message needs too much memory.")

    def _make(self, job: RenderJob) -> Built:
        source = self._sources.get(job.template_id)
        if source is None:
            raise MessageProblem(RenderCode.UNKNOWN_TEMPLATE, "The template isn't known.", detail=job.template_id)
        headers = job.headers
        variables = _with_unsubscribe(job.variables, headers)
        rendered = self._templates.get(source).render(variables)
        subject = _subject(source, headers, rendered.subject.strip())
        tracked = NOT_TRACKED
        if job.tracking is not None and rendered.html is not None:
            tracked = track(rendered.html, job.tracking, str(variables.get("unsubscribe_url", "")))
        draft = Draft(headers, subject, rendered.text, tracked.html or rendered.html, self._encoded(source))
        message = compose(draft)
        return Built(job.id, message, sha256(message).digest(), subject, tracked.links, tracked.has_pixel)

    def _encoded(self, source: TemplateSource) -> list[bytes]:
        """The template's attachments as parts, encoded once."""
        if not source.attachments:
            return []
        found = self._attachments.get(source.id)
        if found is None:
            found = self._attachments[source.id] = [encoded_attachment(item) for item in source.attachments]
        return found


def _with_unsubscribe(variables: Mapping[str, object], headers: MessageHeaders) -> Mapping[str, object]:
    """The variables with `unsubscribe_url`, for the opt-out line: the https address, else the mailto."""
    url = headers.list_unsubscribe_url or headers.list_unsubscribe_mailto
    return variables if url is None or "unsubscribe_url" in variables else {**variables, "unsubscribe_url": url}


def _subject(source: TemplateSource, headers: MessageHeaders, own: str) -> str:
    """The subject: the template's own, or an answer's where it has none; MessageProblem where there is none at all."""
    if own:
        return reply_subject(own) if source.is_reply else own
    if source.subject.strip() or not headers.thread_subject:
        raise MessageProblem(RenderCode.EMPTY_SUBJECT, "The subject is empty.", fields=("subject",))
    return reply_subject(headers.thread_subject)
