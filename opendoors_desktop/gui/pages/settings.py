"""The Settings page: a list to search at the leading side, and the chosen settings beside it; they hold at once."""

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.body_page import BodyPage


class SettingsPage(BodyPage):
    """Asks again when settings or the workspace changed."""

    topics = frozenset({Topic.SETTINGS, Topic.WORKSPACE})
    made_of = ("opendoors_desktop.gui.settings.body", "SettingsBody")
