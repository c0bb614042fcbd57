"""Show and change quiet hours and the hour of the digest, one's own or the channel's."""

from __future__ import annotations

from dataclasses import replace

from bot.command import Argument, Ask, Choice, Command, Facts, Kind, Place, Text
from bot.errors import Refusal
from bot.ports import Watched
from bot.records import Standing, Wishes
from bot.reply import Offer, Reply
from bot.rules.quiet import DEFAULT, check_hour, check_quiet, check_zone
from bot.say import Say, say

CHANNEL = "channel"


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall what holds for the asker, or for the channel of shared notices."""
    return {"standing": await watched.standing(ask.person, of_channel=ask["for"] == CHANNEL)}


def prefer(ask: Ask, facts: Facts) -> tuple[Wishes, Reply]:
    """Return the wishes with what was given changed, and what holds now; a person's zone is Slack's."""
    standing: Standing = facts["standing"]
    if ask["zone"] and not standing.channel:
        raise Refusal("settings.zone_is_slacks", argument="zone", zone=standing.zone)
    given = {name: ask[name] for name in ("quiet", "digest", "zone") if ask[name]}
    kept = {name: "" if value == DEFAULT else value for name, value in given.items()}
    wishes = replace(standing.wishes, **kept)
    if not given:
        return wishes, _reply(ask, standing, "settings.head")
    return wishes, _reply(ask, replace(standing, wishes=wishes), "settings.saved")


def _reply(ask: Ask, standing: Standing, key: str) -> Reply:
    whose = say("settings.channels" if standing.channel else "settings.yours")
    now = {"quiet": standing.wishes.quiet, "digest": standing.wishes.digest}
    values = {"for": ask["for"], **{name: value for name, value in now.items() if value}}
    return Reply(
        say(key, whose=whose),
        (_zone(standing), _quiet(standing), _digest(standing), say("settings.language")),
        offers=(Offer("settings", values, say("settings.change")),),
    )


def _zone(standing: Standing) -> Say:
    return say("settings.zone" if standing.channel else "settings.zone_slack", zone=standing.zone)


def _quiet(standing: Standing) -> Say:
    return say("settings.quiet", hours=standing.quiet) if standing.quiet else say("settings.not_quiet_now")


def _digest(standing: Standing) -> Say:
    return say("settings.digest", hour=standing.digest) if standing.digest else say("settings.no_digest")


def _checked_quiet(value: str, _place: Place) -> str:
    return check_quiet(value)


def _checked_hour(value: str, _place: Place) -> str:
    return check_hour(value)


def _checked_zone(value: str, _place: Place) -> str:
    return check_zone(value)


command = Command(
    "settings",
    summary=Text(en="When you are told: quiet hours, daily digest", zh="何时提醒您：免打扰时段、每日摘要"),
    rules=(),
    arguments=(
        Argument(
            "quiet",
            Text(en="Quiet hours", zh="免打扰时段"),
            check=_checked_quiet,
            hint=Text(
                en="Such as 22:00-08:00, off, or default. What would be lost in them is said before.",
                zh="例如 22:00-08:00、关闭 或 默认。若资源会在时段结束前丢失，则提前到时段开始之前提醒。",
            ),
            placeholder="22:00-08:00",
            aliases=("免打扰",),
            keyed_only=True,
        ),
        Argument(
            "digest",
            Text(en="Daily digest at", zh="每日摘要时间"),
            check=_checked_hour,
            hint=Text(
                en="Such as 09:00, off, or default: what runs, what ends next, what waits for you",
                zh="例如 09:00、关闭 或 默认：正在运行的、即将到期的、等待您处理的",
            ),
            placeholder="09:00",
            aliases=("摘要",),
            keyed_only=True,
        ),
        Argument(
            "for",
            Text(en="Whose", zh="对象"),
            kind=Kind.CHOICE,
            choices=(
                Choice("me", Text(en="Mine", zh="我的")),
                Choice(CHANNEL, Text(en="The shared channel's (administrators)", zh="公共频道的（仅管理员）")),
            ),
            aliases=("对象",),
            keyed_only=True,
        ),
        Argument(
            "zone",
            Text(en="Time zone of the channel", zh="频道的时区"),
            check=_checked_zone,
            placeholder="Asia/Shanghai",
            aliases=("时区",),
            keyed_only=True,
        ),
    ),
    recall=recall,
    prefer=prefer,
)
