"""The Sequences page: the tree, a folder's sequences or an opened one, and the text of a step."""

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.body_page import BodyPage


class SequencesPage(BodyPage):
    """Asks again when a sequence or somebody's place in one changed."""

    topics = frozenset({Topic.SEQUENCES, Topic.ENROLLMENTS})
    made_of = ("opendoors_desktop.gui.pages.sequences_body", "SequencesBody")
    row_height = 28
